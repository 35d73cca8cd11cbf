frappe.provide("frappe.dashboards.chart_sources");

frappe.dashboards.chart_sources["Open Value by Stage"] = {
	method: "crm_etapas.api.overview.value_by_stage",
	filters: [],
};
