"""Events of the calendar, told to the pipelines of the records that take part."""

import frappe
from frappe.model.document import Document
from frappe.utils import add_days, get_datetime, now_datetime

from crm_etapas.follow_up import calendar
from crm_etapas.pipeline import triggers
from crm_etapas.pipeline.history import Move
from crm_etapas.pipeline.registry import pipelines_of
from crm_etapas.pipeline.vocabulary import Cause


def on_update(doc: Document, method: str | None = None) -> None:
	calendar.take_over(doc)
	if doc.status in ("Cancelled", "Closed"):
		triggers.take_back(doc.doctype, doc.name)
		return
	if doc.flags.of_undone_move:
		return  # what it led to, it has led to before
	days = frappe.get_cached_doc("CRM Etapas Settings").far_ahead_days
	if doc.status != "Open" or get_datetime(doc.starts_on) < add_days(now_datetime(), days):
		return
	move = Move(Cause.INTERACTION, doc.doctype, doc.name)
	for participant in doc.event_participants:
		if not doc.flags.of_next_contact and not _may_write(participant):
			continue
		for pipeline in pipelines_of(participant.reference_doctype):
			triggers.fire("Next Contact Far Ahead", pipeline, participant.reference_docname, move)


def on_trash(doc: Document, method: str | None = None) -> None:
	calendar.gone(doc)
	triggers.take_back(doc.doctype, doc.name)


def _may_write(participant: Document) -> bool:
	"""Everybody may make events and name whom they like; only whoever may write a record moves it that way."""
	doctype, name = participant.reference_doctype, participant.reference_docname
	return bool(
		pipelines_of(doctype)
		and frappe.db.exists(doctype, name)
		and frappe.has_permission(doctype, "write", doc=name)
	)
