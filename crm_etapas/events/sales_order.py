"""What happens to a sales order, told to the pipelines of the quotations it came from."""

from frappe.model.document import Document

from crm_etapas.conversion import documents, standing
from crm_etapas.events import deals
from crm_etapas.pipeline.history import Move
from crm_etapas.pipeline.vocabulary import Cause


def on_submit(doc: Document, method: str | None = None) -> None:
	opportunities, leads = documents.sources_of_order(doc)
	if opportunities or leads:
		events = standing.of_order({row.prevdoc_docname for row in doc.items if row.prevdoc_docname})
		deals.tell(events, opportunities, leads, Move(Cause.SALES_ORDER, doc.doctype, doc.name))


def on_update_after_submit(doc: Document, method: str | None = None) -> None:
	opportunities, _leads = documents.sources_of_order(doc)
	deals.settle(opportunities)  # its items may have changed


def on_cancel(doc: Document, method: str | None = None) -> None:
	deals.take_back(doc.doctype, doc.name, *documents.sources_of_order(doc))


def on_trash(doc: Document, method: str | None = None) -> None:
	deals.take_back(doc.doctype, doc.name, *documents.sources_of_order(doc))
