"""The stages of a repair."""

from crm_etapas.pipeline.registry import Pipeline

REPAIR = Pipeline(
	name="repair",
	doctype="Repair",
	stage_doctype="Repair Stage",
	stage_field="repair_stage",
	entered_on_field="repair_stage_entered_on",
)
