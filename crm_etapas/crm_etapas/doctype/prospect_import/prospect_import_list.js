frappe.listview_settings["Prospect Import"] =
	crm_etapas.import_form.list_settings("Prospect Import");
