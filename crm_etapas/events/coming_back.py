"""Who gets a record that comes back: whoever had it, whom assignment finds, or a user, in the order that an admin chose."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate, today

from crm_etapas.assignment import match, on_save, reps
from crm_etapas.assignment.log import Cause
from crm_etapas.assignment.rules import Decision
from crm_etapas.cycle.plan import A_USER, BY_ASSIGNMENT, SAME_OWNER, Return
from crm_etapas.follow_up.next_contact import works_in_desk
from crm_etapas.pipeline.registry import get_pipeline

# whom to ask, and whom after that, if they are not there
ORDER = {
	SAME_OWNER: (SAME_OWNER, BY_ASSIGNMENT, A_USER),
	BY_ASSIGNMENT: (BY_ASSIGNMENT, A_USER, SAME_OWNER),
	A_USER: (A_USER, SAME_OWNER, BY_ASSIGNMENT),
}


def give(doc: Document, comes: Return) -> str | None:
	"""Settle whose a record is that is about to come back.

	:return: the user; nothing, if nobody is there. A prospect waits in the queue then, where there is one.
	"""
	field, decision = get_pipeline(doc.doctype).responsible_field, None
	for way in ORDER[comes.to]:
		if way == SAME_OWNER and is_there(doc.get(field)):
			return doc.get(field)
		if way == A_USER and is_there(comes.user):
			doc.set(field, comes.user)
			return comes.user
		if way == BY_ASSIGNMENT and (decision := _found(doc)) and decision.rep:
			_give_to(doc, field, decision)
			return decision.rep.user
	if decision and doc.doctype == "Lead":
		_give_to(doc, field, decision)
	return None


def is_there(user: str | None) -> bool:
	"""Tell whether somebody can look after a record today: no salesperson need have a profile."""
	rep = reps.all_reps().get(user)
	return works_in_desk(user) and not (rep and rep.enabled and rep.missing_on(getdate(today())))


def _found(doc: Document) -> Decision | None:
	"""Ask assignment, if an admin has switched it on. An opportunity goes to whoever would get its prospect."""
	if not on_save.is_on():
		return None
	prospect = doc
	if doc.get("opportunity_from") == "Lead":
		prospect = frappe.get_doc("Lead", doc.party_name)
	return match.match([prospect])[0]


def _give_to(doc: Document, field: str, decision: Decision) -> None:
	if doc.doctype == "Lead":
		on_save.give(
			doc, decision, Cause.RETURNED, _("comes back")
		)  # the log and the loads follow with the save
	else:
		doc.set(field, decision.rep.user)
