"""Won and lost: how many, worth how much, how quickly, and by what they are told apart."""

from dataclasses import dataclass

import frappe
from frappe import _, _lt
from frappe.query_builder.functions import Sum
from pypika import Case
from pypika.terms import LiteralValue

from crm_etapas.analytics import closings, counted, periods, splits
from crm_etapas.analytics.closings import Closings
from crm_etapas.analytics.definitions import not_said
from crm_etapas.analytics.filters import Filters, choice, column_of, parse
from crm_etapas.pipeline.vocabulary import Outcome

PRODUCT, REASON, COMPETITOR = "Product", "Lost Reason", "Competitor"
CHILD = {
	REASON: ("Opportunity Lost Reason Detail", "lost_reason"),
	COMPETITOR: ("Competitor Detail", "competitor"),
}
PERIODS = (periods.MONTH, periods.WEEK)
CHOICES = (*PERIODS, *splits.BY_RECORD, PRODUCT, REASON, COMPETITOR)
NOTES = {
	PRODUCT: _lt(
		"An opportunity with several products counts in the line of each, with its value shared out as its lines are; the total counts it once."
	),
	REASON: _lt(
		"Lost opportunities alone. One with several reasons counts in the line of each, with all of its value; the total counts it once."
	),
	COMPETITOR: _lt(
		"One with several competitors counts in the line of each, with all of its value; the total counts it once."
	),
}


@dataclass(frozen=True)
class Row:
	key: str | None
	label: str
	color: str | None
	closings: Closings


def compute(by: str, filters: Filters) -> tuple[list[Row], Closings]:
	"""Return a row for each part, and the total, in at most three queries.

	:param by: one of `CHOICES`.
	"""
	found = closings.by(filters, **_key(by))
	if by == REASON:
		found = {key: _lost_alone(part) for key, part in found.items() if part.lost}
	if by in NOTES:
		log = frappe.qb.DocType("Stage Log")
		whole = closings.total(closings.by(filters, key=log.pipeline).values())
		whole = _lost_alone(whole) if by == REASON else whole
	else:
		whole = closings.total(found.values())
	return _rows(by, filters, found), whole


def behind(raw: dict, cell: dict):
	"""Return queries of names by DocType: the opportunities behind a figure."""
	filters, by = parse(raw), choice(raw, "by", _("By"), CHOICES)
	query = closings.names(filters, closings.LOST.key if by == REASON else cell.get("figure"))
	if not cell.get("total"):
		key = _key(by)
		query = key["narrowed"](query) if "narrowed" in key else query
		query = query.where(counted.has_value(key["key"], cell.get("key")))  # a period is never empty
	return {"Opportunity": query}


def _key(by: str) -> dict:
	"""Return what `closings.by` needs to tell the closings apart."""
	log = frappe.qb.DocType("Stage Log")
	if by in PERIODS:
		return {"key": periods.bucket(log.entered_on, by)}
	if by in splits.BY_RECORD:
		return {"key": column_of("Opportunity", splits.BY_RECORD[by])}
	return _by_product() if by == PRODUCT else _by_child(by)


def _by_child(by: str) -> dict:
	"""What the record says today is of its last round; earlier ones say nothing any more."""
	doctype, fieldname = CHILD[by]
	child, opportunity, log = (
		frappe.qb.DocType(doctype),
		frappe.qb.DocType("Opportunity"),
		frappe.qb.DocType("Stage Log"),
	)
	return {
		"key": child[fieldname],
		"narrowed": lambda query: query.left_join(child).on(
			(child.parent == opportunity.name) & (child.parenttype == "Opportunity") & log.left_on.isnull()
		),
	}


def _by_product() -> dict:
	"""Each product of an opportunity once, with its share of what all lines add up to; of lines without amounts, alike."""
	item, opportunity = frappe.qb.DocType("Opportunity Item"), frappe.qb.DocType("Opportunity")
	product = (
		frappe.qb.from_(item)
		.select(item.parent, item.item_code, Sum(item.base_amount).as_("amount"))
		.where(item.parenttype == "Opportunity")
		.groupby(item.parent, item.item_code)
	).as_("product")
	whole = (
		frappe.qb.from_(item)
		.select(
			item.parent,
			Sum(item.base_amount).as_("amount"),
			LiteralValue("COUNT(DISTINCT `item_code`)").as_("products"),
		)
		.where(item.parenttype == "Opportunity")
		.groupby(item.parent)
	).as_("whole")
	share = (
		Case()
		.when(whole.products.isnull(), 1)
		.when(whole.amount == 0, LiteralValue("1") / whole.products)
		.else_(product.amount / whole.amount)
	)
	return {
		"key": product.item_code,
		"share": share,
		"narrowed": lambda query: (
			query.left_join(product)
			.on(product.parent == opportunity.name)
			.left_join(whole)
			.on(whole.parent == opportunity.name)
		),
	}


def _lost_alone(part: Closings) -> Closings:
	return Closings(
		lost=part.lost,
		lost_value=part.lost_value,
		days={**Closings().days, Outcome.LOST: part.days[Outcome.LOST]},
	)


def _rows(by: str, filters: Filters, found: dict[object, Closings]) -> list[Row]:
	if by in PERIODS:
		shown = periods.buckets(filters.from_date, filters.to_date, by) if found else ()
		return [Row(str(day), periods.label(day, by), None, found.get(day, Closings())) for day in shown]
	parts = splits.parts(by, list(found))
	rows = [
		Row(key, parts[key].label, parts[key].color, part)
		if key
		else Row(None, not_said(), parts[key].color, part)
		for key, part in found.items()
	]
	return sorted(rows, key=lambda row: (-row.closings.closed, row.label))
