"""One run of the history import: its files and mapping, how far it is, what it found."""

from frappe.model.document import Document

from crm_etapas.history_import import mapping, tasks
from crm_etapas.history_import.job import reporting_to_user


class HistoryImport(Document):
	def validate(self):
		with reporting_to_user():
			self.source = mapping.parse(self.mapping).source

	def on_trash(self):
		tasks.refuse_while_running(self)
