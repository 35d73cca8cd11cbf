"""What a user takes along of a list, written in the background: what was asked for, how far it is, the file."""

import frappe
from frappe.model.document import Document
from frappe.utils import add_days, today

from crm_etapas.finding.export import job


class ListExport(Document):
	def on_trash(self):
		job.refuse_while_running(self)

	@staticmethod
	def clear_old_logs(days: int = 30) -> None:
		"""Delete exports and their files; Log Settings says after how many days."""
		old = {"modified": ["<", add_days(today(), -days)], "status": ["!=", "Running"]}
		for name in frappe.get_all("List Export", old, pluck="name"):
			frappe.delete_doc("List Export", name, delete_permanently=True)
