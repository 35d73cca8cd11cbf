"""What happens to a sales order, told to the pipelines of the quotations it came from."""

from frappe.model.document import Document

from crm_etapas.conversion import documents
from crm_etapas.pipeline import triggers
from crm_etapas.pipeline.history import Move
from crm_etapas.pipeline.vocabulary import Cause
from crm_etapas.pipelines import OPPORTUNITY, PROSPECT


def on_submit(doc: Document, method: str | None = None) -> None:
	move = Move(Cause.SALES_ORDER, doc.doctype, doc.name)
	opportunities, leads = documents.sources_of_order(doc)
	for opportunity in opportunities:
		triggers.fire("Sales Order Submitted", OPPORTUNITY, opportunity, move)
	for lead in leads:
		triggers.fire("Sales Order Submitted", PROSPECT, lead, move)


def on_cancel(doc: Document, method: str | None = None) -> None:
	triggers.take_back(doc.doctype, doc.name)


def on_trash(doc: Document, method: str | None = None) -> None:
	triggers.take_back(doc.doctype, doc.name)
