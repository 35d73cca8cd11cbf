"""What the quotations of a record stand for today, in the events of its pipeline."""

from collections.abc import Collection, Iterable

import frappe

from crm_etapas.conversion import documents

PREPARED = "Quotation Prepared"
SUBMITTED = "Quotation Submitted"
SENT = "Quotation Sent"
SEEN = "Quotation Seen"
REVISED = "Quotation Revised"
EXPIRED = "Quotation Expired"
CANCELLED = "Quotation Cancelled"
LOST = "Quotation Lost"
LOST_TO_COMPETITOR = "Quotation Lost to Competitor"
ORDERED = "Sales Order Submitted"
PARTLY_ORDERED = "Quotation Partly Ordered"
FULLY_ORDERED = "Quotation Fully Ordered"

EVENTS = frozenset(
	{
		PREPARED,
		SUBMITTED,
		SENT,
		SEEN,
		REVISED,
		EXPIRED,
		CANCELLED,
		LOST,
		LOST_TO_COMPETITOR,
		ORDERED,
		PARTLY_ORDERED,
		FULLY_ORDERED,
	}
)


def of_opportunity(name: str) -> set[str]:
	"""Return the events that an opportunity's submitted quotations and orders stand for."""
	return _of_quotations(documents.quotations_of_opportunities([name]))


def of_lead(name: str) -> set[str]:
	"""Return the events that a lead's own submitted quotations and their orders stand for."""
	return _of_quotations(documents.quotations_of_leads([name]))


def of_order(quotations: Collection[str]) -> tuple[str, ...]:
	"""Return the events of a sales order, the more telling one first.

	:param quotations: names of the quotations that it was made from.
	"""
	statuses = frappe.get_all("Quotation", {"name": ["in", list(quotations)]}, pluck="status")
	return _how_far_ordered(statuses), ORDERED


def _of_quotations(rows: list[frappe._dict]) -> set[str]:
	live = [row for row in rows if row.status != documents.LOST]
	if not live:
		return {LOST, LOST_TO_COMPETITOR} if rows else set()
	names = [row.name for row in live]
	events = {SUBMITTED}
	if documents.was_mailed(names):
		events.add(SENT)
	if len(live) > 1:
		events.add(REVISED)
	if ordered := documents.ordered_quotations(names):
		events |= {ORDERED, _how_far_ordered(row.status for row in live if row.name in ordered)}
	return events


def _how_far_ordered(statuses: Iterable[str]) -> str:
	return FULLY_ORDERED if all(status == "Ordered" for status in statuses) else PARTLY_ORDERED
