frappe.ui.form.on("Prospect Stage", {
	refresh: (frm) => crm_etapas.stage_form.refresh(frm),
});
