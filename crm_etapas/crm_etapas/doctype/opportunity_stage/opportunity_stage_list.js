frappe.listview_settings["Opportunity Stage"] = {
	add_fields: ["outcome", "disabled"],
	hide_name_filter: true,
	get_indicator: (doc) => crm_etapas.stage_form.indicator(doc, "Opportunity Stage"),
	formatters: { color: (value) => crm_etapas.stage_form.swatch(value) },
};
