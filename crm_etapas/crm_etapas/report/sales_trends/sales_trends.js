// {% include "crm_etapas/public/js/reports/common.js" %}
// {% include "crm_etapas/public/js/reports/by_mail.js" %}

crm_etapas.reports.define("Sales Trends", {
	filters: [
		crm_etapas.reports.choice("by", __("By"), ["Month", "Week"]),
		crm_etapas.reports.choice("drawn", __("Chart"), [
			"New Prospects",
			"New Opportunities",
			"Interactions",
			"Won Opportunities",
			"Lost Opportunities",
			"Win Rate",
			"Won Value",
			"Average Won",
			"Days to Win",
			"Days to Lose",
		]),
	],
	onload: (report) => crm_etapas.reports.offer_mail(report),
});
