"""What happens to a quotation, told to the pipelines of whom it was made for."""

from frappe.model.document import Document

from crm_etapas.conversion import documents, losses, proposals, standing
from crm_etapas.events import deals
from crm_etapas.pipeline.history import Move
from crm_etapas.pipeline.vocabulary import Cause


def after_insert(doc: Document, method: str | None = None) -> None:
	_tell(doc, standing.PREPARED)


def on_submit(doc: Document, method: str | None = None) -> None:
	sent(doc)


def sent(doc: Document, *mailed: str) -> None:
	"""The client has the quotation: it was submitted, or mailed before that.

	:param mailed: the event of the mail, if it was one.
	"""
	events = (*mailed, standing.SUBMITTED)
	opportunities = documents.opportunities_of_quotation(doc)
	revised = {name for name in opportunities if documents.was_quoted_before(name, doc)}
	deals.tell(events, opportunities - revised, _leads(doc), _move(doc))
	deals.tell((*mailed, standing.REVISED, standing.SUBMITTED), revised, (), _move(doc))


def seen(doc: Document, on) -> None:
	"""The client has opened the mail with the quotation."""
	_tell(doc, standing.SEEN, on=on)


def expired(doc: Document) -> None:
	_tell(doc, standing.EXPIRED)


def on_update_after_submit(doc: Document, method: str | None = None) -> None:
	if doc.status == "Lost":
		if _says_why_now(doc):
			_lost(doc)
	elif proposals.is_valid_again(doc):
		_tell(doc, standing.SUBMITTED)
	else:
		deals.settle(documents.opportunities_of_quotation(doc))  # its items may have changed


def on_cancel(doc: Document, method: str | None = None) -> None:
	on_trash(doc)
	_tell(doc, standing.CANCELLED)


def on_trash(doc: Document, method: str | None = None) -> None:
	deals.take_back(doc.doctype, doc.name, documents.opportunities_of_quotation(doc), _leads(doc))


def _lost(doc: Document) -> None:
	"""Set as Lost: the opportunity is lost too, unless another quotation of it is still alive.

	:raises StageRequirementError: if nobody has said why; the dialog asks.
	"""
	event = standing.LOST_TO_COMPETITOR if doc.competitors else standing.LOST
	# the one that it is lost with is being saved
	opportunities = documents.opportunities_of_quotation(doc) - {doc.flags.lost_with}
	alive = documents.opportunities_with_quotation("Opportunity", opportunities) if opportunities else set()
	values = {**losses.of(doc, "Opportunity"), **(doc.flags.of_opportunity or {})}
	deals.tell([event], opportunities - alive, _leads(doc), _move(doc), values, ask_for_missing=True)
	deals.settle(alive)


def _says_why_now(doc: Document) -> bool:
	"""Tell a loss from a later change of a lost quotation, whose opportunity may be open again."""
	before = doc.get_doc_before_save()
	known = [row.name for row in before.lost_reasons] if before else []
	return not known or known != [row.name for row in doc.lost_reasons]


def _tell(doc: Document, event: str, on=None) -> None:
	move = Move(Cause.QUOTATION, doc.doctype, doc.name, on=on)
	deals.tell([event], documents.opportunities_of_quotation(doc), _leads(doc), move, begin=False)


def _move(doc: Document) -> Move:
	return Move(Cause.QUOTATION, doc.doctype, doc.name)


def _leads(doc: Document) -> set[str]:
	return {doc.party_name} if doc.quotation_to == "Lead" and doc.party_name else set()
