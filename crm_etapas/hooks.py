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
override_doctype_dashboards = {
	"Lead": "crm_etapas.conversion.shown.connections_of_lead",
	"Opportunity": "crm_etapas.conversion.shown.connections_of_opportunity",
}
extend_bootinfo = "crm_etapas.boot.extend_bootinfo"

after_install = "crm_etapas.install.after_install"
setup_wizard_complete = "crm_etapas.identity.identification.choose_default"
before_uninstall = "crm_etapas.uninstall.before_uninstall"

crm_etapas_pipelines = [
	"crm_etapas.pipelines.PROSPECT",
	"crm_etapas.pipelines.QUALIFICATION",
	"crm_etapas.pipelines.OPPORTUNITY",
]

# what leads records to a stage, which then cannot be disabled
crm_etapas_leads_to_stage = [
	{
		"doctype": "Prospect Stage",
		"field": "wakes_into",
		"filters": {"disabled": 0, "outcome": ["in", ["On Hold", "Lost"]]},
	},
	{
		"doctype": "Opportunity Stage",
		"field": "wakes_into",
		"filters": {"disabled": 0, "outcome": ["in", ["On Hold", "Lost"]]},
	},
	{"doctype": "Disqualification Reason", "field": "stage", "filters": {"disabled": 0}},
	{"doctype": "Disqualification Reason", "field": "comes_back_into", "filters": {"never_comes_back": 0}},
	{"doctype": "Opportunity Lost Reason", "field": "comes_back_into", "filters": {"never_comes_back": 0}},
	{"doctype": "Attempt Protocol", "field": "next_stage", "filters": {"disabled": 0}},
	{"doctype": "Customer Follow-up Rule", "field": "opportunity_stage", "filters": {"disabled": 0}},
	{"doctype": "CRM Etapas Settings", "field": "stage_of_expired_leads"},
	{"doctype": "CRM Etapas Settings", "field": "stage_of_expired_opportunities"},
	{"doctype": "CRM Etapas Settings", "field": "disqualification_stage"},
]

override_whitelisted_methods = {
	"frappe.email.relink": "crm_etapas.api.follow_up.relink",
}

doc_events = {
	"*": {
		"after_rename": "crm_etapas.qualification.renaming.after_rename",
	},
	"Lead": {
		"onload": [
			"crm_etapas.verification.marks.tell",
			"crm_etapas.qualification.disqualification.tell",
			"crm_etapas.follow_up.protocol.tell",
			"crm_etapas.cycle.on_save.tell",
			"crm_etapas.conversion.shown.tell",
		],
		"before_validate": [
			"crm_etapas.pipeline.transition.before_validate",
			"crm_etapas.qualification.disqualification.before_validate",
			"crm_etapas.profile.record.before_validate",
			"crm_etapas.profile.places.settle",
		],
		"validate": [
			"crm_etapas.identity.recognise.validate",
			"crm_etapas.assignment.on_save.validate",
			"crm_etapas.profile.record.validate",
			"crm_etapas.pipeline.transition.validate",
			"crm_etapas.events.lead.validate",
			"crm_etapas.qualification.disqualification.validate",
			"crm_etapas.follow_up.next_contact.validate",
			"crm_etapas.follow_up.attention.marks.validate",
			"crm_etapas.cycle.on_save.validate",
			"crm_etapas.qualification.scorecard.scoring.validate",
		],
		"before_save": "crm_etapas.pipeline.undo.before_save",
		"on_update": [
			"crm_etapas.identity.recognise.on_update",
			"crm_etapas.pipeline.transition.on_update",
			"crm_etapas.identity.duplicates.warn",
			"crm_etapas.events.lead.on_update",
			"crm_etapas.profile.record.on_update",
			"crm_etapas.assignment.on_save.on_update",
			"crm_etapas.follow_up.next_contact.on_update",
		],
		"on_change": [
			"crm_etapas.cycle.on_save.on_change",
			"crm_etapas.pipeline.truth.watch",
		],
		"on_trash": [
			"crm_etapas.pipeline.transition.on_trash",
			"crm_etapas.follow_up.next_contact.on_trash",
			"crm_etapas.assignment.on_save.on_trash",
		],
		"before_rename": [
			"crm_etapas.pipeline.transition.before_rename",
			"crm_etapas.follow_up.next_contact.before_rename",
			"crm_etapas.cycle.on_save.before_rename",
		],
		"after_rename": "crm_etapas.follow_up.next_contact.after_rename",
	},
	"Opportunity": {
		"onload": [
			"crm_etapas.verification.marks.tell",
			"crm_etapas.follow_up.protocol.tell",
			"crm_etapas.cycle.on_save.tell",
		],
		"before_validate": [
			"crm_etapas.conversion.losses.before_validate",
			"crm_etapas.pipeline.transition.before_validate",
			"crm_etapas.profile.record.before_validate",
			"crm_etapas.events.opportunity.before_validate",
			"crm_etapas.profile.places.settle",
		],
		"validate": [
			"crm_etapas.identity.recognise.validate",
			"crm_etapas.conversion.amounts.validate",
			"crm_etapas.pipeline.transition.validate",
			"crm_etapas.conversion.closing.validate",
			"crm_etapas.profile.record.validate",
			"crm_etapas.follow_up.next_contact.validate",
			"crm_etapas.follow_up.attention.marks.validate",
			"crm_etapas.cycle.on_save.validate",
		],
		"before_save": "crm_etapas.pipeline.undo.before_save",
		"before_insert": "crm_etapas.events.opportunity.before_insert",
		"after_mapping": "crm_etapas.conversion.field_map.after_mapping",
		"after_insert": "crm_etapas.events.opportunity.after_insert",
		"on_update": [
			"crm_etapas.pipeline.transition.on_update",
			"crm_etapas.profile.record.on_update",
			"crm_etapas.follow_up.next_contact.on_update",
			"crm_etapas.cycle.loyalty.withdraw.on_update",
		],
		"on_change": [
			"crm_etapas.cycle.on_save.on_change",
			"crm_etapas.pipeline.truth.watch",
		],
		"on_trash": [
			"crm_etapas.pipeline.transition.on_trash",
			"crm_etapas.events.opportunity.on_trash",
			"crm_etapas.follow_up.next_contact.on_trash",
		],
		"before_rename": [
			"crm_etapas.pipeline.transition.before_rename",
			"crm_etapas.follow_up.next_contact.before_rename",
			"crm_etapas.cycle.on_save.before_rename",
			"crm_etapas.cycle.loyalty.withdraw.before_rename",
		],
		"after_rename": "crm_etapas.follow_up.next_contact.after_rename",
	},
	"Prospect": {
		"onload": "crm_etapas.verification.marks.tell",
		"after_mapping": "crm_etapas.conversion.field_map.after_mapping",
		"before_validate": [
			"crm_etapas.events.prospect.before_validate",
			"crm_etapas.profile.record.before_validate",
			"crm_etapas.profile.places.settle",
		],
		"validate": [
			"crm_etapas.identity.recognise.validate",
			"crm_etapas.profile.record.validate",
		],
		"on_update": "crm_etapas.profile.record.on_update",
	},
	"Customer": {
		"onload": "crm_etapas.verification.marks.tell",
		"after_mapping": [
			"crm_etapas.events.customer.after_mapping",
			"crm_etapas.conversion.field_map.after_mapping",
		],
		"on_update": [
			"crm_etapas.identity.recognise.on_update",
			"crm_etapas.events.customer.on_update",
			"crm_etapas.identity.duplicates.warn",
			"crm_etapas.profile.record.on_update",
			"crm_etapas.follow_up.next_contact.on_update",
		],
		"on_trash": [
			"crm_etapas.events.customer.on_trash",
			"crm_etapas.cycle.loyalty.withdraw.forget",
			"crm_etapas.follow_up.next_contact.on_trash",
		],
		"before_rename": "crm_etapas.follow_up.next_contact.before_rename",
		"after_rename": "crm_etapas.follow_up.next_contact.after_rename",
		"before_validate": [
			"crm_etapas.profile.record.before_validate",
			"crm_etapas.profile.places.settle",
		],
		"validate": [
			"crm_etapas.identity.recognise.validate",
			"crm_etapas.profile.record.validate",
			"crm_etapas.follow_up.next_contact.validate",
		],
	},
	"Contact": {
		"onload": "crm_etapas.verification.marks.tell",
		"after_mapping": "crm_etapas.conversion.field_map.after_mapping",
		"before_validate": "crm_etapas.identity.recognise.normalise_contact",
		"validate": "crm_etapas.verification.marks.keep_true",
		"on_trash": "crm_etapas.verification.validation.forget",
	},
	("Contact Email", "Contact Phone"): {
		"validate": "crm_etapas.verification.marks.keep_row_true",
	},
	"Address": {
		"before_validate": "crm_etapas.profile.places.settle",
		"validate": [
			"crm_etapas.identity.recognise.validate",
			"crm_etapas.profile.places.keep_point",
		],
		"on_update": "crm_etapas.profile.places.share",
	},
	("Quotation", "Sales Order", "Delivery Note", "Sales Invoice"): {
		"after_mapping": [
			"crm_etapas.conversion.revenue.after_mapping",
			"crm_etapas.conversion.field_map.after_mapping",
		],
		"before_validate": "crm_etapas.conversion.revenue.before_validate",
	},
	"Quotation": {
		"after_insert": "crm_etapas.events.quotation.after_insert",
		"on_submit": "crm_etapas.events.quotation.on_submit",
		"on_update_after_submit": "crm_etapas.events.quotation.on_update_after_submit",
		"on_cancel": "crm_etapas.events.quotation.on_cancel",
		"on_trash": "crm_etapas.events.quotation.on_trash",
	},
	"Sales Order": {
		"on_submit": "crm_etapas.events.sales_order.on_submit",
		"on_update_after_submit": "crm_etapas.events.sales_order.on_update_after_submit",
		"on_cancel": "crm_etapas.events.sales_order.on_cancel",
		"on_trash": "crm_etapas.events.sales_order.on_trash",
	},
	"Lead Conversion": {
		"on_change": "crm_etapas.events.lead_conversion.on_change",
	},
	"Communication": {
		"after_insert": "crm_etapas.events.communication.after_insert",
		"on_update": "crm_etapas.events.communication.on_update",
		"on_trash": "crm_etapas.events.communication.on_trash",
		"after_delete": "crm_etapas.events.communication.after_delete",
	},
	"Web Page View": {
		"after_insert": "crm_etapas.events.web_page_view.after_insert",
	},
	"Event": {
		"before_save": "crm_etapas.follow_up.calendar.before_save",
		"on_update": "crm_etapas.events.event.on_update",
		"on_trash": "crm_etapas.events.event.on_trash",
	},
	# when records come back
	("Prospect Stage", "Opportunity Stage"): {
		"validate": [
			"crm_etapas.follow_up.protocol_checks.check_stage",
			"crm_etapas.cycle.settings.validate_stage",
		],
		"on_update": "crm_etapas.cycle.recompute.on_update",
		"after_rename": "crm_etapas.cycle.settings.forget",
		"on_trash": "crm_etapas.cycle.settings.forget",
	},
	# what customers are followed up after
	("Sales Order", "Delivery Note", "Sales Invoice", "Contract"): {
		"on_cancel": "crm_etapas.cycle.loyalty.withdraw.on_cancel",
	},
	("Disqualification Reason", "Opportunity Lost Reason"): {
		"validate": "crm_etapas.cycle.settings.validate_reason",
		"on_update": "crm_etapas.cycle.recompute.on_update",
		"after_rename": "crm_etapas.cycle.settings.forget",
		"on_trash": "crm_etapas.cycle.settings.forget",
	},
	("Business Segment", "Sales Channel", "Potential Level", "Language"): {
		"after_rename": "crm_etapas.assignment.reps.forget",
	},
	"Customer Attribute": {
		"after_rename": ["crm_etapas.assignment.reps.forget", "crm_etapas.qualification.levels.forget"],
	},
	"Interaction Result": {
		"after_rename": "crm_etapas.qualification.levels.forget",
	},
	"User": {
		"after_rename": "crm_etapas.assignment.reps.forget",
		"on_update": "crm_etapas.events.user.on_update",
		"on_trash": "crm_etapas.events.user.on_trash",
	},
	# who is there today; leaves where the HR app is
	("Employee", "Holiday List", "Leave Application", "Company", "Territory"): {
		"on_update": "crm_etapas.assignment.reps.forget",
		"on_cancel": "crm_etapas.assignment.reps.forget",
		"on_update_after_submit": "crm_etapas.assignment.reps.forget",
		"after_rename": "crm_etapas.assignment.reps.forget",
		"on_trash": "crm_etapas.assignment.reps.forget",
	},
}

after_job = ["crm_etapas.events.scheduler.after_job"]

scheduler_events = {
	"cron": {"*/5 * * * *": ["crm_etapas.events.scheduler.every_five_minutes"]},
	"hourly": ["crm_etapas.events.scheduler.hourly"],
	"hourly_long": [
		"crm_etapas.events.scheduler.come_back",
		"crm_etapas.events.scheduler.send_weekly_figures",
	],
	# each a job of its own: if one fails, the others run
	"daily_long": [
		"crm_etapas.events.scheduler.daily",
		"crm_etapas.events.scheduler.see_to_the_neglected",
		"crm_etapas.events.scheduler.score",
		"crm_etapas.events.scheduler.follow_up_customers",
	],
}

# history never keeps anybody from deleting what it speaks of, nor does what was learned; stages look after themselves
ignore_links_on_delete = [
	"Stage Log",
	"Assignment Log",
	"Assignment Run",
	"Scorecard Points",
	"Customer Follow-up",
	"Lead Conversion",
	"Lead Conversion Record",
]

default_log_clearing_doctypes = {
	"Assignment Log": 730,
	"Assignment Run": 180,
	"Bulk Move": 180,
	"Contact Validation": 180,
	"List Export": 30,
}

permission_query_conditions = {
	"Lead Conversion": "crm_etapas.permissions.lead_conversion_query_conditions",
	"Stage Log": "crm_etapas.permissions.stage_log_query_conditions",
}

has_permission = {
	"Lead Conversion": "crm_etapas.permissions.has_lead_conversion_permission",
	"Stage Log": "crm_etapas.permissions.has_stage_log_permission",
}
