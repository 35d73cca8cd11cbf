"""Sales accept or reject a prospect that reached a level which asks for it, in working hours."""

from datetime import datetime

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cstr, get_datetime, now_datetime

from crm_etapas.exceptions import QualificationError
from crm_etapas.pipeline import transition
from crm_etapas.pipeline.history import Move
from crm_etapas.pipeline.working_time import after_working_time, holidays_of, working_hours
from crm_etapas.qualification import (
	ACCEPT_BY,
	ACCEPTANCE,
	ACCEPTED,
	HOLD,
	LEVEL,
	PENDING,
	REJECTED,
	levels,
	pipeline,
)
from crm_etapas.qualification.rules import NOT_HIGHER


def on_entering(level: str, acceptance: str | None, company: str | None, moment: datetime) -> dict:
	"""Return what a prospect that enters a level gets: to be accepted by when, or nothing to accept.

	:param acceptance: how it stood before.
	"""
	row = levels.get(level)
	if row and row.asks_for_acceptance:
		return {ACCEPTANCE: PENDING, ACCEPT_BY: deadline(moment, row.acceptance_hours, company)}
	below = [other for other in levels.ladder() if row and other.position < row.position]
	if any(other.asks_for_acceptance for other in below):
		return {ACCEPTANCE: ACCEPTED, ACCEPT_BY: None}  # whoever took it further has accepted it
	return {ACCEPTANCE: REJECTED if acceptance == REJECTED else None, ACCEPT_BY: None}


def deadline(moment: datetime, hours: float, company: str | None) -> datetime | None:
	"""Return when so many working hours of a company are over."""
	if not hours:
		return None
	return after_working_time(moment, hours * 3600, holidays_of(company), *working_hours())


def is_overdue(doc: Document) -> bool:
	due = doc.get(ACCEPT_BY)
	return doc.get(ACCEPTANCE) == PENDING and bool(due) and get_datetime(due) < now_datetime()


def accept(doc: Document) -> None:
	"""Let a prospect go on: the levels above can be reached from now on.

	:raises QualificationError: if nobody waits for an answer.
	"""
	_refuse_unless_pending(doc)
	doc.flags.qualification = {ACCEPTANCE: ACCEPTED, ACCEPT_BY: None}
	doc.save()


def reject(doc: Document, reason: str) -> None:
	"""Take a prospect back to the level below, by hand and with the reason in its history.

	:raises QualificationError: if nobody waits for an answer, or no reason is given.
	"""
	_refuse_unless_pending(doc)
	if not cstr(reason).strip():
		frappe.throw(_("Say why {0} is rejected").format(frappe.bold(doc.get_title())), QualificationError)
	doc.flags.qualification = {ACCEPTANCE: REJECTED, ACCEPT_BY: None, HOLD: NOT_HIGHER}
	current = levels.get(doc.get(LEVEL))
	below = [level for level in levels.ladder() if level.position < current.position]
	if not below:
		frappe.throw(
			_("There is no level below {0} to go back to").format(frappe.bold(_(current.name))),
			QualificationError,
		)
	transition.move(doc, pipeline(), below[-1].name, Move(comment=reason.strip()))


def release(doc: Document) -> None:
	"""Let the rules decide again, where somebody has set the level by hand or rejected the prospect."""
	doc.flags.qualification = {HOLD: None}
	if doc.get(ACCEPTANCE) == REJECTED:
		doc.flags.qualification[ACCEPTANCE] = None
	doc.save()


def _refuse_unless_pending(doc: Document) -> None:
	if doc.get(ACCEPTANCE) != PENDING:
		frappe.throw(
			_("{0} does not wait to be accepted").format(frappe.bold(doc.get_title() or doc.name)),
			QualificationError,
			title=_("Acceptance by Sales"),
		)
