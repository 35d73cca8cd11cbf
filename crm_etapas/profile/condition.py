"""Prospect or customer: choosing Customer makes the customer; a customer that is there says so (D12)."""

import frappe
from erpnext.crm.doctype.lead.lead import make_customer as customer_of_lead
from erpnext.crm.doctype.prospect.prospect import make_customer as customer_of_prospect
from frappe import _
from frappe.model.document import Document
from frappe.utils import escape_html, get_link_to_form

from crm_etapas.exceptions import ProfileError

PROSPECT, CUSTOMER = "Prospect", "Customer"
# DocTypes of prospects: the field of Customer that names them, and ERPNext's own way to make one
LINK = {"Lead": "lead_name", "Prospect": "prospect_name"}
MAKE = {"Lead": customer_of_lead, "Prospect": customer_of_prospect}


def of_new(doc: Document) -> None:
	"""Set what follows from the record itself: an opportunity's condition from its party."""
	if doc.doctype == "Customer":
		doc.party_condition = CUSTOMER
	elif doc.doctype == "Opportunity":
		doc.party_condition = CUSTOMER if doc.opportunity_from == "Customer" else PROSPECT


def check(doc: Document) -> None:
	"""Refuse to call a prospect again who is a customer.

	:raises ProfileError: with the customer and what to do.
	"""
	before = doc.get_doc_before_save()
	if doc.doctype not in LINK or not before or before.party_condition != CUSTOMER:
		return
	if doc.party_condition != CUSTOMER and (customer := existing_customer(doc)):
		frappe.throw(
			_(
				"{0} is the customer {1}. Delete it or let the prospect no longer name it, or leave the condition"
			).format(frappe.bold(escape_html(doc.get_title())), frappe.bold(customer)),
			ProfileError,
			title=_("Condition"),
		)


def make_customer(doc: Document) -> None:
	"""Make the customer of a prospect whose condition was set to Customer; once, whoever saves again.

	With the rights of the user: who may not create customers is refused, and nothing is saved.
	"""
	if not wants_customer(doc):
		return
	customer = MAKE[doc.doctype](doc.name)
	customer.set(LINK[doc.doctype], doc.name)
	customer.insert()
	doc.reload()  # the customer has moved its prospect on
	tell(doc, customer)


def wants_customer(doc: Document) -> bool:
	"""Tell whether this save calls a prospect a customer who is none yet."""
	return bool(
		doc.doctype in LINK
		and doc.party_condition == CUSTOMER
		and doc.has_value_changed("party_condition")
		and not existing_customer(doc)
	)


def tell(doc: Document, customer: Document) -> None:
	frappe.msgprint(
		_("{0} is now the customer {1}").format(
			frappe.bold(escape_html(doc.get_title())),
			get_link_to_form("Customer", customer.name, customer.customer_name),
		),
		indicator="green",
		alert=True,
	)


def existing_customer(doc: Document) -> str | None:
	"""Return the customer that was made of a prospect, or that a lead was found to be."""
	made = frappe.db.get_value("Customer", {LINK[doc.doctype]: doc.name})
	return made or (doc.customer if doc.doctype == "Lead" else None)


def link_to_origin(customer: Document, origin: Document) -> None:
	"""Name the prospect that a customer is being made of. ERPNext does so for leads only."""
	if origin.doctype in LINK:
		customer.set(LINK[origin.doctype], origin.name)


def tell_prospects(customer: Document, condition: str) -> None:
	"""Write on the prospects that a customer was made of whether they are one."""
	for doctype, fieldname in LINK.items():
		name = customer.get(fieldname)
		if name and frappe.db.get_value(doctype, name, "party_condition") not in (None, condition):
			frappe.db.set_value(doctype, name, "party_condition", condition, update_modified=False)
