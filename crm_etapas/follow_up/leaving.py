"""A user who leaves: somebody else makes the contacts that they had planned, or nobody does and the record says so."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import escape_html, format_datetime

from crm_etapas.exceptions import FollowUpError
from crm_etapas.follow_up import RESPONSIBLE, calendar
from crm_etapas.follow_up.next_contact import BY, DATE, FIELDS, works_in_desk

AT_ONCE = 50
SAVEPOINT = "handing_a_contact_over"


def hand_over(user: str, going: tuple[str, ...] = ()) -> None:
	"""Give the contacts of a disabled user to others; in the background if they are many.

	:param going: DocTypes whose records somebody else gets anyway: their contacts go along.
	"""
	if len(_planned(user, AT_ONCE + 1)) > AT_ONCE:
		frappe.enqueue(
			"crm_etapas.follow_up.leaving.hand_over_now",
			queue="long",
			user=user,
			going=going,
			enqueue_after_commit=True,
		)
	else:
		hand_over_now(user, going)


def hand_over_now(user: str, going: tuple[str, ...] = (), is_deleted: bool = False) -> None:
	"""Give each contact to whoever is answerable for the record, or to whoever entered it.

	What nobody takes stays with a user who is disabled until the record finds somebody, see
	`next_contact`; they may also come back.

	:param going: as `hand_over` takes it.
	:param is_deleted: whether nothing may name the user any more: what nobody takes is given up with a comment.
	:raises FollowUpError: if a user who is deleted has more contacts than one transaction should write.
	"""
	planned = _planned(user, AT_ONCE + 1 if is_deleted else None)
	if is_deleted and len(planned) > AT_ONCE:
		frappe.throw(
			_(
				"{0} has more than {1} contacts to make. Disable the user first: they are handed over then"
			).format(frappe.bold(escape_html(user)), AT_ONCE),
			FollowUpError,
			title=_("Next Contact"),
		)
	for doctype, name in planned:
		doc = frappe.get_doc(doctype, name, for_update=True)
		if doctype not in going or doc.get(RESPONSIBLE[doctype]) != user:
			_hand_over_one(doc, user, is_deleted)


def _planned(user: str, limit: int | None) -> list[tuple[str, str]]:
	return [
		(doctype, name)
		for doctype in RESPONSIBLE
		for name in frappe.get_all(doctype, {BY: user}, pluck="name", order_by="name asc", limit=limit)
	]


def _hand_over_one(doc: Document, user: str, is_deleted: bool) -> None:
	candidates = (doc.get(RESPONSIBLE[doc.doctype]), doc.owner)
	taker = next((other for other in candidates if _can_take(doc, other, user)), None)
	if not taker and not is_deleted:
		return
	before = {fieldname: doc.get(fieldname) for fieldname in FIELDS}
	after = {BY: taker} if taker else dict.fromkeys(FIELDS)
	doc.update(after)
	frappe.db.savepoint(SAVEPOINT)
	try:
		doc.save(ignore_permissions=True)  # whoever may disable a user need not be able to write the record
	except (frappe.ValidationError, frappe.PermissionError):
		# it lacks what has become mandatory since; the contact must not stay with somebody who is gone
		frappe.db.rollback(save_point=SAVEPOINT)
		frappe.clear_messages()
		doc = frappe.get_doc(doc.doctype, doc.name)
		doc.db_set(after, notify=True)
		calendar.keep_true(doc)
	doc.add_comment("Info", _comment(before, taker, user))


def _can_take(doc: Document, other: str | None, leaver: str) -> bool:
	return (
		bool(other)
		and other != leaver
		and works_in_desk(other)
		and frappe.has_permission(doc.doctype, "read", doc=doc, user=other)
	)


def _comment(before: dict, taker: str | None, leaver: str) -> str:
	when, who = format_datetime(before[DATE]), _named(leaver)
	if taker:
		return _("{0} makes the contact of {1} instead of {2}, who is not there any more").format(
			_named(taker), when, who
		)
	return _(
		"The contact of {0} was given up: {1} is not there any more, and nobody else is answerable"
	).format(when, who)


def _named(user: str) -> str:
	return frappe.bold(escape_html(frappe.get_cached_value("User", user, "full_name") or user))
