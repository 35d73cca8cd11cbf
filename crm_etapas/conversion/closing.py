"""What becomes of an opportunity's quotations and of what was said of it, when it closes or opens again."""

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import escape_html

from crm_etapas.conversion import documents, losses
from crm_etapas.conversion.origin import CLOSED
from crm_etapas.conversion.questions import CLOSE, CLOSE_AFTER_ASKING, CONFIRMED
from crm_etapas.exceptions import DealError
from crm_etapas.pipeline import stages, transition
from crm_etapas.pipeline.history import Move
from crm_etapas.pipeline.registry import get_pipeline
from crm_etapas.pipeline.stages import Stage
from crm_etapas.pipeline.vocabulary import DISCARDED, Cause, Outcome

WON_FIELDS = ("won_reason",)
BY_HAND = (Cause.MANUAL, Cause.IMPORT, Cause.API)


def validate(doc: Document, method: str | None = None) -> None:
	"""doc_events handler, after the door."""
	confirmed = doc.get(CONFIRMED)
	doc.set(CONFIRMED, 0)  # an answer, not a property
	pipeline = get_pipeline(doc.doctype)
	for moved, old in doc.flags.stage_changes or []:
		if moved.name == pipeline.name:
			known = stages.get_stages(pipeline)
			move = transition.announced(doc, pipeline) or Move()
			_moved(doc, known.get(old), known[doc.get(pipeline.stage_field)], move, confirmed)


def _moved(doc: Document, old: Stage | None, new: Stage, move: Move, confirmed) -> None:
	lost, was_lost = new.outcome in DISCARDED, bool(old) and old.outcome in DISCARDED
	won, was_won = new.outcome is Outcome.WON, bool(old) and old.outcome is Outcome.WON
	by_hand = move.cause in BY_HAND and not move.takes_back
	undoes_winning = move.resumes and was_won and not won
	if undoes_winning or (old and by_hand and (lost or (was_won and not won))):
		_refuse_ordered(doc)
	if said := _said(doc, losses.FIELDS if lost else WON_FIELDS if won else ()):
		transition.note(doc, get_pipeline(doc.doctype), said)
	if was_lost and not lost and (by_hand or not won):  # one that an order wins may be lost again without it
		_forget(doc, *losses.FIELDS)
	if was_won and not won:
		_forget(doc, *WON_FIELDS)
	if lost and not move.takes_back and not doc.is_new():
		wanted = new.record.get("active_quotations")
		if wanted == CLOSE or (wanted == CLOSE_AFTER_ASKING and confirmed):
			_close_quotations(doc)


def _said(doc: Document, fieldnames: Iterable[str]) -> str:
	"""Return what is said of an end in one text, for the record forgets it when it comes back."""
	parts = []
	for fieldname in fieldnames:
		value = doc.get(fieldname) or ()
		if isinstance(value, str):
			parts.append(value.strip())
		elif value:
			link = value[0].meta.get_link_fields()[0].fieldname
			parts.append(", ".join(_(row.get(link)) for row in value))
	return " · ".join(parts)


def _refuse_ordered(doc: Document) -> None:
	"""Refuse to lose or reopen by hand what the client has ordered: cancelling the order does that."""
	if orders := documents.orders(doc.name):
		frappe.throw(
			_("{0} has been ordered: {1}. Cancel the order, and it goes back to where it was").format(
				frappe.bold(doc.get_title() or doc.name), ", ".join(frappe.bold(order) for order in orders)
			),
			DealError,
			title=_("Already Ordered"),
		)


def _close_quotations(doc: Document) -> None:
	"""Lose the active quotations with the opportunity, with its reasons, as whoever loses it.

	:raises DealError: if one of them was made for another open opportunity too.
	:raises frappe.PermissionError: if the user may not change them.
	"""
	quotations = [frappe.get_doc("Quotation", name) for name in documents.active_quotations(doc.name)]
	_refuse_shared(doc, quotations)
	for quotation in quotations:
		quotation.flags.lost_with = doc.name
		losses.declare(quotation, losses.of(doc, "Quotation"))


def _refuse_shared(doc: Document, quotations: list[Document]) -> None:
	"""Refuse to lose what another opportunity is still worked on with."""
	shared = {
		other: quotation.name
		for quotation in quotations
		for other in documents.opportunities_of_quotation(quotation) - {doc.name}
	}
	filters = {"name": ["in", list(shared)], "status": ["not in", CLOSED]}
	if shared and (other := frappe.db.get_value("Opportunity", filters, ["name", "title"], as_dict=True)):
		frappe.throw(
			_(
				"{0} cannot be lost with its quotation {1}: that one is for the opportunity {2} too. "
				"Make a quotation for each, or lose {2} first"
			).format(
				*(
					frappe.bold(escape_html(text))
					for text in (doc.get_title() or doc.name, shared[other.name], other.title or other.name)
				)
			),
			DealError,
			title=_("Set as Lost"),
		)


def _forget(doc: Document, *fieldnames: str) -> None:
	"""Take out what was said of an end that it was not; the history keeps it."""
	for fieldname in fieldnames:
		df = doc.meta.get_field(fieldname)
		if df and doc.get(fieldname):
			doc.set(fieldname, [] if df.fieldtype == "Table MultiSelect" else None)
