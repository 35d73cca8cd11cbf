"""Channel and segment of quotations, orders, deliveries and invoices, so that revenue is told by them.

Frappe's mapper takes them from one document to the next. This is for those that somebody enters without one.
"""

import frappe
from frappe.model.document import Document

from crm_etapas.compat import CAMPAIGN_FIELD, CAMPAIGN_FIELD_OF_SALES
from crm_etapas.profile import DOCTYPES, erpnext_names

FIELDS = tuple(pair.fieldname for pair in erpnext_names.PAIRS)


def before_validate(doc: Document, method: str | None = None) -> None:
	"""Fill what a new document does not say, with one query; one that says both costs none."""
	if doc.docstatus != 0:
		return
	if doc.is_new() and not all(doc.get(fieldname) for fieldname in FIELDS):
		_fill(doc, *_origin(doc))
	erpnext_names.keep_true(doc)


def after_mapping(doc: Document, method: str | None = None, source_doc: Document | None = None) -> None:
	"""ERPNext's fields for the campaign are not called the same on a lead and on what is sold to it."""
	if source_doc and source_doc.doctype == "Lead" and not doc.get(CAMPAIGN_FIELD_OF_SALES):
		doc.set(CAMPAIGN_FIELD_OF_SALES, source_doc.get(CAMPAIGN_FIELD))


def _origin(doc: Document) -> tuple[str | None, str | None]:
	"""Return DocType and name of the record that says channel and segment: the opportunity, or else the party."""
	if doc.doctype != "Quotation":
		return "Customer", doc.get("customer")
	rows = (row.prevdoc_docname for row in doc.items if row.get("prevdoc_doctype") == "Opportunity")
	if opportunity := doc.opportunity or next(rows, None):
		return "Opportunity", opportunity
	return doc.quotation_to, doc.party_name


def _fill(doc: Document, doctype: str | None, name: str | None) -> None:
	if doctype not in DOCTYPES or not name:
		return
	theirs = {"Lead": CAMPAIGN_FIELD, "Opportunity": CAMPAIGN_FIELD_OF_SALES}.get(doctype)
	found = frappe.db.get_value(doctype, name, [*FIELDS, *filter(None, [theirs])], as_dict=True) or {}
	if theirs:
		found[CAMPAIGN_FIELD_OF_SALES] = found.pop(theirs, None)
	for fieldname, value in found.items():
		if value and not doc.get(fieldname):
			doc.set(fieldname, value)
