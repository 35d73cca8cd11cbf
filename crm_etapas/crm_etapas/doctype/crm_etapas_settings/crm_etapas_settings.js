frappe.ui.form.on("CRM Etapas Settings", {
	refresh: (frm) => (frm.doc.mapped_fields || []).forEach((row) => offer_fields(frm, row)),
});

frappe.ui.form.on("Mapped Field", {
	from_doctype: (frm, doctype, name) => offer_fields(frm, locals[doctype][name]),
	to_doctype: (frm, doctype, name) => offer_fields(frm, locals[doctype][name]),
	form_render: (frm, doctype, name) => offer_fields(frm, locals[doctype][name]),
});

/** Offer the fields of both DocTypes of a row, by their labels. */
function offer_fields(frm, row) {
	offer(frm, row, "from_field", row.from_doctype);
	offer(frm, row, "to_field", row.to_doctype);
}

function offer(frm, row, fieldname, doctype) {
	if (!doctype) return;
	frappe.model.with_doctype(doctype, () => {
		const layout = frappe.model.layout_fields;
		const fields = frappe
			.get_meta(doctype)
			.fields.filter((df) => df.label && !layout.includes(df.fieldtype))
			.map((df) => ({
				value: df.fieldname,
				label: __(df.label, null, doctype),
				description: df.fieldname,
			}));
		frappe.meta.get_docfield(row.doctype, fieldname, row.name).options = fields;
		const grid_row = frm.fields_dict.mapped_fields.grid.grid_rows_by_docname[row.name];
		for (const fields_of_row of [
			grid_row?.on_grid_fields_dict,
			grid_row?.grid_form?.fields_dict,
		]) {
			fields_of_row?.[fieldname]?.set_data?.(fields);
		}
	});
}
