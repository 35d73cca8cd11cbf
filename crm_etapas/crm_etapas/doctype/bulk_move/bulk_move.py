"""Many records on their way to a stage: what was asked for, how far it is, what it came to."""

import frappe
from frappe.model.document import Document
from frappe.utils import add_days, today

from crm_etapas.pipeline import bulk, bulk_job


class BulkMove(Document):
	def on_trash(self):
		bulk_job.refuse_while_running(self)
		bulk.forget(self.name)

	@staticmethod
	def clear_old_logs(days: int = 180) -> None:
		"""Delete bulk moves that have ended; Log Settings says after how many days."""
		old = {"modified": ["<", add_days(today(), -days)], "status": ["!=", "Running"]}
		for name in frappe.get_all("Bulk Move", old, pluck="name"):
			frappe.delete_doc("Bulk Move", name, delete_permanently=True)
