"""Mails, calls, meetings and visits, told to the pipelines of the records that they are about."""

import frappe
from frappe.model.document import Document
from frappe.utils import get_datetime

from crm_etapas.conversion import standing
from crm_etapas.events import quotation
from crm_etapas.follow_up import interactions
from crm_etapas.pipeline import triggers
from crm_etapas.pipeline.history import Move
from crm_etapas.pipeline.registry import pipelines_of
from crm_etapas.pipeline.vocabulary import Cause
from crm_etapas.qualification import recalculation
from crm_etapas.qualification.facts import CONTACTS


def after_insert(doc: Document, method: str | None = None) -> None:
	if doc.communication_type != "Communication" or doc.reference_doctype == "Event":
		return  # comments, notifications; a planned event is no contact yet
	answered = interactions.is_answered(doc)
	event = "Answer" if answered else "Outgoing Contact"
	moment = get_datetime(doc.communication_date or doc.creation)
	move = Move(Cause.INTERACTION, doc.doctype, doc.name, on=moment)
	for doctype, name in _records(doc):
		for pipeline in pipelines_of(doctype):
			triggers.fire(event, pipeline, name, move)
		if doctype == "Lead":
			recalculation.after_behaviour(name, *CONTACTS)
		if doctype == "Quotation" and doc.communication_medium == "Email" and not answered:
			quotation.sent(frappe.get_doc(doctype, name), standing.SENT)


def on_trash(doc: Document, method: str | None = None) -> None:
	triggers.take_back(doc.doctype, doc.name)


def _records(doc: Document) -> set[tuple[str, str]]:
	"""The records that a communication is about: its reference, and those it was linked to."""
	links = {(link.link_doctype, link.link_name) for link in doc.timeline_links}
	links.add((doc.reference_doctype, doc.reference_name))
	return {(doctype, name) for doctype, name in links if doctype and name}
