"""What happens to an opportunity, told to the pipelines."""

from frappe.model.document import Document

from crm_etapas.pipeline import triggers
from crm_etapas.pipeline.history import Move
from crm_etapas.pipeline.vocabulary import Cause
from crm_etapas.pipelines import PROSPECT


def after_insert(doc: Document, method: str | None = None) -> None:
	if doc.opportunity_from == "Lead" and doc.party_name:
		move = Move(cause=Cause.CONVERSION, cause_doctype=doc.doctype, cause_name=doc.name)
		triggers.fire("Opportunity Created", PROSPECT, doc.party_name, move)
