frappe.ui.form.on("Opportunity Stage", {
	refresh: (frm) => crm_etapas.stage_form.refresh(frm),
});
