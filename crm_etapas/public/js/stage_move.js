import { make_dialog } from "./dialog.js";
import { of_form } from "./follow_up/record.js";

/** Move the form's record to a stage; ask in one dialog for what the stage misses. */
export async function move_to_stage(frm, path, stage) {
	const record = await of_form(frm);
	if (record) move(record, path.pipeline, stage);
}

/** Move a record, see `follow_up/record.js`. `given` is a comment and values of what the stage misses. */
export function move(record, pipeline, stage, given = {}) {
	const { doctype, name, frm, done } = record;
	frappe.call({
		method: "crm_etapas.api.stages.move",
		type: "POST",
		args: { doctype, name, stage: stage.name, pipeline, ...given },
		freeze: true,
		error_handlers: {
			StageRequirementError: (response) =>
				ask_for(frm, response.missing, stage.label, given, (answers) =>
					move(record, pipeline, stage, answers)
				),
		},
		callback: () => {
			offer_undo(record, pipeline, stage);
			done?.();
		},
	});
}

/** Say where a record stands now, and offer the way back for a while. */
function offer_undo({ doctype, name, done }, pipeline, stage) {
	const undo = () =>
		frappe.call({
			method: "crm_etapas.api.stages.undo_move",
			type: "POST",
			args: { doctype, name, stage: stage.name, pipeline },
			freeze: true,
			callback: ({ message: path }) => {
				const label = path.stages.find((s) => s.name === path.stage).label;
				frappe.show_alert({
					message: __("Back in {0}", [frappe.utils.escape_html(label)]),
					indicator: "blue",
				});
				done?.();
			},
		});
	show_undo(__("Now in {0}", [frappe.utils.escape_html(stage.label)]), undo);
}

const SECONDS_TO_UNDO = 10;

/** Show a message, as HTML, with a button that undoes what it tells of. */
export function show_undo(message, undo) {
	const button = `<button type="button" class="btn btn-xs btn-default" data-action="undo">
		${__("Undo")}</button>`;
	frappe.show_alert({ message: `${message} ${button}`, indicator: "green" }, SECONDS_TO_UNDO, {
		undo,
	});
}

/**
 * Ask in one dialog for what is missing, with the choices that the form, if there is one, would offer.
 * What was given before is handed on together with the answers: comment and values. `cancelled` is called
 * if there will be no answers.
 */
export async function ask_for(
	frm,
	missing,
	label,
	given,
	then,
	{ title = __("What {0} asks for", [label]), action = __("Move"), cancelled } = {}
) {
	if (missing.some((entry) => !entry.fieldname)) {
		frappe.msgprint({
			title: __("Before {0}", [label]),
			message: missing.filter((entry) => entry.reqd).map((entry) => entry.label),
			as_list: true,
			indicator: "orange",
		});
		cancelled?.();
		return;
	}
	await load_tables(missing);
	let has_answered = false;
	const dialog = make_dialog({
		title,
		fields: missing.map((entry) => as_field(entry, frm?.fields_dict[entry.fieldname])),
		primary_action_label: action,
		primary_action({ comment, ...values }) {
			if (!missing.every((entry) => is_answered(entry, values))) return;
			has_answered = true;
			dialog.hide();
			then({
				...given,
				comment: comment || given.comment,
				values: { ...given.values, ...values },
			});
		},
	});
	dialog.onhide = () => has_answered || cancelled?.();
	dialog.show();
}

/** The rows of a table that is asked for are known only once their DocType is here. */
export function load_tables(missing) {
	const tables = missing.filter((entry) => entry.fieldtype === "Table MultiSelect");
	return Promise.all(tables.map((entry) => frappe.model.with_doctype(entry.options)));
}

function as_field({ fieldname, label, fieldtype, options, reqd, value, detail }, field) {
	return {
		fieldname,
		label,
		fieldtype,
		options,
		reqd: reqd ? 1 : 0,
		default: value,
		description: frappe.utils.escape_html(detail || ""),
		get_query: field?.get_query,
	};
}

/** A box that has to be ticked: for Frappe's dialogs an empty one is an answer. */
function is_answered({ fieldtype, fieldname, reqd, label }, values) {
	if (fieldtype !== "Check" || !reqd || values[fieldname]) return true;
	frappe.show_alert({ message: __("Tick “{0}” to go on", [label]), indicator: "orange" });
	return false;
}
