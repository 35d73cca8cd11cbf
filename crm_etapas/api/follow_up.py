"""Whitelisted methods: plan the next contact with a record, say what came of it, note what has happened."""

import frappe
from frappe import _
from frappe.model.document import Document

from crm_etapas.api.records import existing
from crm_etapas.exceptions import FollowUpError
from crm_etapas.follow_up import RESPONSIBLE, calendar, counters, interactions, next_contact, protocol
from crm_etapas.follow_up.interactions import Interaction
from crm_etapas.pipeline.deadlock import tried_again


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
	:return: the name of the Communication. Where the attempt protocol of the stage has a next try and none is planned
		here, the response has it as `proposal`: date, medium, subject.
	:raises FollowUpError: if it cannot have happened so, or the next contact cannot be planned.
	:raises frappe.PermissionError: if the user may not write the record.
	"""
	doc, planned = _writable(doctype, name), _parsed(next_contact)
	communication = _log(
		doc, Interaction(medium, direction, on, result, note, next_contact_follows=bool(planned))
	)
	if planned:
		_plan(doc, planned)
	return communication


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
	doc, planned = _writable(doctype, name), _parsed(next_contact)
	calendar.complete(doc)
	communication = _log(
		doc, Interaction(medium, direction, on, result, note, next_contact_follows=bool(planned))
	)
	_plan(doc, planned)
	return communication


@frappe.whitelist(methods=["GET", "POST"])
def attempt(doctype: str, name: str) -> dict | None:
	"""Return which try of its stage's attempt protocol is being made with a record, and what follows it.

	:return: `attempt`, `of`, `medium`, `hint`, `next` (date, medium, subject) and `ends_in` (name, label), as
		`protocol.proposal` says; None if the stage has no protocol.
	:raises frappe.PermissionError: if the user may not read the record.
	"""
	return protocol.proposal(existing(_followed(doctype), name, tables=False))


@frappe.whitelist(methods=["GET", "POST"])
def recent(doctype: str, name: str, limit: int = 5) -> list[dict]:
	"""Return the newest interactions with a record, those that were planned only left out.

	:return: name, medium, direction, on, result, subject, by (full name); newest first.
	:raises frappe.PermissionError: if the user may not read the record.
	"""
	doc = existing(_followed(doctype), name, tables=False)
	return interactions.recent(doc, min(max(limit, 1), 50))


@frappe.whitelist(methods=["POST"])
def relink(name: str, reference_doctype: str | None = None, reference_name: str | None = None) -> None:
	"""Link a mail to another record as Frappe's own method does, in whose place it stands; both count anew.

	Frappe writes past the document, and asks nothing of whoever is logged in.
	"""
	before = frappe.db.get_value("Communication", name, ["reference_doctype", "reference_name"])
	frappe.email.relink(name, reference_doctype, reference_name)
	counters.recount(
		{record for record in (before, (reference_doctype, reference_name)) if record and all(record)}
	)


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


def _log(doc: Document, interaction: Interaction) -> str:
	"""Note an interaction, and read the record again, for it may have moved on; return the Communication's name."""
	communication = interactions.log(doc, interaction)
	doc.reload()
	if not interaction.next_contact_follows and (planned := protocol.after(doc, communication)):
		frappe.response["proposal"] = planned
	return communication.name


def _parsed(next_contact: dict | str | None) -> dict:
	return frappe.parse_json(next_contact or "{}")


def _plan(doc: Document, planned: dict) -> None:
	for part, fieldname in zip(("date", "by", "medium", "subject"), next_contact.FIELDS, strict=True):
		doc.set(fieldname, planned.get(part) or None)
	doc.save()


def _told(doc: Document) -> dict:
	return {fieldname: doc.get(fieldname) for fieldname in (*next_contact.FIELDS, calendar.EVENT)}
