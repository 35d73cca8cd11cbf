frappe.ui.form.on("History Import", {
	onload: (frm) => crm_etapas.import_form.follow(frm),

	refresh(frm) {
		crm_etapas.import_form.show(frm, "crm_etapas.api.history_import.start", (count) =>
			__("Create {0} opportunities?", [count])
		);
	},
});
