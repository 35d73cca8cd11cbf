"""What happens to a customer, told to the pipelines."""

import frappe
from frappe.model.document import Document

from crm_etapas.pipeline import triggers, truth
from crm_etapas.pipeline.history import Move
from crm_etapas.pipeline.vocabulary import Cause
from crm_etapas.pipelines import PROSPECT
from crm_etapas.profile import condition


def after_mapping(doc: Document, method: str | None = None, source_doc: Document | None = None) -> None:
	condition.link_to_origin(doc, source_doc)


def on_update(doc: Document, method: str | None = None) -> None:
	if doc.has_value_changed("lead_name") or doc.has_value_changed("prospect_name"):
		condition.tell_prospects(doc, condition.CUSTOMER)
	if doc.lead_name and doc.has_value_changed("lead_name"):
		move = Move(Cause.CONVERSION, doc.doctype, doc.name)
		triggers.fire("Customer Created", PROSPECT, doc.lead_name, move)
		_make_lead_true(doc)


def on_trash(doc: Document, method: str | None = None) -> None:
	condition.tell_prospects(doc, condition.PROSPECT)
	triggers.take_back(doc.doctype, doc.name)
	_make_lead_true(doc)


def _make_lead_true(doc: Document) -> None:
	"""ERPNext writes the lead's status past its document when a customer comes or goes."""
	if doc.lead_name and frappe.db.exists("Lead", doc.lead_name):
		truth.make_true(PROSPECT, doc.lead_name)
