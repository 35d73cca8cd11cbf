// {% include "crm_etapas/public/js/reports/common.js" %}

crm_etapas.reports.define("Time in Stage", {
	filters: [
		crm_etapas.reports.choice("stages_of", __("Stages Of"), [
			"Opportunities",
			"Prospects",
			"Qualification Levels",
		]),
		crm_etapas.reports.choice("split_by", __("Split By"), [
			"Nothing",
			"Business Segment",
			"Sales Channel",
			"Salesperson",
			"Potential Level",
			"Territory",
		]),
	],
});
