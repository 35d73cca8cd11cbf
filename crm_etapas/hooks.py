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
setup_wizard_complete = "crm_etapas.identity.identification.choose_default"
before_uninstall = "crm_etapas.uninstall.before_uninstall"

crm_etapas_pipelines = [
	"crm_etapas.pipelines.PROSPECT",
	"crm_etapas.pipelines.QUALIFICATION",
	"crm_etapas.pipelines.OPPORTUNITY",
]

doc_events = {
	"Lead": {
		"onload": [
			"crm_etapas.verification.marks.tell",
			"crm_etapas.qualification.disqualification.tell",
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
			"crm_etapas.qualification.scorecard.scoring.validate",
		],
		"on_update": [
			"crm_etapas.identity.recognise.on_update",
			"crm_etapas.pipeline.transition.on_update",
			"crm_etapas.identity.duplicates.warn",
			"crm_etapas.profile.record.on_update",
			"crm_etapas.assignment.on_save.on_update",
			"crm_etapas.follow_up.next_contact.on_update",
		],
		"on_change": "crm_etapas.pipeline.truth.watch",
		"on_trash": [
			"crm_etapas.pipeline.transition.on_trash",
			"crm_etapas.follow_up.next_contact.on_trash",
			"crm_etapas.assignment.on_save.on_trash",
		],
		"before_rename": [
			"crm_etapas.pipeline.transition.before_rename",
			"crm_etapas.follow_up.next_contact.before_rename",
		],
	},
	"Opportunity": {
		"onload": "crm_etapas.verification.marks.tell",
		"before_validate": [
			"crm_etapas.conversion.losses.before_validate",
			"crm_etapas.pipeline.transition.before_validate",
			"crm_etapas.profile.record.before_validate",
			"crm_etapas.events.opportunity.before_validate",
			"crm_etapas.profile.places.settle",
		],
		"validate": [
			"crm_etapas.identity.recognise.validate",
			"crm_etapas.pipeline.transition.validate",
			"crm_etapas.conversion.closing.validate",
			"crm_etapas.profile.record.validate",
			"crm_etapas.follow_up.next_contact.validate",
		],
		"after_insert": "crm_etapas.events.opportunity.after_insert",
		"on_update": [
			"crm_etapas.pipeline.transition.on_update",
			"crm_etapas.profile.record.on_update",
			"crm_etapas.follow_up.next_contact.on_update",
		],
		"on_change": "crm_etapas.pipeline.truth.watch",
		"on_trash": [
			"crm_etapas.pipeline.transition.on_trash",
			"crm_etapas.events.opportunity.on_trash",
			"crm_etapas.follow_up.next_contact.on_trash",
		],
		"before_rename": [
			"crm_etapas.pipeline.transition.before_rename",
			"crm_etapas.follow_up.next_contact.before_rename",
		],
	},
	"Prospect": {
		"onload": "crm_etapas.verification.marks.tell",
		"before_validate": [
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
		"after_mapping": "crm_etapas.events.customer.after_mapping",
		"on_update": [
			"crm_etapas.identity.recognise.on_update",
			"crm_etapas.events.customer.on_update",
			"crm_etapas.identity.duplicates.warn",
			"crm_etapas.profile.record.on_update",
			"crm_etapas.follow_up.next_contact.on_update",
		],
		"on_trash": [
			"crm_etapas.events.customer.on_trash",
			"crm_etapas.follow_up.next_contact.on_trash",
		],
		"before_rename": "crm_etapas.follow_up.next_contact.before_rename",
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
	"Communication": {
		"after_insert": "crm_etapas.events.communication.after_insert",
		"on_trash": "crm_etapas.events.communication.on_trash",
	},
	"Web Page View": {
		"after_insert": "crm_etapas.events.web_page_view.after_insert",
	},
	"Event": {
		"on_update": "crm_etapas.events.event.on_update",
		"on_trash": "crm_etapas.events.event.on_trash",
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
	"daily_long": ["crm_etapas.events.scheduler.daily", "crm_etapas.events.scheduler.score"],
}

# history never keeps anybody from deleting what it speaks of, nor does what was learned; stages look after themselves
ignore_links_on_delete = ["Stage Log", "Assignment Log", "Assignment Run", "Scorecard Points"]

default_log_clearing_doctypes = {
	"Assignment Log": 730,
	"Assignment Run": 180,
	"Bulk Move": 180,
	"Contact Validation": 180,
	"List Export": 30,
}

permission_query_conditions = {
	"Stage Log": "crm_etapas.permissions.stage_log_query_conditions",
}

has_permission = {
	"Stage Log": "crm_etapas.permissions.has_stage_log_permission",
}
