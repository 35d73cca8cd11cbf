/** Moves the chosen records of a list, or all that its filters show, to a stage. */

import { make_dialog } from "./dialog.js";
import { read_again, when_list_opens } from "./list_onload.js";
import { load_tables } from "./stage_move.js";

export const UNDER_WAY = ["Queued", "Running"];
const A_PAGE = 100;

/** Add the action to the lists of every DocType that has a pipeline. */
export function add_to_lists(pipelines) {
	for (const doctype of new Set(pipelines.map((pipeline) => pipeline.doctype))) {
		const its_own = pipelines.filter((pipeline) => pipeline.doctype === doctype);
		when_list_opens(doctype, (list) =>
			its_own.forEach((pipeline, index) => add_action(list, pipeline, index > 0))
		);
	}
}

/** A further pipeline of the same records is named: its stages are called something else. */
function add_action(list, pipeline, is_further) {
	if (!frappe.model.can_write(pipeline.doctype)) return;
	const which = is_further ? `: ${__(pipeline.stage_doctype)}` : "";
	list.page.add_actions_menu_item(__("Move to Stage") + which, () =>
		move_chosen(list, pipeline)
	);
	list.page.add_menu_item(__("Move All to Stage") + which, () => move_all(list, pipeline));
}

function move_chosen(list, pipeline) {
	const names = list.get_checked_items(true);
	ask_stage(list, pipeline, { names }, names.length);
}

async function move_all(list, pipeline) {
	const filters = list.get_filters_for_args();
	const count = await frappe.db.count(pipeline.doctype, { filters });
	ask_stage(list, pipeline, { filters }, count);
}

function ask_stage(list, pipeline, which, count) {
	const dialog = make_dialog({
		title:
			count === 1
				? __("Move 1 record to a stage")
				: __("Move {0} records to a stage", [count]),
		fields: [
			{
				fieldname: "stage",
				fieldtype: "Link",
				options: pipeline.stage_doctype,
				label: __("Stage"),
				reqd: 1,
				only_select: 1,
				get_query: () => ({ filters: { disabled: 0 } }),
			},
			{
				fieldname: "comment",
				fieldtype: "Small Text",
				label: __("Comment"),
				description: __("Kept in the history of every record that moves"),
			},
		],
		primary_action_label: __("Move"),
		async primary_action({ stage, comment }) {
			dialog.hide();
			const name = await call("bulk_move", {
				doctype: pipeline.doctype,
				pipeline: pipeline.name,
				stage,
				comment,
				...which,
			});
			list.clear_checked_items();
			show_outcome(name, () => read_again(list));
		},
	});
	dialog.show();
}

/** Show what has become of a Bulk Move: in a word, in a dialog that asks, or on its form while it runs. */
export async function show_outcome(name, then) {
	const outcome = await call("bulk_move_results", { name, result: "Refused" });
	then();
	if (UNDER_WAY.includes(outcome.status)) {
		frappe.set_route("Form", "Bulk Move", name);
	} else if (outcome.status === "Completed") {
		frappe.show_alert({ message: in_figures(outcome), indicator: "green" });
	} else {
		ask_for_missing(outcome, () => show_outcome(name, then));
	}
}

/** Ask once for all that the stage asked for and records lacked, then go on with those. */
export async function ask_for_missing(outcome, then) {
	const askable = outcome.missing.filter((entry) => entry.fieldname);
	await load_tables(askable);
	const dialog = make_dialog({
		title: __("Move to {0}", [outcome.label]),
		size: "large",
		fields: [
			{ fieldname: "figures", fieldtype: "HTML", options: `<p>${in_figures(outcome)}</p>` },
			...askable.map((entry) => ({
				fieldname: entry.fieldname,
				label: entry.label,
				fieldtype: entry.fieldtype,
				options: entry.options,
				description: who_lacks(entry),
			})),
			{ fieldname: "records", fieldtype: "HTML", options: table(outcome) },
		],
		secondary_action_label: __("All Results"),
		secondary_action() {
			dialog.hide();
			frappe.set_route("Form", "Bulk Move", outcome.name);
		},
	});
	if (askable.length) {
		dialog.set_primary_action(
			__("Fill In and Go On"),
			async ({ comment, figures, records, ...values }) => {
				dialog.hide();
				await go_on(outcome.name, comment, values);
				then();
			}
		);
	}
	dialog.show();
}

function who_lacks({ reqd, count }) {
	if (!reqd) return __("Optional");
	return count === 1 ? __("1 record lacks it") : __("{0} records lack it", [count]);
}

export function go_on(name, comment, values) {
	return call("continue_bulk_move", { name, comment, values: values || {} });
}

/** Show the records of a Bulk Move, a page at a time. `result` chooses those with one result. */
export async function show_records(wrapper, name, result) {
	const outcome = await call("bulk_move_results", { name, result, limit: A_PAGE });
	wrapper.html(`${choices(outcome, result)}${table(outcome)}`);
	wrapper
		.find("[data-result]")
		.on("click", (event) =>
			show_records(wrapper, name, $(event.currentTarget).data("result"))
		);
	add_pages(wrapper, outcome, result, A_PAGE);
	return outcome;
}

function add_pages(wrapper, outcome, result, start) {
	if (start >= count_of(outcome, result)) return;
	const button = $(
		`<button type="button" class="btn btn-default btn-sm">${__("More")}</button>`
	);
	button.appendTo(wrapper).on("click", async () => {
		button.prop("disabled", true);
		const args = { name: outcome.name, result, start, limit: A_PAGE };
		const page = await call("bulk_move_results", args);
		button.remove();
		wrapper.find("tbody").append(rows(page.doctype, page.records));
		add_pages(wrapper, page, result, start + A_PAGE);
	});
}

function choices(outcome, chosen) {
	const buttons = ["", "Refused", "Moved", "Already There", "Waiting"]
		.filter((result) => !result || count_of(outcome, result))
		.map(
			(result) => `<button type="button" data-result="${result}"
				class="btn btn-xs ${result === (chosen || "") ? "btn-primary" : "btn-default"}">
				${result ? label_of(result) : __("All")} (${count_of(outcome, result)})</button>`
		);
	return `<p>${buttons.join(" ")}</p>`;
}

function count_of(outcome, result) {
	const { total, moved, already_there, refused } = outcome;
	const counts = {
		Moved: moved,
		"Already There": already_there,
		Refused: refused,
		Waiting: total - moved - already_there - refused,
	};
	return result ? counts[result] : total;
}

function table({ doctype, records }) {
	if (!records.length) return "";
	const headings = [__("Record"), __("Result"), __("Reason")];
	return `<div class="table-responsive"><table class="table table-bordered table-sm">
		<thead><tr>${headings.map((heading) => `<th>${heading}</th>`).join("")}</tr></thead>
		<tbody>${rows(doctype, records)}</tbody>
	</table></div>`;
}

function rows(doctype, records) {
	const escape = frappe.utils.escape_html;
	return records
		.map(
			({ name, title, result, reason }) =>
				`<tr><td>${frappe.utils.get_form_link(doctype, name, true, escape(title))}</td>
				<td>${label_of(result)}</td><td>${escape(reason || "")}</td></tr>`
		)
		.join("");
}

function in_figures({ label, moved, already_there, refused }) {
	const parts = [__("{0}: {1} moved", [label, moved])];
	if (already_there) parts.push(__("{0} already there", [already_there]));
	if (refused) parts.push(__("{0} refused", [refused]));
	return frappe.utils.escape_html(parts.join(", "));
}

function label_of(result) {
	return __(result, null, "Bulk Move Record");
}

function call(method, args) {
	return frappe.xcall(`crm_etapas.api.stages.${method}`, args);
}
