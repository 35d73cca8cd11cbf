"""The records of a conversion before they are saved: ERPNext's own mappers, with what they leave open filled in."""

import frappe
from erpnext.crm.doctype.lead.lead import make_customer, make_opportunity
from erpnext.setup.utils import get_exchange_rate
from frappe.model.document import Document
from frappe.model.mapper import get_mapped_doc
from frappe.utils import flt, today

from crm_etapas.conversion.origin import ORIGIN


def customer(lead: Document, contact: str | None = None, opportunity: Document | None = None) -> Document:
	"""Return the new customer of a lead: its company, or the person where there is none."""
	doc = make_customer(lead.name)
	doc.lead_name = lead.name
	doc.customer_primary_contact = contact
	doc.opportunity_name = opportunity and opportunity.name
	return doc


def contact(lead: Document) -> Document:
	"""Return the new contact of a lead, with the data that ERPNext gives it and every field of the same name."""
	doc = get_mapped_doc(
		"Lead",
		lead.name,
		{
			"Lead": {
				"doctype": "Contact",
				"field_map": {"job_title": "designation"},
				# another status; and what a contact takes from its tables
				"field_no_map": ["status", "email_id", "phone", "mobile_no", "user"],
			}
		},
	)
	doc.first_name = lead.first_name or lead.lead_name
	if lead.email_id:
		doc.append("email_ids", {"email_id": lead.email_id, "is_primary": 1})
	if lead.phone:
		doc.append("phone_nos", {"phone": lead.phone, "is_primary_phone": 1})
	if lead.mobile_no:
		doc.append("phone_nos", {"phone": lead.mobile_no, "is_primary_mobile_no": 1})
	doc.append("links", {"link_doctype": "Lead", "link_name": lead.name, "link_title": lead.lead_name})
	return doc


def opportunity(
	lead: Document, customer: Document | None = None, contact: str | None = None, values: dict | None = None
) -> Document:
	"""Return the new opportunity of a lead.

	Its party is the lead, as ERPNext has it, unless the customer was made of somebody else: an order for the lead
	would make a second customer.

	:param customer: one who is there.
	:param values: what the user wants otherwise; its currency is the one that the estimated value is told in.
	"""
	doc = make_opportunity(lead.name)
	doc.set(ORIGIN, lead.name)
	if customer and customer.lead_name != lead.name:
		doc.opportunity_from, doc.party_name = "Customer", customer.name
	doc.expected_closing = doc.expected_closing or lead.get("expected_closing")
	doc.contact_person = contact or doc.contact_person
	doc.company = (values or {}).get("company") or doc.company
	_set_amount(doc, lead, (values or {}).get("currency") or (customer and customer.default_currency))
	return doc


def _set_amount(doc: Document, lead: Document, currency: str | None) -> None:
	"""Tell the prospect's estimated value, which is in its company's currency, in the opportunity's."""
	home = doc.company and frappe.get_cached_value("Company", doc.company, "default_currency")
	theirs = lead.company and frappe.get_cached_value("Company", lead.company, "default_currency")
	rate = flt(get_exchange_rate(currency, home, today())) if currency not in (None, "", home) else 1
	doc.currency, doc.conversion_rate = (currency or home, rate) if rate else (home, 1)
	value = flt(lead.get("estimated_value"))
	if not value or doc.get("opportunity_amount") or doc.get("items"):
		return
	if theirs and theirs != home:
		value *= flt(get_exchange_rate(theirs, home, today()))
	doc.opportunity_amount = flt(value / doc.conversion_rate, doc.precision("opportunity_amount"))
	doc.base_opportunity_amount = value
