frappe.listview_settings["Qualification Level"] = {
	add_fields: ["disabled", "counts_in_pipeline"],
	hide_name_filter: true,
	get_indicator(doc) {
		if (doc.disabled) return [__("Disabled"), "gray", "disabled,=,1"];
		if (doc.counts_in_pipeline) {
			return [__("Counts in the Pipeline"), "green", "counts_in_pipeline,=,1"];
		}
		return [__("Enabled"), "blue", "disabled,=,0"];
	},
	formatters: { color: (value) => crm_etapas.stage_form.swatch(value) },
};
