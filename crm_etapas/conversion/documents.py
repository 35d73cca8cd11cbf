"""Which records have a quotation or an order, and which; one query a question."""

from collections.abc import Collection

import frappe
from frappe.model.document import Document

SUBMITTED = 1
LOST = "Lost"
INACTIVE = (LOST, "Closed")  # as ERPNext counts before it lets an opportunity be lost


def opportunities_with_quotation(doctype: str, names: Collection[str], requirement=None) -> set[str]:
	"""Opportunities with a submitted quotation that is not lost."""
	return {row.opportunity for row in quotations_of_opportunities(names) if row.status != LOST}


def opportunities_with_order(doctype: str, names: Collection[str], requirement=None) -> set[str]:
	"""Opportunities of which a quotation was ordered, by a submitted sales order."""
	rows = quotations_of_opportunities(names)
	ordered = ordered_quotations({row.name for row in rows})
	return {row.opportunity for row in rows if row.name in ordered}


def leads_with_quotation(doctype: str, names: Collection[str], requirement=None) -> set[str]:
	"""Leads with a submitted quotation of their own that is not lost."""
	return {row.lead for row in quotations_of_leads(names) if row.status != LOST}


def leads_with_order(doctype: str, names: Collection[str], requirement=None) -> set[str]:
	"""Leads of which a quotation was ordered, by a submitted sales order."""
	rows = quotations_of_leads(names)
	ordered = ordered_quotations({row.name for row in rows})
	return {row.lead for row in rows if row.name in ordered}


def quotations_of_opportunities(names: Collection[str]) -> list[frappe._dict]:
	"""Return every submitted quotation, made for the whole of an opportunity or for its items, lost ones too.

	:return: rows of opportunity, name, status, transaction_date and creation.
	"""
	quotation, item = frappe.qb.DocType("Quotation"), frappe.qb.DocType("Quotation Item")
	whole = (
		frappe.qb.from_(quotation)
		.select(quotation.opportunity, *_columns(quotation))
		.where(quotation.opportunity.isin(names))
	)
	by_item = (
		frappe.qb.from_(item)
		.join(quotation)
		.on(quotation.name == item.parent)
		.select(item.prevdoc_docname.as_("opportunity"), *_columns(quotation))
		.where(item.prevdoc_doctype == "Opportunity")
		.where(item.prevdoc_docname.isin(names))
		.distinct()
	)
	found = {}
	for query in (whole, by_item):
		for row in query.where(quotation.docstatus == SUBMITTED).run(as_dict=True):
			found[row.opportunity, row.name] = row
	return list(found.values())


def quotations_of_leads(names: Collection[str]) -> list[frappe._dict]:
	"""Return every submitted quotation of leads: rows as those of opportunities, with lead for opportunity."""
	quotation = frappe.qb.DocType("Quotation")
	return (
		frappe.qb.from_(quotation)
		.select(quotation.party_name.as_("lead"), *_columns(quotation))
		.where(quotation.quotation_to == "Lead")
		.where(quotation.party_name.isin(names))
		.where(quotation.docstatus == SUBMITTED)
		.run(as_dict=True)
	)


def active_quotations(opportunity: str) -> list[str]:
	"""Return the submitted quotations of an opportunity that ERPNext lets nobody lose it with."""
	rows = quotations_of_opportunities([opportunity])
	return sorted(row.name for row in rows if row.status not in INACTIVE)


def orders(opportunity: str) -> list[str]:
	"""Return the submitted sales orders of an opportunity's quotations."""
	quotations = {row.name for row in quotations_of_opportunities([opportunity])}
	if not quotations:
		return []
	item = frappe.qb.DocType("Sales Order Item")
	query = frappe.qb.from_(item).select(item.parent).distinct().orderby(item.parent)
	query = query.where(item.docstatus == SUBMITTED).where(item.prevdoc_docname.isin(quotations))
	return query.run(pluck=True)


def opportunities_of_quotation(quotation: Document) -> set[str]:
	"""Return the opportunities that a quotation was made for, as a whole or by its items."""
	by_item = {row.prevdoc_docname for row in quotation.items if row.prevdoc_doctype == "Opportunity"}
	return {name for name in (*by_item, quotation.opportunity) if name}


def was_quoted_before(opportunity: str, quotation: Document) -> bool:
	"""Tell whether an opportunity had another quotation before: a live one, or the one that this amends."""
	rows = quotations_of_opportunities([opportunity])
	others = {row.name for row in rows if row.status != LOST} - {quotation.name}
	return bool(quotation.amended_from or others)


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


def ordered_quotations(quotations: Collection[str]) -> set[str]:
	"""Return those among these quotations that a submitted sales order was made from."""
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


def was_mailed(quotations: Collection[str]) -> bool:
	"""Tell whether any of these quotations was sent to the client by mail."""
	mails = {"reference_doctype": "Quotation", "reference_name": ["in", list(quotations)]}
	return bool(
		frappe.db.exists(
			"Communication", {**mails, "communication_medium": "Email", "sent_or_received": "Sent"}
		)
	)


def _columns(quotation) -> tuple:
	return quotation.name, quotation.status, quotation.transaction_date, quotation.creation
