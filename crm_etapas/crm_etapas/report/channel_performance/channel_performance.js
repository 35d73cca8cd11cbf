// {% include "crm_etapas/public/js/reports/common.js" %}

crm_etapas.reports.define("Channel Performance", {
	filters: [crm_etapas.reports.choice("by", __("By"), ["Sales Channel", "Campaign"])],
});
