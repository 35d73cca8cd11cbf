// {% include "crm_etapas/public/js/reports/common.js" %}

crm_etapas.reports.define("Salesperson Performance");
