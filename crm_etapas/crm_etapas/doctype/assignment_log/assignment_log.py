"""Why a prospect went where it went. Only `crm_etapas.assignment.log` writes it."""

import frappe
from frappe.model.document import Document
from frappe.utils import add_days, today


class AssignmentLog(Document):
	@staticmethod
	def clear_old_logs(days: int = 730) -> None:
		"""Delete old entries; Log Settings says after how many days. This week's are counted, so a week stays."""
		frappe.db.delete("Assignment Log", {"assigned_on": ["<", add_days(today(), -max(days, 7))]})


def on_doctype_update():
	frappe.db.add_index("Assignment Log", ["lead", "assigned_on"], "lead_assigned_on")
	frappe.db.add_index("Assignment Log", ["assigned_on", "user"], "assigned_on_user")
