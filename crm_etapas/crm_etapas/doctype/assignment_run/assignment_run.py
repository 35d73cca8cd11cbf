"""Prospects that are given in the background, or a dry run: what was asked for, how far it is, what it came to."""

import frappe
from frappe.model.document import Document
from frappe.utils import add_days, today

from crm_etapas.assignment import run


class AssignmentRun(Document):
	def on_trash(self):
		run.refuse_while_running(self)

	@staticmethod
	def clear_old_logs(days: int = 180) -> None:
		"""Delete runs that have ended; Log Settings says after how many days."""
		old = {"modified": ["<", add_days(today(), -days)], "status": ["!=", "Running"]}
		for name in frappe.get_all("Assignment Run", old, pluck="name"):
			frappe.delete_doc("Assignment Run", name, delete_permanently=True)
