/** Show every stay of a record in a dialog, the newest first. */
export async function show_history(doctype, name, pipeline) {
	const { message } = await frappe.call({
		method: "crm_etapas.api.stages.history",
		type: "GET",
		args: { doctype, name, pipeline },
	});
	const dialog = new frappe.ui.Dialog({
		title: __("Stages of {0}", [name]),
		size: "large",
		fields: [{ fieldtype: "HTML", fieldname: "stays" }],
	});
	dialog.fields_dict.stays.$wrapper.html(table(message.reverse()));
	dialog.show();
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
	const cells = [
		frappe.utils.escape_html(__(stay.stage)),
		frappe.datetime.str_to_user(frappe.datetime.convert_to_user_tz(stay.entered_on)),
		stay.left_on ? frappe.utils.get_formatted_duration(stay.seconds) || __("Less than a minute") : __("Until now"),
		cause(stay),
		frappe.utils.escape_html(frappe.user.full_name(stay.moved_by)),
		frappe.utils.escape_html(stay.comment || ""),
	];
	return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
}

function cause(stay) {
	const label = __(stay.cause, null, "Stage Log");
	if (!stay.cause_name) return label;
	return `${label}: ${frappe.utils.get_form_link(stay.cause_doctype, stay.cause_name, true)}`;
}
