"""The records of a conversion before they are saved: ERPNext's own mappers, with what they leave open filled in."""

import frappe
from erpnext.crm.doctype.lead.lead import make_customer, make_opportunity
from erpnext.setup.utils import get_exchange_rate
from frappe import _
from frappe.model.document import Document
from frappe.model.mapper import get_mapped_doc
from frappe.utils import flt, today

from crm_etapas.conversion.origin import ORIGIN
from crm_etapas.exceptions import ConversionError


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
	:raises ConversionError: if that currency was wished and nobody knows its exchange rate.
	"""
	doc = make_opportunity(lead.name)
	doc.set(ORIGIN, lead.name)
	if customer and customer.lead_name != lead.name:
		doc.opportunity_from, doc.party_name = "Customer", customer.name
	doc.expected_closing = doc.expected_closing or lead.get("expected_closing")
	doc.contact_person = contact or doc.contact_person
	doc.company = (values or {}).get("company") or doc.company
	_set_amount(doc, lead, (values or {}).get("currency"), customer and customer.default_currency)
	return doc


def _set_amount(doc: Document, lead: Document, wished: str | None, usual: str | None) -> None:
	"""Tell the prospect's estimated value, which is in its company's currency, in the opportunity's.

	Without an exchange rate the opportunity is in its company's currency, and the value stays untold between two.
	"""
	currency = wished or usual
	home = doc.company and frappe.get_cached_value("Company", doc.company, "default_currency")
	theirs = lead.company and frappe.get_cached_value("Company", lead.company, "default_currency")
	rate = _rate(currency, home) if currency else 1
	if wished and not rate:
		_refuse(wished, home)
	doc.currency, doc.conversion_rate = (currency or home, rate) if rate else (home, 1)
	value = flt(lead.get("estimated_value"))
	if not value or doc.get("opportunity_amount") or doc.get("items"):
		return
	into_home = _rate(theirs, home) if theirs else 1
	if wished and not into_home:
		_refuse(theirs, home)
	amount = value * into_home / doc.conversion_rate
	doc.opportunity_amount = flt(amount, doc.precision("opportunity_amount")) or None


def _rate(currency: str, home: str | None) -> float:
	"""Return what one unit of a currency is worth in the company's; 0 if nobody knows."""
	return 1.0 if currency == home else flt(get_exchange_rate(currency, home, today()))


def _refuse(currency: str, home: str | None) -> None:
	frappe.throw(
		_("There is no exchange rate from {0} to {1}. Enter one in {2}, or choose {1}").format(
			frappe.bold(currency), frappe.bold(home), _("Currency Exchange")
		),
		ConversionError,
		title=_("Not Converted"),
	)
