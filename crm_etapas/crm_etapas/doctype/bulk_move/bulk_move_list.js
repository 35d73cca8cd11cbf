frappe.listview_settings["Bulk Move"] = crm_etapas.job_list.settings("Bulk Move");
