// {% include "crm_etapas/public/js/reports/common.js" %}

crm_etapas.reports.define("Pipeline Changes", {
	without: ["to_date"],
	labels: { from_date: __("Changes Since") },
	defaults: { from_date: frappe.datetime.add_days(frappe.datetime.get_today(), -7) },
});
