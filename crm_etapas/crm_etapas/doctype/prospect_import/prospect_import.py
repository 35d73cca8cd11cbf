"""One run of the import of prospects: its file and options, how far it is, what it found."""

from frappe.model.document import Document

from crm_etapas.capture import tasks
from crm_etapas.capture.columns import parse_mapping
from crm_etapas.capture.job import reporting_to_user


class ProspectImport(Document):
	def validate(self):
		with reporting_to_user():
			parse_mapping(self.mapping)

	def on_trash(self):
		tasks.refuse_while_running(self)
