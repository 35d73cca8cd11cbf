/** Frappe's dialog with what a screen reader needs and Frappe leaves out: names of itself, its fields and its way out. */

export function make_dialog(options) {
	const dialog = new frappe.ui.Dialog(options);
	dialog.$wrapper.on("show.bs.modal shown.bs.modal", () => name_parts(dialog));
	return dialog;
}

function name_parts({ $wrapper, title, fields_list }) {
	$wrapper.attr("aria-label", $("<div>").html(title).text().trim());
	$wrapper.find(".btn-modal-close").attr("aria-label", __("Close"));
	for (const { df, $wrapper: field } of fields_list) {
		if (!df.label || df.fieldtype === "Table") continue;
		field
			?.find("input:not([type=checkbox]), select, textarea")
			.attr("aria-label", __(df.label));
	}
}
