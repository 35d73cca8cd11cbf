app_name = "crm_etapas"
app_title = "CRM Etapas"
app_publisher = "CRM Etapas contributors"
app_description = "A guided sales pipeline on ERPNext's Lead and Opportunity"
app_email = "crm-etapas@users.noreply.github.com"
app_license = "GPL-3.0-or-later"

required_apps = ["erpnext"]
