"""A prospect that is on the site already gets somebody else, openly: the to-do, the log and a comment say so."""

import frappe
from frappe import _
from frappe.automation.doctype.assignment_rule import assignment_rule
from frappe.model.document import Document
from frappe.utils import escape_html

from crm_etapas.assignment import HANDED_TO, QUEUE, match, on_save
from crm_etapas.assignment.log import Cause
from crm_etapas.assignment.rules import Decision
from crm_etapas.exceptions import AssignmentError

SAVEPOINT = "handing_over"


def assign_anew(doc: Document, comment: str | None = None) -> Decision:
	"""Find somebody for a prospect because a user asks for it, with that user's rights.

	:raises AssignmentError: if assignment by skill is off.
	"""
	check_is_on()
	decision, previous = match.match([doc])[0], doc.lead_owner
	if decision.rep and decision.rep.user == previous:
		return decision
	on_save.give(doc, decision, Cause.ASKED_FOR, comment)
	doc.save()
	_comment(doc, previous, comment or _("assigned by skill"))
	return decision


def check_is_on() -> None:
	"""Refuse to assign where no admin has said that prospects are assigned by skill.

	:raises AssignmentError:
	"""
	if not on_save.is_on():
		frappe.throw(
			_("Prospects are not assigned by skill. Switch it on in {0}").format(_("CRM Etapas Settings")),
			AssignmentError,
			title=_("Assign Prospects by Skill"),
		)


def hand(doc: Document, decision: Decision, cause: Cause, reason: str | None = None) -> bool:
	"""Give a prospect to whom was decided, with the rights of the app; tell whether anything changed.

	A prospect that cannot be saved, for it lacks what has become mandatory since, must not stay with somebody who
	is gone: it is written past its checks.
	"""
	previous = doc.lead_owner
	if not decision.rep and doc.get(QUEUE):
		return False  # waits already
	if decision.rep and decision.rep.user == previous:
		return False
	doc.flags.assignment_in_bulk = True
	on_save.give(doc, decision, cause, reason)
	frappe.db.savepoint(SAVEPOINT)
	try:
		doc.save(ignore_permissions=True)  # nobody may hold on to a prospect because they may not write it
	except (frappe.ValidationError, frappe.PermissionError):
		frappe.db.rollback(save_point=SAVEPOINT)
		frappe.clear_messages()
		doc = _give_past_checks(doc.name, decision, cause, reason)
	_comment(doc, previous, reason)
	return doc.lead_owner != previous


def _give_past_checks(name: str, decision: Decision, cause: Cause, reason: str | None) -> Document:
	doc = frappe.get_doc("Lead", name)
	doc._doc_before_save = frappe.get_doc("Lead", name)
	doc.flags.assignment_in_bulk = True
	on_save.give(doc, decision, cause, reason)
	doc.db_set({field: doc.get(field) for field in ("lead_owner", QUEUE, HANDED_TO)}, notify=True)
	on_save.on_update(doc)
	assignment_rule.apply(doc)
	return doc


def _comment(doc: Document, previous: str | None, reason: str | None) -> None:
	if doc.lead_owner == previous:
		return
	before = _named(previous) if previous else _("nobody")
	if doc.lead_owner:
		text = _("From {0} to {1}: {2}").format(before, _named(doc.lead_owner), reason or "")
	else:
		text = _("From {0} into the queue of {1}: {2}").format(
			before, frappe.bold(escape_html(doc.get(QUEUE) or "")), reason or ""
		)
	doc.add_comment("Info", text.rstrip(": "))


def _named(user: str) -> str:
	return frappe.bold(escape_html(frappe.get_cached_value("User", user, "full_name") or user))
