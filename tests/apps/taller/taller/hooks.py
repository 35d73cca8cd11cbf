app_name = "taller"
app_title = "Taller"
app_publisher = "CRM Etapas contributors"
app_description = "A repair shop"
app_license = "GPL-3.0-or-later"

required_apps = ["crm_etapas"]

crm_etapas_pipelines = ["taller.pipeline.REPAIR"]

doc_events = {
	"Repair": {
		"before_validate": "crm_etapas.pipeline.transition.before_validate",
		"validate": "crm_etapas.pipeline.transition.validate",
		"before_save": "crm_etapas.pipeline.undo.before_save",
		"on_update": "crm_etapas.pipeline.transition.on_update",
		"on_change": "crm_etapas.pipeline.truth.watch",
		"on_trash": "crm_etapas.pipeline.transition.on_trash",
		"before_rename": "crm_etapas.pipeline.transition.before_rename",
	},
}
