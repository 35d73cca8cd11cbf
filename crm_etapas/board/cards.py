"""The cards of columns: which records, and what is shown of each."""

from collections.abc import Mapping
from functools import reduce

import frappe
from frappe import _
from frappe.query_builder import Order
from frappe.query_builder.custom import ConstantColumn
from frappe.utils import get_datetime, now_datetime
from pypika.queries import QueryBuilder, Selectable

from crm_etapas.board import columns
from crm_etapas.board.scope import Scope
from crm_etapas.board.totals import records_of

RECENT = "recent"


def sorts(scope: Scope) -> dict[str, tuple[str, Order]]:
	"""Return by what the cards of this pipeline can be sorted: name to field and direction."""
	fields = scope.fields
	known = {
		RECENT: (fields.pipeline.entered_on_field, Order.desc),
		"oldest": (fields.pipeline.entered_on_field, Order.asc),
		"next_contact": ("next_contact_date", Order.asc),
		"value": (fields.value, Order.desc),
	}
	return {name: (field, order) for name, (field, order) in known.items() if field and fields.has(field)}


def page(
	scope: Scope, wanted: Mapping[str, tuple[int, int]], sort: str = RECENT
) -> dict[str, tuple[list[dict], bool]]:
	"""Return a page of cards of each stage, and whether there are more.

	:param wanted: by stage from which card on, and how many.
	:param sort: one of `sorts`. By anything but the time of entering, a column of more than
		`columns.MOST_COUNTED` is sorted among those that entered last.
	:return: the cards as `_describe` makes them.
	"""
	if not wanted:
		return {}
	queries = [_names(scope, stage, start, limit + 1, sort) for stage, (start, limit) in wanted.items()]
	names: dict[str, list[str]] = {stage: [] for stage in wanted}
	for stage, name in reduce(lambda one, other: one.union_all(other), queries).run():
		names[stage].append(name)
	shown = _read(scope, [name for stage, found in names.items() for name in found[: wanted[stage][1]]])
	return {
		stage: ([shown[name] for name in found if name in shown], len(found) > wanted[stage][1])
		for stage, found in names.items()
	}


def _names(scope: Scope, stage: str, start: int, limit: int, sort: str) -> QueryBuilder:
	fields = scope.fields
	table = frappe.qb.DocType(fields.pipeline.doctype)
	fieldname, order = sorts(scope)[sort]
	query = records_of(scope, stage).select(table.name)
	if fieldname == fields.pipeline.entered_on_field:
		found = _by_entering(query, table, scope, order)
	else:
		newest = _by_entering(query.select(table[fieldname].as_("sort")), table, scope, Order.desc)
		newest = newest.limit(columns.MOST_COUNTED).as_("newest")
		found = frappe.qb.from_(newest).select(newest.name)
		found = found.orderby(newest.sort.isnull()).orderby(newest.sort, order=order).orderby(newest.name)
	part: Selectable = found.limit(limit).offset(start).as_("part")
	return frappe.qb.from_(part).select(ConstantColumn(stage).as_("stage"), part.name)


def _by_entering(query: QueryBuilder, table, scope: Scope, order: Order) -> QueryBuilder:
	return reduce(lambda sorted_, name: sorted_.orderby(table[name], order=order), scope.order, query)


def _read(scope: Scope, names: list[str]) -> dict[str, dict]:
	"""Read the records once more with the rights of the user, which Frappe may grant field by field."""
	if not names:
		return {}
	shown = scope.fields.shown
	rows = frappe.get_list(
		scope.fields.pipeline.doctype,
		fields=["name", *dict.fromkeys(name for names_ in shown.values() for name in names_)],
		filters={"name": ["in", names]},
		limit_page_length=0,
		order_by=None,
	)
	now = now_datetime()
	return {row.name: _describe(row, shown, now) for row in rows}


def _describe(row: frappe._dict, shown: Mapping[str, tuple[str, ...]], now) -> dict:
	"""Return a card: name, title and, as far as they are known, what `fields.Fields.shown` lists, and `days` in the stage."""
	card = {key: next((row[name] for name in names if row.get(name)), None) for key, names in shown.items()}
	card["title"] = card.get("title") or row.name
	if card.get("detail") == card["title"]:
		others = (row.get(name) for name in shown.get("detail", ()))
		card["detail"] = next((other for other in others if other and other != card["title"]), None)
	if entered_on := card.pop("entered_on", None):
		card["days"] = max((now - get_datetime(entered_on)).days, 0)
	if level := card.get("level"):
		card["level"] = _(level)
	return {"name": row.name, **{key: value for key, value in card.items() if value is not None}}
