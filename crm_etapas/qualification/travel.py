"""What qualifying found out goes along to the opportunity."""

import frappe
from frappe.model.document import Document

from crm_etapas.qualification import DOCTYPE


def carry(opportunity: Document, lead: str) -> None:
	"""Give a new opportunity the value and the closing date that its prospect was estimated with.

	The value is in the currency of the prospect's company; in another one it would be wrong.
	"""
	columns = ["estimated_value", "expected_closing", "company"]
	found = frappe.db.get_value(DOCTYPE, lead, columns, as_dict=True)
	if not found:
		return
	opportunity.expected_closing = opportunity.expected_closing or found.expected_closing
	company = opportunity.company or frappe.db.get_default("company")
	currency = opportunity.currency or _currency_of(company)
	if found.estimated_value and not opportunity.opportunity_amount and not opportunity.get("items"):
		if currency == _currency_of(found.company or company):
			opportunity.opportunity_amount = found.estimated_value


def _currency_of(company: str | None) -> str | None:
	return company and frappe.get_cached_value("Company", company, "default_currency")
