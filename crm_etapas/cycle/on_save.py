"""doc_events of whatever comes back: the day is on the record, and nobody but the app writes it.

A save that changes neither stage, nor reasons, nor next contact costs no query.
"""

import frappe
from frappe.model.document import Document
from frappe.utils import getdate, now_datetime, today

from crm_etapas.cycle import CYCLE, NEXT_CONTACT, PIPELINES, PREVIOUS, WAKE_UP_ON, WOKEN_ON, plan, settings
from crm_etapas.pipeline import stages
from crm_etapas.pipeline.vocabulary import Outcome


def validate(doc: Document, method: str | None = None) -> None:
	"""Say when the record comes back, after the door and after the next contact have had their say."""
	before, pipeline = doc.get_doc_before_save(), PIPELINES[doc.doctype]
	_put_back_own_fields(doc, before)
	moved = not before or before.get(pipeline.stage_field) != doc.get(pipeline.stage_field)
	if moved:
		doc.set(WOKEN_ON, now_datetime() if doc.flags.comes_back else None)
	if moved or _puts_off(doc):
		comes = plan.of(doc)
		doc.set(WAKE_UP_ON, comes and comes.on)
	elif _gives_other_reasons(doc, before):
		comes = plan.of(doc)  # who puts old losses in order does not bring them back at once
		doc.set(WAKE_UP_ON, comes.on if comes and comes.on > getdate(today()) else None)


def on_change(doc: Document, method: str | None = None) -> None:
	"""Follow a next contact that was moved in the calendar: written without a save. Runs before the door forgets."""
	if doc.flags.went_through_the_door or doc.flags.in_delete or not _is_on_hold(doc):
		return
	follow(doc)


def before_rename(doc: Document, method: str | None, old: str, new: str, merge: bool = False) -> None:
	"""Of two records that become one, the next contact may be that of the other one."""
	if not merge:
		return
	follow(frappe.get_doc(doc.doctype, new))
	if doc.doctype == "Opportunity":  # nothing comes from itself
		frappe.db.set_value(doc.doctype, {"name": new, PREVIOUS: old}, PREVIOUS, None, update_modified=False)


def follow(doc: Document) -> None:
	"""Write another day, where the record says one; one that is past already brings nothing back at once."""
	comes = plan.of(doc)
	on = comes and comes.on
	if on == (doc.get(WAKE_UP_ON) and getdate(doc.get(WAKE_UP_ON))) or (on and on < getdate(today())):
		return
	doc.set(WAKE_UP_ON, on)
	frappe.db.set_value(doc.doctype, doc.name, WAKE_UP_ON, on, update_modified=False)


def tell(doc: Document, method: str | None = None) -> None:
	"""doc_events handler: tell the form when and how the record comes back, and what its stage would do. No query."""
	if doc.is_new():
		return
	comes = plan.of(doc) if doc.get(WAKE_UP_ON) or doc.get(WOKEN_ON) else None
	on_hold = _is_on_hold(doc)
	says = settings.of_stage(doc.doctype, doc.get(PIPELINES[doc.doctype].stage_field)) if on_hold else {}
	doc.set_onload(
		"coming_back",
		{
			"into": comes and comes.into,
			"makes_new": bool(comes and comes.makes_new),
			"days": comes and comes.days,
			"reason": comes and comes.reason,
			"is_on_hold": on_hold,
			"is_asleep": _is_put_off(doc),
			"could_wake": bool(says.get("wakes_into")),
		},
	)


def _put_back_own_fields(doc: Document, before: Document | None) -> None:
	"""Whoever saves a record does not say when it comes back, nor where it comes from."""
	for fieldname in (WAKE_UP_ON, WOKEN_ON):
		doc.set(fieldname, before.get(fieldname) if before else None)
	if doc.doctype == "Opportunity" and not (doc.is_new() and doc.flags.comes_back):
		for fieldname in (PREVIOUS, CYCLE):
			doc.set(fieldname, before.get(fieldname) if before else None)


def _puts_off(doc: Document) -> bool:
	return doc.has_value_changed(NEXT_CONTACT) and _is_on_hold(doc)


def _gives_other_reasons(doc: Document, before: Document) -> bool:
	if set(settings.reasons_of(before)) == set(settings.reasons_of(doc)):
		return False
	return not _has_come_back(doc)


def _has_come_back(doc: Document) -> bool:
	since = doc.get(PIPELINES[doc.doctype].entered_on_field)
	filters = {PREVIOUS: doc.name, "creation": [">=", since]}
	return doc.doctype == "Opportunity" and bool(frappe.db.exists("Opportunity", filters))


def _is_on_hold(doc: Document) -> bool:
	stage = _stage(doc)
	return bool(stage) and stage.outcome is Outcome.ON_HOLD


def _is_put_off(doc: Document) -> bool:
	stage = _stage(doc)
	return bool(stage) and stage.outcome is not Outcome.OPEN


def _stage(doc: Document) -> stages.Stage | None:
	pipeline = PIPELINES[doc.doctype]
	return stages.get_stages(pipeline).get(doc.get(pipeline.stage_field))
