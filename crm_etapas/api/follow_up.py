"""Whitelisted methods: plan the next contact with a record, say what came of it, note what has happened."""

from collections.abc import Callable, Collection

import frappe
from frappe import _
from frappe.model.document import Document

from crm_etapas.api.records import existing
from crm_etapas.exceptions import FollowUpError
from crm_etapas.follow_up import RESPONSIBLE, calendar, counters, interactions, many, next_contact, protocol
from crm_etapas.follow_up.attention import DOCTYPES as MARKED
from crm_etapas.follow_up.attention import OWN_FIELDS
from crm_etapas.follow_up.attention import snooze as snoozing
from crm_etapas.follow_up.attention import worklist as worklists
from crm_etapas.follow_up.interactions import Interaction
from crm_etapas.pipeline.deadlock import tried_again

MOST_AT_ONCE = 100  # records of one request


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
	planned = {"date": date, "by": by, "medium": medium, "subject": subject}
	return _each(doctype, names, lambda doc: _plan(doc, planned))


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
	return protocol.proposal(existing(followed(doctype), name, tables=False))


@frappe.whitelist(methods=["GET", "POST"])
def recent(doctype: str, name: str, limit: int = 5) -> list[dict]:
	"""Return the newest interactions with a record, those that were planned only left out.

	:return: name, medium, direction, on, result, subject, note (its first line, or None), by (full name); newest
		first.
	:raises frappe.PermissionError: if the user may not read the record.
	"""
	doc = existing(followed(doctype), name, tables=False)
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


@frappe.whitelist(methods=["POST"])
@tried_again
def snooze(doctype: str, name: str, until: str, reason: str) -> dict:
	"""Let a record wait until a day: it does not count as neglected before that, and nothing moves it by itself.

	:param doctype: Lead or Opportunity.
	:param until: a day after today, at most as many days ahead as the settings say.
	:param reason: why, in at most 140 characters.
	:return: snoozed_until, snooze_reason, rotting_since.
	:raises FollowUpError: if the day or the reason cannot be, or the record is closed.
	:raises frappe.PermissionError: if the user may not write the record.
	"""
	doc = _writable(doctype, name, MARKED)
	snoozing.snooze(doc, until, reason)
	return {field: doc.get(field) for field in OWN_FIELDS}


@frappe.whitelist(methods=["POST"])
@tried_again
def unsnooze(doctype: str, name: str) -> dict:
	"""Let a record wait no longer.

	:return: snoozed_until, snooze_reason, rotting_since.
	:raises frappe.PermissionError: if the user may not write the record.
	"""
	doc = _writable(doctype, name, MARKED)
	snoozing.unsnooze(doc)
	return {field: doc.get(field) for field in OWN_FIELDS}


@frappe.whitelist(methods=["POST"])
@tried_again
def snooze_many(doctype: str, names: list | str, until: str, reason: str) -> list[dict]:
	"""Let several records wait, as `snooze` does.

	:param names: at most 100.
	:return: a dict a record: name, title and reason: why it was refused, or None.
	:raises FollowUpError: if there are more.
	:raises frappe.PermissionError: if the user may write no record of the DocType.
	"""
	return _each(doctype, names, lambda doc: snoozing.snooze(doc, until, reason), MARKED)


@frappe.whitelist(methods=["GET", "POST"])
def worklist(filters: dict | str) -> dict:
	"""Count the records of a worklist that the user may read, as a number card of the desk asks for it.

	:param filters: `doctype`, Lead or Opportunity, and `which`, neglected or expired.
	:return: value, fieldtype, and for the list: route, route_options.
	"""
	asked = frappe.parse_json(filters)
	doctype, which = followed(asked.get("doctype"), MARKED), asked.get("which")
	frappe.has_permission(doctype, "read", throw=True)
	if which not in worklists.LISTS:
		frappe.throw(_("There is no such worklist"), FollowUpError)
	chosen = worklists.filters_of(doctype, which)
	(found,) = frappe.get_list(doctype, filters=chosen, fields=["count(name) as value"])
	return {
		"value": found.value,
		"fieldtype": "Int",
		"route": ["List", doctype, "List"],
		"route_options": chosen,
	}


def followed(doctype: str, among: Collection[str] = RESPONSIBLE) -> str:
	"""Return the DocType if its records are followed up, or refuse it."""
	if doctype not in among:
		frappe.throw(
			_("Records of {0} are not followed up like that. Choose one of: {1}").format(
				frappe.bold(_(doctype)), ", ".join(map(_, among))
			),
			FollowUpError,
		)
	return doctype


def _each(
	doctype: str,
	names: list | str,
	change: Callable[[Document], None],
	among: Collection[str] = RESPONSIBLE,
) -> list[dict]:
	frappe.has_permission(followed(doctype, among), "write", throw=True)
	names = frappe.parse_json(names)
	if len(names) > MOST_AT_ONCE:
		frappe.throw(
			_("{0} records are too many at once. Choose {1} at most").format(len(names), MOST_AT_ONCE),
			FollowUpError,
			title=_("Follow-up"),
		)
	return many.each(doctype, names, change)


def _writable(doctype: str, name: str, among: Collection[str] = RESPONSIBLE) -> Document:
	doc = existing(followed(doctype, among), name)
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
