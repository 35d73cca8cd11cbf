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
				ask_for(frm, response.missing, stage.label, ({ comment, values }) =>
					move(record, pipeline, stage, { comment: comment || given.comment, values })
				),
		},
		callback: () => {
			frappe.show_alert({
				message: __("Now in {0}", [stage.label]),
				indicator: "green",
			});
			done?.();
		},
	});
}

/** Ask in one dialog for what a stage misses, with the choices that the form, if there is one, would offer. */
export function ask_for(frm, missing, label, then) {
	const to_do = missing.filter((entry) => !entry.fieldname);
	if (to_do.length) {
		frappe.msgprint({
			title: __("Before {0}", [label]),
			message: missing.map((entry) => entry.label),
			as_list: true,
			indicator: "orange",
		});
		return;
	}
	const dialog = new frappe.ui.Dialog({
		title: __("What {0} asks for", [label]),
		fields: missing.map((entry) => ({
			fieldname: entry.fieldname,
			label: entry.label,
			fieldtype: entry.fieldtype,
			options: entry.options,
			reqd: 1,
			get_query: frm?.fields_dict[entry.fieldname]?.get_query,
		})),
		primary_action_label: __("Move"),
		primary_action({ comment, ...values }) {
			dialog.hide();
			then({ comment, values });
		},
	});
	dialog.show();
}
