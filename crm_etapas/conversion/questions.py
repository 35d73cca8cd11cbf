"""What a stage that closes an opportunity asks of it, beside what an admin has written there."""

from frappe import _
from frappe.model.document import Document

from crm_etapas.conversion import documents
from crm_etapas.pipeline.requirements import entry, is_empty, label_of
from crm_etapas.pipeline.stages import Requirement, Stage
from crm_etapas.pipeline.vocabulary import DISCARDED, Outcome

CLOSE_AFTER_ASKING, CLOSE = "Close after Asking", "Close"
CONFIRMED = "close_quotations"


def asks(doc: Document, stage: Stage) -> list[dict]:
	"""Return what an opportunity lacks to be closed like that, in entries as `requirements.entry` makes them."""
	if stage.outcome in DISCARDED:
		return _to_close_its_quotations(doc, stage)
	return _why_without_an_order(doc, stage) if stage.outcome is Outcome.WON else []


def _to_close_its_quotations(doc: Document, stage: Stage) -> list[dict]:
	if stage.record.get("active_quotations") != CLOSE_AFTER_ASKING or doc.get(CONFIRMED) or doc.is_new():
		return []
	active = documents.active_quotations(doc.name)
	label = _("Close the Active Quotations")
	return [entry(CONFIRMED, label, "Field", "Check", detail=", ".join(active))] if active else []


def _why_without_an_order(doc: Document, stage: Stage) -> list[dict]:
	if not doc.is_new() and documents.opportunities_with_order(doc.doctype, [doc.name]):
		return []
	if not stage.record.get("may_be_won_without_order", 1):
		return [entry(None, label_of(Requirement("Sales Order")), "Sales Order")]
	fields = [doc.meta.get_field(fieldname) for fieldname in ("opportunity_amount", "won_reason")]
	if not any(is_empty(doc.get(df.fieldname), df.fieldtype) for df in filter(None, fields)):
		return []
	return [
		entry(
			df.fieldname,
			_(df.label, context=doc.doctype),
			"Field",
			df.fieldtype,
			value=doc.get(df.fieldname) or None,
			detail=doc.currency if df.fieldtype == "Currency" else None,
		)
		for df in filter(None, fields)
	]
