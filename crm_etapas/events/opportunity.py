"""What happens to an opportunity, told to the pipelines."""

from frappe.model.document import Document

from crm_etapas.follow_up import next_contact
from crm_etapas.pipeline import triggers
from crm_etapas.pipeline.history import Move
from crm_etapas.pipeline.vocabulary import Cause
from crm_etapas.pipelines import PROSPECT
from crm_etapas.qualification import travel


def before_validate(doc: Document, method: str | None = None) -> None:
	if doc.is_new() and doc.opportunity_from == "Lead":
		travel.carry(doc)
		next_contact.carry(doc)


def after_insert(doc: Document, method: str | None = None) -> None:
	if doc.opportunity_from == "Lead" and doc.party_name:
		move = Move(Cause.CONVERSION, doc.doctype, doc.name)
		triggers.fire("Opportunity Created", PROSPECT, doc.party_name, move)


def on_trash(doc: Document, method: str | None = None) -> None:
	triggers.take_back(doc.doctype, doc.name)
