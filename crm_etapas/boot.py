"""What the desk needs to know when it starts."""

from crm_etapas.assignment import on_save
from crm_etapas.pipeline import stages
from crm_etapas.pipeline.registry import get_pipelines
from crm_etapas.pipeline.vocabulary import ACTIVE, Outcome


def extend_bootinfo(bootinfo) -> None:
	"""Tell the desk which DocTypes have stages, and where, and whether prospects are assigned by skill."""
	bootinfo.crm_etapas_assigns_by_skill = on_save.is_on()
	bootinfo.crm_etapas_pipelines = [
		{
			"name": pipeline.name,
			"doctype": pipeline.doctype,
			"stage_doctype": pipeline.stage_doctype,
			"stage_field": pipeline.stage_field,
			"open_stages": stages.with_outcome(pipeline, *ACTIVE),
			"active_stages": stages.with_outcome(pipeline, Outcome.OPEN),
		}
		for pipeline in get_pipelines().values()
	]
