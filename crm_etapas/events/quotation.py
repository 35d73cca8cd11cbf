"""What happens to a quotation, told to the pipelines of whom it was made for."""

from frappe.model.document import Document

from crm_etapas.conversion import documents, losses
from crm_etapas.pipeline import triggers
from crm_etapas.pipeline.history import Move
from crm_etapas.pipeline.vocabulary import Cause
from crm_etapas.pipelines import OPPORTUNITY, PROSPECT


def on_submit(doc: Document, method: str | None = None) -> None:
	sent(doc)


def sent(doc: Document) -> None:
	"""The client has the quotation: it was submitted, or mailed before that."""
	move = Move(Cause.QUOTATION, doc.doctype, doc.name)
	for opportunity in documents.opportunities_of_quotation(doc):
		revised = documents.was_quoted_before(opportunity, doc)
		if not (revised and triggers.fire("Quotation Revised", OPPORTUNITY, opportunity, move)):
			triggers.fire("Quotation Submitted", OPPORTUNITY, opportunity, move)
	if doc.quotation_to == "Lead":
		triggers.fire("Quotation Submitted", PROSPECT, doc.party_name, move)


def on_update_after_submit(doc: Document, method: str | None = None) -> None:
	"""Set as Lost: the opportunity is lost too, unless another quotation of it is still alive."""
	if doc.status != "Lost":
		return
	event = "Quotation Lost to Competitor" if doc.competitors else "Quotation Lost"
	move = Move(Cause.QUOTATION, doc.doctype, doc.name, comment=doc.order_lost_reason)
	opportunities = documents.opportunities_of_quotation(doc)
	alive = documents.opportunities_with_quotation("Opportunity", opportunities) if opportunities else set()
	for opportunity in opportunities - alive:
		triggers.fire(event, OPPORTUNITY, opportunity, move, values=losses.of_quotation(doc))


def on_cancel(doc: Document, method: str | None = None) -> None:
	triggers.take_back(doc.doctype, doc.name)


def on_trash(doc: Document, method: str | None = None) -> None:
	triggers.take_back(doc.doctype, doc.name)
