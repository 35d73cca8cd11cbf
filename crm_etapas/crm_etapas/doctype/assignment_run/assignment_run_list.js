frappe.listview_settings["Assignment Run"] = crm_etapas.job_list.settings("Assignment Run");
