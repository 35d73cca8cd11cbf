// {% include "crm_etapas/public/js/reports/common.js" %}
// {% include "crm_etapas/public/js/reports/funnel.js" %}

crm_etapas.reports.define("Stage Funnel", {
	filters: [
		crm_etapas.reports.choice("funnel_of", __("Funnel Of"), [
			"Opportunities",
			"Prospects",
			"Qualification Levels",
			"Prospect to Won",
		]),
	],
	after_datatable_render: (report) => crm_etapas.reports.draw_funnel(report),
});
