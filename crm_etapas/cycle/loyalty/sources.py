"""The documents of a sale that a rule can follow up: whose they are, from which day on, and how much they are."""

from collections.abc import Callable
from dataclasses import dataclass

import frappe
from pypika.queries import QueryBuilder
from pypika.terms import ExistsCriterion

from crm_etapas.pipeline import stages
from crm_etapas.pipeline.vocabulary import Outcome
from crm_etapas.pipelines import OPPORTUNITY


@dataclass(frozen=True)
class Party:
	"""Whose a document is: its `field` is the customer's `column`, where the document has this `kind`."""

	field: str = "customer"
	column: str = "name"
	kind: tuple[str, str] | None = None


@dataclass(frozen=True)
class Source:
	"""`day` and `amount` are fields of the DocType, `only` leaves documents out of a query."""

	doctype: str
	day: str
	amount: str | None
	only: Callable[[QueryBuilder], QueryBuilder]
	parties: tuple[Party, ...] = (Party(),)
	has_company: bool = True
	known_before: bool = False


def _submitted(doctype: str, **fields) -> Callable[[QueryBuilder], QueryBuilder]:
	def only(query: QueryBuilder) -> QueryBuilder:
		table = frappe.qb.DocType(doctype)
		for fieldname, value in {"docstatus": 1, **fields}.items():
			query = query.where(table[fieldname] == value)
		return query

	return only


def _won_without_order(query: QueryBuilder) -> QueryBuilder:
	"""Won opportunities that no sales order was made of: those are followed up by their order."""
	opportunity, quotation = frappe.qb.DocType("Opportunity"), frappe.qb.DocType("Quotation")
	item = frappe.qb.DocType("Sales Order Item")
	won = stages.with_outcome(OPPORTUNITY, Outcome.WON)
	ordered = (
		frappe.qb.from_(quotation)
		.join(item)
		.on(item.prevdoc_docname == quotation.name)
		.select(quotation.name)
		.where(quotation.opportunity == opportunity.name)
		.where(item.docstatus == 1)
	)
	query = query.where(opportunity[OPPORTUNITY.stage_field].isin(won or [""]))
	return query.where(ExistsCriterion(ordered).negate())


SOURCES = {
	"Sales Order Submitted": Source(
		"Sales Order", "transaction_date", "base_grand_total", _submitted("Sales Order")
	),
	"Delivery Note Submitted": Source(
		"Delivery Note", "posting_date", "base_grand_total", _submitted("Delivery Note", is_return=0)
	),
	"Sales Invoice Submitted": Source(
		"Sales Invoice", "posting_date", "base_grand_total", _submitted("Sales Invoice", is_return=0)
	),
	"Contract Ends": Source(
		"Contract",
		"end_date",
		None,
		_submitted("Contract"),
		parties=(Party("party_name", kind=("party_type", "Customer")),),
		has_company=False,
		known_before=True,
	),
	"Opportunity Won": Source(
		"Opportunity",
		OPPORTUNITY.entered_on_field,
		"base_opportunity_amount",
		_won_without_order,
		parties=(
			Party("party_name", kind=("opportunity_from", "Customer")),
			Party("party_name", "lead_name", kind=("opportunity_from", "Lead")),
		),
	),
}
