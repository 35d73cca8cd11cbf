"""Whitelisted methods: plan the next contact with a record, say what came of it, note what has happened."""

import frappe
from frappe import _
from frappe.model.document import Document

from crm_etapas.api.records import existing
from crm_etapas.exceptions import FollowUpError
from crm_etapas.follow_up import RESPONSIBLE, calendar, interactions, many, next_contact
from crm_etapas.follow_up.interactions import Interaction
from crm_etapas.pipeline.deadlock import tried_again

MOST_AT_ONCE = 100  # records that one request plans with


@frappe.whitelist(methods=["POST"])
@tried_again
def schedule(
	doctype: str,
	name: str,
	date: str | None = None,
	by: str | None = None,
	medium: str | None = None,
	subject: str | None = None,
) -> dict:
	"""Plan the next contact with a record, or move it. Its event in the calendar follows.

	:param doctype: Lead, Opportunity or Customer.
	:param date: date and time in the site's time zone; without it the next contact is cancelled.
	:param by: the user who makes it; whoever is answerable for the record, if nobody is named.
	:param medium: Phone, Email, Meeting, Visit, Chat, SMS or Other.
	:return: next_contact_date, next_contact_by, next_contact_medium, next_contact_subject, next_contact_event.
	:raises FollowUpError: if it lies in the past, the record is closed, or that user cannot make it.
	:raises frappe.PermissionError: if the user may not write the record.
	"""
	doc = _writable(doctype, name)
	_plan(doc, {"date": date, "by": by, "medium": medium, "subject": subject})
	return _told(doc)


@frappe.whitelist(methods=["POST"])
@tried_again
def schedule_many(
	doctype: str,
	names: list | str,
	date: str,
	by: str | None = None,
	medium: str | None = None,
	subject: str | None = None,
) -> list[dict]:
	"""Plan the same next contact with several records, each through its own save.

	:param names: at most 100; the other arguments are those of `schedule`.
	:return: a dict a record: name, title and reason: why it was refused, or None.
	:raises FollowUpError: if there are more.
	:raises frappe.PermissionError: if the user may write no record of the DocType.
	"""
	frappe.has_permission(_followed(doctype), "write", throw=True)
	names = frappe.parse_json(names)
	if len(names) > MOST_AT_ONCE:
		frappe.throw(
			_("{0} contacts are too many to be planned at once. Choose {1} records at most").format(
				len(names), MOST_AT_ONCE
			),
			FollowUpError,
			title=_("Next Contact"),
		)
	planned = {"date": date, "by": by, "medium": medium, "subject": subject}
	return many.each(doctype, names, lambda doc: _plan(doc, planned))


@frappe.whitelist(methods=["POST"])
@tried_again
def log_interaction(
	doctype: str,
	name: str,
	medium: str,
	direction: str = interactions.SENT,
	on: str | None = None,
	result: str | None = None,
	note: str | None = None,
	next_contact: dict | str | None = None,
) -> str:
	"""Note a call, mail, meeting or visit on the timeline of a record.

	:param medium: Phone, Email, Meeting, Visit, Chat, SMS or Other.
	:param direction: Sent or Received: who began.
	:param on: when it happened, not in the future; now, if nothing is said.
	:param result: name of an Interaction Result.
	:param next_contact: date, by, medium, subject as `schedule` takes them; without it the one planned stays.
	:return: the name of the Communication.
	:raises FollowUpError: if it cannot have happened so, or the next contact cannot be planned.
	:raises frappe.PermissionError: if the user may not write the record.
	"""
	doc = _writable(doctype, name)
	communication = interactions.log(doc, Interaction(medium, direction, on, result, note))
	if planned := _parsed(next_contact):
		doc.reload()  # the interaction may have moved it on
		_plan(doc, planned)
	return communication.name


@frappe.whitelist(methods=["POST"])
@tried_again
def complete(
	doctype: str,
	name: str,
	medium: str,
	direction: str = interactions.SENT,
	on: str | None = None,
	result: str | None = None,
	note: str | None = None,
	next_contact: dict | str | None = None,
) -> str:
	"""Say that the contact that was planned has been made, what came of it, and when the next one is.

	The arguments are those of `log_interaction`; without `next_contact` none is planned afterwards.

	:return: the name of the Communication.
	"""
	doc = _writable(doctype, name)
	calendar.complete(doc)
	communication = interactions.log(doc, Interaction(medium, direction, on, result, note))
	doc.reload()  # the interaction may have moved it on
	_plan(doc, _parsed(next_contact))
	return communication.name


@frappe.whitelist(methods=["GET", "POST"])
def recent(doctype: str, name: str, limit: int = 5) -> list[dict]:
	"""Return the newest interactions with a record, those that were planned only left out.

	:return: name, medium, direction, on, result, subject, note (its first line, or None), by (full name); newest
		first.
	:raises frappe.PermissionError: if the user may not read the record.
	"""
	doc = existing(_followed(doctype), name, tables=False)
	return interactions.recent(doc, min(max(limit, 1), 50))


def _followed(doctype: str) -> str:
	if doctype not in RESPONSIBLE:
		frappe.throw(
			_("{0} has no next contact. Choose a record of: {1}").format(
				frappe.bold(_(doctype)), ", ".join(map(_, RESPONSIBLE))
			),
			FollowUpError,
		)
	return doctype


def _writable(doctype: str, name: str) -> Document:
	doc = existing(_followed(doctype), name)
	doc.check_permission("write")
	return doc


def _parsed(next_contact: dict | str | None) -> dict:
	return frappe.parse_json(next_contact or "{}")


def _plan(doc: Document, planned: dict) -> None:
	for part, fieldname in zip(("date", "by", "medium", "subject"), next_contact.FIELDS, strict=True):
		doc.set(fieldname, planned.get(part) or None)
	doc.save()


def _told(doc: Document) -> dict:
	return {fieldname: doc.get(fieldname) for fieldname in (*next_contact.FIELDS, calendar.EVENT)}
