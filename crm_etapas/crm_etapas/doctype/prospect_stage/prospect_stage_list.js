frappe.listview_settings["Prospect Stage"] = {
	add_fields: ["outcome", "disabled", "color"],
	get_indicator: (doc) => crm_etapas.stage_form.indicator(doc),
};
