"""Until when a record is valid: so many days from the day it came in, or came back."""

from frappe.model.document import Document
from frappe.utils import add_days, cint, getdate, today


def set_end(doc: Document) -> None:
	"""Compute the last valid day where the days have changed, or put it back: nobody else writes it."""
	before = doc.get_doc_before_save()
	days = cint(doc.validity_days)
	if before and days and doc.flags.comes_back:
		doc.valid_until = add_days(today(), days)
		return
	if before and days == cint(before.validity_days):
		doc.valid_until = before.valid_until
		return
	doc.valid_until = add_days(_entry(doc), days) if days else None


def _entry(doc: Document):
	"""Return the day on which a record came in."""
	return getdate(doc.get("transaction_date") or doc.creation)
