"""The next contact of what comes back: today, by whoever gets it."""

from datetime import datetime, timedelta

import frappe
from frappe.model.document import Document
from frappe.utils import get_datetime, now_datetime, today

from crm_etapas.cycle import NEXT_CONTACT

SOON = timedelta(minutes=15)


def remind(doc: Document, user: str | None, subject: str) -> None:
	"""Plan the next contact with a record that is about to be saved; one that is planned already stands.

	Where nobody is there to make it, none is planned.
	"""
	if not user:
		return
	if not doc.get(NEXT_CONTACT):
		doc.update({NEXT_CONTACT: at_work(), "next_contact_subject": subject[:140], "next_contact_by": user})
	elif not doc.get("next_contact_by") or not _is_enabled(doc.get("next_contact_by")):
		doc.set("next_contact_by", user)


def at_work() -> datetime:
	"""Return when the working day begins, or a moment from now if it has begun."""
	begins = frappe.get_cached_doc("CRM Etapas Settings").working_day_begins or "09:00"
	morning, soon = get_datetime(f"{today()} {begins}:00"), now_datetime() + SOON
	return max(morning, soon.replace(second=0, microsecond=0))


def _is_enabled(user: str) -> bool:
	return bool(frappe.get_cached_value("User", user, "enabled"))
