frappe.ui.form.on("Prospect Import", {
	onload: (frm) => crm_etapas.import_form.follow(frm),

	refresh(frm) {
		frm.add_custom_button(__("Template"), () =>
			open_url_post(frappe.request.url, {
				cmd: "crm_etapas.api.prospect_import.template",
			})
		);
		crm_etapas.import_form.show(frm, "crm_etapas.api.prospect_import.start", (count) =>
			__("Create {0} prospects?", [count])
		);
	},
});
