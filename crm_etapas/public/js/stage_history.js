import { make_dialog } from "./dialog.js";

const CORRECTORS = ["Sales Manager", "Sales Master Manager", "System Manager"];

/** Show every stay of a record in a dialog, the newest first. A manager can correct when it began. */

export async function show_history(doctype, name, pipeline, on_change = () => {}) {
	const { message } = await frappe.call({
		method: "crm_etapas.api.stages.history",
		type: "GET",
		args: { doctype, name, pipeline },
	});
	const dialog = make_dialog({
		title: __("Stages of {0}", [name]),
		size: "extra-large",
		fields: [{ fieldtype: "HTML", fieldname: "stays" }],
	});
	const stays = message.reverse();
	const wrapper = dialog.fields_dict.stays.$wrapper;
	wrapper.html(table(stays));
	wrapper.find("[data-stay]").on("click", (event) => {
		dialog.hide();
		const stay = stays.find((row) => row.name === $(event.currentTarget).attr("data-stay"));
		correct(stay, () => {
			on_change();
			show_history(doctype, name, pipeline, on_change);
		});
	});
	dialog.show();
}

function correct(stay, then) {
	frappe.prompt(
		[
			{
				fieldname: "entered_on",
				fieldtype: "Datetime",
				label: __("Entered On"),
				default: stay.entered_on,
				reqd: 1,
			},
			{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
		],
		(answers) =>
			frappe.call({
				method: "crm_etapas.api.stages.correct",
				type: "POST",
				args: { stay: stay.name, ...answers },
				freeze: true,
				callback: then,
			}),
		__("Correct When {0} Began", [__(stay.stage)]),
		__("Save")
	);
}

function table(stays) {
	const headings = [
		__("Stage"),
		__("Entered On"),
		__("Time in Stage"),
		__("Cause"),
		__("Moved By"),
		__("Comment"),
	];
	return `<div class="table-responsive"><table class="table table-bordered table-sm">
		<thead><tr>${headings.map((heading) => `<th>${heading}</th>`).join("")}</tr></thead>
		<tbody>${stays.map(row).join("")}</tbody>
	</table></div>`;
}

function row(stay) {
	const escape = frappe.utils.escape_html;
	const cells = [
		escape(__(stay.stage)),
		frappe.datetime.str_to_user(frappe.datetime.convert_to_user_tz(stay.entered_on)) +
			button(stay),
		time(stay),
		cause(stay),
		escape(stay.moved_by ? frappe.user.full_name(stay.moved_by) : ""),
		escape(stay.comment || "") +
			(stay.correction ? `<p class="text-muted small">${escape(stay.correction)}</p>` : ""),
	];
	return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
}

function button(stay) {
	if (!CORRECTORS.some((role) => frappe.user.has_role(role))) return "";
	return ` <button type="button" class="btn btn-xs btn-link" data-stay="${stay.name}">${__(
		"Edit"
	)}</button>`;
}

function time(stay) {
	if (!stay.left_on) return __("Until now");
	return frappe.utils.get_formatted_duration(stay.seconds) || __("Less than a minute");
}

function cause(stay) {
	const label = __(stay.cause, null, "Stage Log");
	if (!stay.cause_name) return label;
	return `${label}: ${frappe.utils.get_form_link(stay.cause_doctype, stay.cause_name, true)}`;
}
