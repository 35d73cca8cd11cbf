"""A message that was sent to validate an address of a contact, and what came of it."""

import frappe
from frappe.model.document import Document
from frappe.utils import add_days, now_datetime


class ContactValidation(Document):
	@staticmethod
	def clear_old_logs(days: int = 180) -> None:
		"""Delete what was sent before that; Log Settings says after how many days. Marks stay as they are."""
		table = frappe.qb.DocType("Contact Validation")
		frappe.qb.from_(table).delete().where(table.sent_on < add_days(now_datetime(), -days)).run()


def on_doctype_update() -> None:
	frappe.db.add_index("Contact Validation", ["address", "sent_on"])  # how many an address got
	frappe.db.add_index("Contact Validation", ["sent_by", "sent_on"])  # how many a user sent
