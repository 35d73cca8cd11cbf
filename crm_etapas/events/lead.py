"""What happens to a lead in one capability, told to another."""

from frappe.model.document import Document

from crm_etapas.assignment import on_save
from crm_etapas.pipelines import QUALIFICATION
from crm_etapas.qualification import levels


def validate(doc: Document, method: str | None = None) -> None:
	"""A level that hands its prospects over finds them somebody, in the save that reaches it."""
	for pipeline, previous in doc.flags.stage_changes or []:
		if pipeline is QUALIFICATION and previous and levels.get(doc.qualification_level).hand_over:
			on_save.level_reached(doc, doc.qualification_level)
