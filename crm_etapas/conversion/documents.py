"""Which leads and opportunities have a quotation or an order; one query a question."""

from collections.abc import Collection

import frappe
from frappe.model.document import Document

SUBMITTED = 1


def opportunities_with_quotation(doctype: str, names: Collection[str], requirement=None) -> set[str]:
	"""Opportunities with a submitted quotation that is not lost."""
	return {opportunity for opportunity, _quotation in quotations_of_opportunities(names)}


def opportunities_with_order(doctype: str, names: Collection[str], requirement=None) -> set[str]:
	"""Opportunities of which a quotation was ordered, by a submitted sales order."""
	quotations = quotations_of_opportunities(names)
	ordered = _ordered({quotation for _opportunity, quotation in quotations})
	return {opportunity for opportunity, quotation in quotations if quotation in ordered}


def leads_with_quotation(doctype: str, names: Collection[str], requirement=None) -> set[str]:
	"""Leads with a submitted quotation of their own that is not lost."""
	return {lead for lead, _quotation in _quotations_of_leads(names)}


def leads_with_order(doctype: str, names: Collection[str], requirement=None) -> set[str]:
	"""Leads of which a quotation was ordered, by a submitted sales order."""
	quotations = _quotations_of_leads(names)
	ordered = _ordered({quotation for _lead, quotation in quotations})
	return {lead for lead, quotation in quotations if quotation in ordered}


def quotations_of_opportunities(names: Collection[str]) -> set[tuple[str, str]]:
	"""Return (opportunity, quotation) for every live quotation: one made for the whole or for its items."""
	quotation, item = frappe.qb.DocType("Quotation"), frappe.qb.DocType("Quotation Item")
	whole = (
		frappe.qb.from_(quotation)
		.select(quotation.opportunity, quotation.name)
		.where(quotation.opportunity.isin(names))
	)
	by_item = (
		frappe.qb.from_(item)
		.join(quotation)
		.on(quotation.name == item.parent)
		.select(item.prevdoc_docname, quotation.name)
		.where(item.prevdoc_doctype == "Opportunity")
		.where(item.prevdoc_docname.isin(names))
	)
	return {row for query in (whole, by_item) for row in _live(query, quotation).run()}


def opportunities_of_quotation(quotation: Document) -> set[str]:
	"""Return the opportunities that a quotation was made for, as a whole or by its items."""
	by_item = {row.prevdoc_docname for row in quotation.items if row.prevdoc_doctype == "Opportunity"}
	return {name for name in (*by_item, quotation.opportunity) if name}


def was_quoted_before(opportunity: str, quotation: Document) -> bool:
	"""Tell whether an opportunity had another quotation before: a live one, or the one that this amends."""
	others = {name for _opportunity, name in quotations_of_opportunities([opportunity])}
	return bool(quotation.amended_from or others - {quotation.name})


def sources_of_order(order: Document) -> tuple[set[str], set[str]]:
	"""Return the opportunities and the leads whose quotations a sales order was made from."""
	quotations = {row.prevdoc_docname for row in order.items if row.get("prevdoc_docname")}
	if not quotations:
		return set(), set()
	quotation, item = frappe.qb.DocType("Quotation"), frappe.qb.DocType("Quotation Item")
	rows = (
		frappe.qb.from_(quotation)
		.join(item)
		.on(item.parent == quotation.name)
		.select(
			quotation.opportunity,
			quotation.quotation_to,
			quotation.party_name,
			item.prevdoc_doctype,
			item.prevdoc_docname,
		)
		.where(quotation.name.isin(quotations))
		.run(as_dict=True)
	)
	opportunities = {row.opportunity for row in rows} | {
		row.prevdoc_docname for row in rows if row.prevdoc_doctype == "Opportunity"
	}
	leads = {row.party_name for row in rows if row.quotation_to == "Lead"}
	return opportunities - {None, ""}, leads


def _quotations_of_leads(names: Collection[str]) -> set[tuple[str, str]]:
	quotation = frappe.qb.DocType("Quotation")
	query = (
		frappe.qb.from_(quotation)
		.select(quotation.party_name, quotation.name)
		.where(quotation.quotation_to == "Lead")
		.where(quotation.party_name.isin(names))
	)
	return set(_live(query, quotation).run())


def _live(query, quotation):
	return query.where(quotation.docstatus == SUBMITTED).where(quotation.status != "Lost")


def _ordered(quotations: Collection[str]) -> set[str]:
	if not quotations:
		return set()
	item = frappe.qb.DocType("Sales Order Item")
	return set(
		frappe.qb.from_(item)
		.select(item.prevdoc_docname)
		.where(item.docstatus == SUBMITTED)
		.where(item.prevdoc_docname.isin(quotations))
		.distinct()
		.run(pluck=True)
	)
