"""The next contact of what comes back: at once, by whoever gets it, but in working time."""

from datetime import datetime, timedelta

import frappe
from frappe.model.document import Document
from frappe.utils import now_datetime

from crm_etapas.cycle import NEXT_CONTACT
from crm_etapas.pipeline.working_time import after_working_time, holidays_of, working_hours

SOON = timedelta(minutes=15)


def remind(doc: Document, user: str | None, subject: str) -> None:
	"""Plan the next contact with a record that is about to be saved; one that is planned already stands.

	Where nobody is there to make it, none is planned.
	"""
	if not user:
		return
	if not doc.get(NEXT_CONTACT):
		doc.update(
			{
				NEXT_CONTACT: at_work(doc.get("company")),
				"next_contact_subject": subject[:140],
				"next_contact_by": user,
			}
		)
	elif not doc.get("next_contact_by") or not _is_enabled(doc.get("next_contact_by")):
		doc.set("next_contact_by", user)


def at_work(company: str | None) -> datetime:
	"""Return a moment from now, in the working time of a company."""
	soon = after_working_time(now_datetime(), SOON.total_seconds(), holidays_of(company), *working_hours())
	return soon.replace(second=0, microsecond=0)


def _is_enabled(user: str) -> bool:
	return bool(frappe.get_cached_value("User", user, "enabled"))
