// {% include "crm_etapas/public/js/reports/common.js" %}

crm_etapas.reports.define("Won and Lost", {
	filters: [
		crm_etapas.reports.choice("by", __("By"), [
			"Month",
			"Week",
			"Sales Channel",
			"Business Segment",
			"Salesperson",
			"Territory",
			"Campaign",
			"Potential Level",
			"Product",
			"Lost Reason",
			"Competitor",
		]),
	],
});
