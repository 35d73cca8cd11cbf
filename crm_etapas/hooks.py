app_name = "crm_etapas"
app_title = "CRM Etapas"
app_publisher = "CRM Etapas contributors"
app_description = "A guided sales pipeline on ERPNext's Lead and Opportunity"
app_email = "crm-etapas@users.noreply.github.com"
app_license = "GPL-3.0-or-later"

required_apps = ["erpnext"]
require_type_annotated_api_methods = True

app_include_js = "crm_etapas.bundle.js"
app_include_css = "crm_etapas.bundle.css"
doctype_list_js = {"Opportunity": "public/js/history_import_dialog.js"}
extend_bootinfo = "crm_etapas.boot.extend_bootinfo"

after_install = "crm_etapas.install.after_install"
before_uninstall = "crm_etapas.uninstall.before_uninstall"

crm_etapas_pipelines = [
	"crm_etapas.pipelines.PROSPECT",
	"crm_etapas.pipelines.OPPORTUNITY",
]

doc_events = {
	"Lead": {
		"before_validate": "crm_etapas.pipeline.transition.before_validate",
		"validate": "crm_etapas.pipeline.transition.validate",
		"on_update": "crm_etapas.pipeline.transition.on_update",
		"on_change": "crm_etapas.pipeline.truth.watch",
		"on_trash": "crm_etapas.pipeline.transition.on_trash",
		"before_rename": "crm_etapas.pipeline.transition.before_rename",
	},
	"Opportunity": {
		"before_validate": "crm_etapas.pipeline.transition.before_validate",
		"validate": "crm_etapas.pipeline.transition.validate",
		"after_insert": "crm_etapas.events.opportunity.after_insert",
		"on_update": "crm_etapas.pipeline.transition.on_update",
		"on_change": "crm_etapas.pipeline.truth.watch",
		"on_trash": [
			"crm_etapas.pipeline.transition.on_trash",
			"crm_etapas.events.opportunity.on_trash",
		],
		"before_rename": "crm_etapas.pipeline.transition.before_rename",
	},
	"Customer": {
		"on_update": "crm_etapas.events.customer.on_update",
		"on_trash": "crm_etapas.events.customer.on_trash",
	},
	"Quotation": {
		"on_submit": "crm_etapas.events.quotation.on_submit",
		"on_update_after_submit": "crm_etapas.events.quotation.on_update_after_submit",
		"on_cancel": "crm_etapas.events.quotation.on_cancel",
		"on_trash": "crm_etapas.events.quotation.on_trash",
	},
	"Sales Order": {
		"on_submit": "crm_etapas.events.sales_order.on_submit",
		"on_cancel": "crm_etapas.events.sales_order.on_cancel",
		"on_trash": "crm_etapas.events.sales_order.on_trash",
	},
	"Communication": {
		"after_insert": "crm_etapas.events.communication.after_insert",
		"on_trash": "crm_etapas.events.communication.on_trash",
	},
	"Event": {
		"on_update": "crm_etapas.events.event.on_update",
		"on_trash": "crm_etapas.events.event.on_trash",
	},
}

after_job = ["crm_etapas.events.scheduler.after_job"]

scheduler_events = {
	"hourly": ["crm_etapas.events.scheduler.hourly"],
	"daily_long": ["crm_etapas.events.scheduler.daily"],
}

# history never keeps anybody from deleting what it speaks of; stages look after themselves
ignore_links_on_delete = ["Stage Log"]

default_log_clearing_doctypes = {"Bulk Move": 180}

permission_query_conditions = {
	"Stage Log": "crm_etapas.permissions.stage_log_query_conditions",
}

has_permission = {
	"Stage Log": "crm_etapas.permissions.has_stage_log_permission",
}
