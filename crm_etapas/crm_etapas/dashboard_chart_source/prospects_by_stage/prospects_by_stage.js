frappe.provide("frappe.dashboards.chart_sources");

frappe.dashboards.chart_sources["Prospects by Stage"] = {
	method: "crm_etapas.api.overview.prospects_by_stage",
	filters: [],
};
