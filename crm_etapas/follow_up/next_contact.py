"""doc_events handlers of whatever has a next contact: what its fields say must be possible.

A save that leaves the next contact alone, of a record that is not closed by it, costs no query.
"""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import escape_html, format_datetime, get_datetime, getdate, now_datetime

from crm_etapas.exceptions import FollowUpError
from crm_etapas.follow_up import RESPONSIBLE, calendar, counters
from crm_etapas.follow_up.media import DEFAULT
from crm_etapas.pipeline import stages
from crm_etapas.pipeline.registry import pipelines_of
from crm_etapas.pipeline.vocabulary import Outcome

DATE, BY, MEDIUM, SUBJECT = FIELDS = (
	"next_contact_date",
	"next_contact_by",
	"next_contact_medium",
	"next_contact_subject",
)
NOTIFIED = "next_contact_notified"


def validate(doc: Document, method: str | None = None) -> None:
	"""Complete a next contact that was planned or changed; a record that closes has none any more.

	Nor has one that is put on hold, if its contact was due by today: that is not the day that was agreed.

	:raises FollowUpError: if it lies in the past, the record is closed, or that user cannot make it.
	"""
	_put_back_own_fields(doc)
	_follow_responsible(doc)
	is_changed = has_changed(doc)
	if doc.get(DATE) and is_closed(doc):
		if is_changed:
			_refuse_closed(doc)
		doc.set(DATE, None)
	elif _is_outdated_by_hold(doc):
		doc.set(DATE, None)
	elif not is_changed:
		return
	doc.set(NOTIFIED, 0)
	if not doc.get(DATE):
		for fieldname in FIELDS:
			doc.set(fieldname, None)
		return
	if not doc.get(BY):
		candidates = (doc.get(RESPONSIBLE[doc.doctype]), frappe.session.user)
		doc.set(BY, next((user for user in candidates if _can_make(doc, user)), None))
	doc.set(MEDIUM, doc.get(MEDIUM) or DEFAULT)
	_check_date(doc)
	_check_user(doc)


def carry(opportunity: Document, lead: str) -> None:
	"""Give a new opportunity the next contact that was planned with its lead: the work goes on there."""
	if opportunity.get(DATE) or is_closed(opportunity):
		return
	planned = frappe.db.get_value("Lead", lead, FIELDS, as_dict=True)
	if planned and planned[DATE] and planned[DATE] > now_datetime():
		opportunity.update(planned)
		if not _can_make(opportunity, planned[BY]):
			opportunity.set(BY, None)  # whoever is answerable for it, then


def works_in_desk(user: str | None) -> bool:
	"""Tell whether a user is there and has a calendar in the desk."""
	enabled, kind = (user and frappe.get_cached_value("User", user, ["enabled", "user_type"])) or (0, None)
	return bool(enabled) and kind == "System User"


def on_update(doc: Document, method: str | None = None) -> None:
	"""Keep the event in the calendar true."""
	if has_changed(doc):
		calendar.keep_true(doc)


def on_trash(doc: Document, method: str | None = None) -> None:
	calendar.remove(doc)


def before_rename(doc: Document, method: str | None, old: str, new: str, merge: bool = False) -> None:
	"""Of two records that become one, the next contact of the one kept stands, or else the other's."""
	if merge:
		calendar.join(doc.doctype, gone=old, kept=new)


def after_rename(doc: Document, method: str | None, old: str, new: str, merge: bool = False) -> None:
	if merge:
		counters.recount([(doc.doctype, new)])


def has_changed(doc: Document) -> bool:
	"""Tell whether this save changes the next contact."""
	if not doc.get_doc_before_save():
		return any(doc.get(fieldname) for fieldname in FIELDS)
	return any(doc.has_value_changed(fieldname) for fieldname in FIELDS)


def is_closed(doc: Document) -> bool:
	"""Tell whether a record stands in a stage that ends the work on it, or is a customer who is disabled."""
	if doc.doctype == "Customer":
		return bool(doc.get("disabled"))
	for pipeline in pipelines_of(doc.doctype):
		stage = stages.get_stages(pipeline).get(doc.get(pipeline.stage_field))
		if stage and stage.outcome.is_closed:
			return True
	return False


def _is_outdated_by_hold(doc: Document) -> bool:
	"""Tell whether a save puts a record on hold and leaves a next contact as it was that is due by today."""
	before = doc.get_doc_before_save()
	if not before or not doc.get(DATE) or doc.has_value_changed(DATE) or getdate(doc.get(DATE)) > getdate():
		return False
	for pipeline in pipelines_of(doc.doctype):
		stage = stages.get_stages(pipeline).get(doc.get(pipeline.stage_field))
		if stage and stage.outcome is Outcome.ON_HOLD and stage.name != before.get(pipeline.stage_field):
			return True
	return False


def _put_back_own_fields(doc: Document) -> None:
	"""Whoever saves a record does not say which event is its own, nor what has happened with it."""
	before = doc.get_doc_before_save()
	doc.set(calendar.EVENT, before.get(calendar.EVENT) if before else None)
	doc.set(NOTIFIED, before.get(NOTIFIED) if before else 0)
	counters.put_back(doc)


def _follow_responsible(doc: Document) -> None:
	"""A contact that nobody in particular was asked to make goes along with the record."""
	before, field = doc.get_doc_before_save(), RESPONSIBLE[doc.doctype]
	if (
		not before
		or not doc.get(DATE)
		or doc.get(BY) != before.get(BY)
		or doc.get(field) == before.get(field)
	):
		return
	by = doc.get(BY)
	if (by in (None, "", before.get(field)) or not works_in_desk(by)) and works_in_desk(doc.get(field)):
		doc.set(BY, doc.get(field))


def _refuse_closed(doc: Document) -> None:
	frappe.throw(
		_("{0} is closed, so no contact can be planned. Take it back to an open stage first").format(
			frappe.bold(escape_html(doc.get_title() or doc.name))
		),
		FollowUpError,
		title=_("Next Contact"),
	)


def _check_date(doc: Document) -> None:
	if (
		frappe.flags.in_import
		or not doc.has_value_changed(DATE)
		or get_datetime(doc.get(DATE)) >= now_datetime()
	):
		return
	frappe.throw(
		_("The next contact with {0} cannot be on {1}: that is past. Choose a later moment").format(
			frappe.bold(escape_html(doc.get_title() or doc.name)), format_datetime(doc.get(DATE))
		),
		FollowUpError,
		title=_("Next Contact"),
	)


def _can_make(doc: Document, user: str | None) -> bool:
	"""Tell whether a user works in the desk and may see the record."""
	return works_in_desk(user) and (
		user == frappe.session.user or bool(frappe.has_permission(doc.doctype, "read", doc=doc, user=user))
	)


def _check_user(doc: Document) -> None:
	user = doc.get(BY)
	if not user:
		return  # the contact waits until somebody is answerable for the record
	if _can_make(doc, user):
		return
	if not works_in_desk(user):
		reason = _("{0} cannot plan contacts: the user is disabled or has no access to the desk")
	else:
		reason = _("{0} may not see this record. Assign it to that user first")
	frappe.throw(
		"{}. {}".format(reason.format(frappe.bold(escape_html(user))), _("Or choose somebody else")),
		FollowUpError,
		title=_("Next Contact"),
	)
