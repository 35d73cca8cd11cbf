frappe.listview_settings["Opportunity Stage"] = {
	add_fields: ["outcome", "disabled", "color"],
	get_indicator: (doc) => crm_etapas.stage_form.indicator(doc),
};
