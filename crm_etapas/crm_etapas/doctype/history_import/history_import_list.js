frappe.listview_settings["History Import"] =
	crm_etapas.import_form.list_settings("History Import");
