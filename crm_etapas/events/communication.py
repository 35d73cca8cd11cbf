"""Mails, calls, meetings and visits, told to the pipelines of the records that they are about."""

import frappe
from frappe.model.document import Document
from frappe.utils import get_datetime

from crm_etapas.conversion import standing
from crm_etapas.cycle import wake
from crm_etapas.events import quotation
from crm_etapas.follow_up import counters, interactions, protocol
from crm_etapas.follow_up.attention import marks
from crm_etapas.pipeline import triggers
from crm_etapas.pipeline.history import Move
from crm_etapas.pipeline.registry import pipelines_of
from crm_etapas.pipeline.vocabulary import Cause
from crm_etapas.qualification import recalculation
from crm_etapas.qualification.facts import CONTACTS


def after_insert(doc: Document, method: str | None = None) -> None:
	records = _records(doc)
	if not records:
		return
	counters.add(doc, records)
	answered = interactions.is_answered(doc)
	event = "Answer" if answered else "Outgoing Contact"
	moment = get_datetime(doc.communication_date or doc.creation)
	move = Move(Cause.INTERACTION, doc.doctype, doc.name, on=moment)
	for doctype, name in records:
		for pipeline in pipelines_of(doctype):
			triggers.fire(event, pipeline, name, move)
		marks.contacted(doctype, name, moment)
		wake.attended(doctype, name)
		if doctype == "Lead":
			recalculation.after_behaviour(name, *CONTACTS)
		if doctype == "Quotation" and doc.communication_medium == "Email" and not answered:
			quotation.sent(frappe.get_doc(doctype, name), standing.SENT)
		protocol.follow(doc, doctype, name)


def on_update(doc: Document, method: str | None = None) -> None:
	"""A contact that turns out to be another one, or with somebody else, counts there."""
	before = doc.get_doc_before_save()
	if not before:
		return
	was, now = _records(before), _records(doc)
	if was != now or any(doc.has_value_changed(column) for column in counters.COLUMNS):
		counters.recount(was | now)


def on_trash(doc: Document, method: str | None = None) -> None:
	triggers.take_back(doc.doctype, doc.name)


def after_delete(doc: Document, method: str | None = None) -> None:
	counters.recount(_records(doc))


def _records(doc: Document) -> set[tuple[str, str]]:
	"""The records that a contact is about: its reference, and those it was linked to."""
	if not interactions.is_contact(doc):
		return set()
	links = {(link.link_doctype, link.link_name) for link in doc.timeline_links}
	links.add((doc.reference_doctype, doc.reference_name))
	return {(doctype, name) for doctype, name in links if doctype and name}
