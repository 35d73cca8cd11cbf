"""What a salesperson has to do: contacts that are due and records that nobody looks after.

A record stands in one section only, the first that it belongs to, so that the counts add up. Whatever the number of
records, one statement counts them, one finds a page of every section and one a DocType reads what is shown; see
`crm_etapas.setup.indexes` for the two indexes that they need.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce

import frappe
from frappe.query_builder import Order
from frappe.query_builder.custom import ConstantColumn
from frappe.query_builder.functions import Count
from pypika import Criterion
from pypika.queries import QueryBuilder, Table
from pypika.terms import LiteralValue

from crm_etapas.follow_up import RESPONSIBLE
from crm_etapas.follow_up.attention import worklist
from crm_etapas.follow_up.day import Day
from crm_etapas.identity import readable
from crm_etapas.pipeline import stages
from crm_etapas.pipeline.registry import Pipeline, pipelines_of
from crm_etapas.pipeline.vocabulary import ACTIVE


@dataclass(frozen=True)
class Section:
	"""Where records come from and in which order: the earliest first, or else the latest.

	:param belongs: says of a DocType which of its records belong here, or None if it has no such records.
	"""

	belongs: Callable[["_Whose"], Criterion | None]
	sort: str
	latest_first: bool = False


@dataclass(frozen=True)
class _Whose:
	"""A DocType, whose records are looked for and on which day. Customers have no pipeline."""

	doctype: str
	user: str
	day: Day
	table: Table
	pipeline: Pipeline | None


def _contacts(begin: str | None, end: str) -> Callable[[_Whose], Criterion]:
	"""Return what holds of records whose next contact the user makes within these bounds of the day.

	Those that have woken up stand in their own section.
	"""

	def belongs(whose: _Whose) -> Criterion:
		date = whose.table.next_contact_date
		wanted = (whose.table.next_contact_by == whose.user) & (date < getattr(whose.day, end))
		if whose.pipeline:
			wanted &= _not_woken(whose)
		return wanted & (date >= getattr(whose.day, begin)) if begin else wanted

	return belongs


def _unattended(*conditions: Callable[[_Whose], Criterion]) -> Callable[[_Whose], Criterion | None]:
	"""Return what holds of the user's open records that are neither snoozed nor to be contacted soon."""

	def belongs(whose: _Whose) -> Criterion | None:
		if not whose.pipeline:
			return None
		table, day = whose.table, whose.day
		open_ones = stages.with_outcome(whose.pipeline, *ACTIVE)
		mine = table[RESPONSIBLE[whose.doctype]] == whose.user
		mine &= table[whose.pipeline.stage_field].isin(open_ones or [""])
		mine &= table.snoozed_until.isnull() | (table.snoozed_until <= day.date)
		mine &= (
			table.next_contact_date.isnull()
			| (table.next_contact_date >= day.week_end)
			| table.next_contact_by.isnull()
			| (table.next_contact_by != whose.user)
		)
		return reduce(lambda one, other: one & other, (condition(whose) for condition in conditions), mine)

	return belongs


def _woken(whose: _Whose) -> Criterion | None:
	"""Return what holds of the user's records that came back to be worked on, whatever contact is planned."""
	if not whose.pipeline:
		return None
	table = whose.table
	awake = table.woken_on.isnotnull() & (table[RESPONSIBLE[whose.doctype]] == whose.user)
	awake &= table[whose.pipeline.stage_field].isin(worklist.open_stages(whose.doctype))
	return awake & (table.snoozed_until.isnull() | (table.snoozed_until <= whose.day.date))


def _not_woken(whose: _Whose) -> Criterion:
	"""Return what holds of all other records: what is unknown must not be unknown here too."""
	table = whose.table
	responsible = table[RESPONSIBLE[whose.doctype]]
	return (
		table.woken_on.isnull()
		| responsible.isnull()
		| (responsible != whose.user)
		| table[whose.pipeline.stage_field].notin(worklist.open_stages(whose.doctype))
		| (table.snoozed_until > whose.day.date)
	)


def _rotting(whose: _Whose) -> Criterion:
	return whose.table.woken_on.isnull() & whose.table.rotting_since.isnotnull()


def _fresh(whose: _Whose) -> Criterion:
	return whose.table.woken_on.isnull() & whose.table.rotting_since.isnull()


def _expired(whose: _Whose) -> Criterion:
	return worklist.is_expired(whose.doctype, whose.table, whose.day.date)


def _untouched(whose: _Whose) -> Criterion:
	table = whose.table
	entrance = [stage.name for stage in stages.enabled(whose.pipeline).values() if stage.is_default]
	stands_there = table[whose.pipeline.stage_field].isin(entrance or [""])
	valid = table.valid_until.isnull() | (table.valid_until >= whose.day.date)
	return stands_there & valid & table.last_contact_on.isnull()


SECTIONS = {
	"woken": Section(_woken, "woken_on"),
	"overdue": Section(_contacts(None, "start"), "next_contact_date"),
	"today": Section(_contacts("start", "end"), "next_contact_date"),
	"week": Section(_contacts("end", "week_end"), "next_contact_date"),
	"rotting": Section(_unattended(_rotting), "rotting_since"),
	"expired": Section(_unattended(_fresh, _expired), "valid_until", latest_first=True),
	"new": Section(_unattended(_fresh, _untouched), "creation", latest_first=True),
}


def counts(sections: Iterable[str], user: str, day: Day) -> dict[str, int]:
	"""Return how many records of a user each section has, of those that whoever asks may read."""
	queries = [
		query.select(ConstantColumn(section).as_("section"), Count("*").as_("count"))
		for section, _whose, query in _parts(sections, user, day)
	]
	found = dict.fromkeys(sections, 0)
	for section, count in _run_together(queries):
		found[section] += count
	return found


def page(sections: Iterable[str], user: str, day: Day, start: int, limit: int) -> dict[str, list[tuple]]:
	"""Return (doctype, name) of a page of each section, in its order."""
	queries = []
	for section, whose, query in _parts(sections, user, day):
		shown = SECTIONS[section]
		sort = whose.table[shown.sort]
		query = query.select(
			ConstantColumn(section).as_("section"),
			ConstantColumn(whose.doctype).as_("doctype"),
			whose.table.name,
			sort.as_("sort"),
		)
		order = Order.desc if shown.latest_first else Order.asc
		query = query.orderby(sort, order=order).orderby(whose.table.name).limit(start + limit)
		queries.append(frappe.qb.from_(query.as_("part")).select("*"))  # so that its limit is its own
	found = {section: [] for section in sections}
	for section, doctype, name, sort in _run_together(queries):
		found[section].append((sort, doctype, name))
	for section, rows in found.items():
		rows.sort(key=lambda row: row[0], reverse=SECTIONS[section].latest_first)
		found[section] = [(doctype, name) for _sort, doctype, name in rows[start : start + limit]]
	return found


def _parts(sections: Iterable[str], user: str, day: Day) -> Iterable[tuple[str, _Whose, QueryBuilder]]:
	"""Yield a query, which selects nothing yet, for every DocType in every section."""
	for doctype in RESPONSIBLE:
		condition = readable.condition(doctype)
		if condition is None:
			continue
		pipeline = next(iter(pipelines_of(doctype)), None)
		whose = _Whose(doctype, user, day, frappe.qb.DocType(doctype), pipeline)
		for section in sections:
			belongs = SECTIONS[section].belongs(whose)
			if belongs is not None:
				query = frappe.qb.from_(whose.table).where(belongs)
				yield section, whose, query.where(LiteralValue(f"({condition})")) if condition else query


def _run_together(queries: list[QueryBuilder]) -> list[tuple]:
	return reduce(lambda one, other: one.union_all(other), queries).run() if queries else []
