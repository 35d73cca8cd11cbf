"""What happens to an opportunity, told to the pipelines."""

from frappe.model.document import Document

from crm_etapas.conversion import belongings, origin
from crm_etapas.conversion.origin import lead_of
from crm_etapas.cycle import PREVIOUS
from crm_etapas.follow_up import next_contact
from crm_etapas.pipeline import triggers
from crm_etapas.pipeline.history import Move
from crm_etapas.pipeline.vocabulary import Cause
from crm_etapas.pipelines import PROSPECT
from crm_etapas.qualification import travel


def before_validate(doc: Document, method: str | None = None) -> None:
	if doc.is_new() and (lead := lead_of(doc)):
		travel.carry(doc, lead)
		next_contact.carry(doc, lead)
	if doc.is_new() and doc.get(PREVIOUS):
		origin.inherit(doc, doc.get(PREVIOUS))


def before_insert(doc: Document, method: str | None = None) -> None:
	belongings.set_aside(doc)


def after_insert(doc: Document, method: str | None = None) -> None:
	belongings.hand_over(doc)
	if lead := lead_of(doc):
		move = Move(Cause.CONVERSION, doc.doctype, doc.name)
		triggers.fire("Opportunity Created", PROSPECT, lead, move)


def on_trash(doc: Document, method: str | None = None) -> None:
	triggers.take_back(doc.doctype, doc.name)
	belongings.give_back(doc)
	origin.forget(doc)
