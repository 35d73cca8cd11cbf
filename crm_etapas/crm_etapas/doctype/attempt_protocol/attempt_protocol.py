"""How often and over which medium a client is tried to be reached, and what follows when none of it was answered."""

from frappe.model.document import Document

from crm_etapas.follow_up import protocol_checks
from crm_etapas.pipeline import stages
from crm_etapas.pipeline.registry import get_pipelines


class AttemptProtocol(Document):
	def validate(self):
		protocol_checks.check(self)

	def after_rename(self, old: str, new: str, merge: bool = False):
		for pipeline in get_pipelines().values():
			stages.clear_cache(pipeline.stage_doctype)
