// {% include "crm_etapas/public/js/reports/common.js" %}

crm_etapas.reports.define("Customer Behaviour", {
	without: ["campaign", "qualification_level", "cycle"],
	filters: [
		crm_etapas.reports.choice("state", __("State"), [
			"Everybody",
			"New",
			"Active",
			"Occasional",
			"Slipping Away",
			"Gone",
		]),
		{
			fieldname: "overdue",
			label: __("Slipping Away After (Rhythms)"),
			fieldtype: "Float",
			default: 1.5,
		},
	],
});
