// {% include "crm_etapas/public/js/reports/common.js" %}

crm_etapas.reports.define("Pipeline Forecast", {
	defaults: {
		from_date: frappe.datetime.add_months(frappe.datetime.month_start(), -3),
		to_date: frappe.datetime.add_months(frappe.datetime.month_end(), 12),
	},
});
