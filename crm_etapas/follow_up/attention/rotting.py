"""Marks the records that rot, and takes the mark off those that do not: set by set, every night."""

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date
from itertools import product

import frappe
from frappe import _
from frappe.utils import getdate
from pypika import Criterion, Table
from pypika.functions import Coalesce
from pypika.queries import QueryBuilder
from pypika.terms import Field, Not

from crm_etapas.follow_up.attention import DOCTYPES, ROTTING, SNOOZED, rules
from crm_etapas.follow_up.attention.marks import pipeline_of
from crm_etapas.pipeline import stages
from crm_etapas.pipeline.deadlock import ATTEMPTS, CONFLICTS
from crm_etapas.pipeline.registry import Pipeline
from crm_etapas.pipeline.stages import Stage
from crm_etapas.pipeline.working_time import Calendar, calendars

LONG_AGO = date(1000, 1, 1)
LOOKED_AT = ("last_contact_on", SNOOZED, "next_contact_date")
CHUNK = 1000

Rows = list[frappe._dict]


def mark_all() -> Counter:
	"""Bring the marks of all records in line with what has happened to them, chunk by chunk, each committed.

	What goes wrong in one stage is logged and keeps no other from its marks.

	:return: how many were `marked` and `cleared`.
	"""
	counts = Counter()
	for pipeline in map(pipeline_of, DOCTYPES):
		rotting = [stage for stage in stages.get_stages(pipeline).values() if stage.may_rot]
		counts["cleared"] += _guarded(_clear_where_nothing_rots, pipeline, [stage.name for stage in rotting])
		for stage, calendar in product(rotting, calendars()):
			counts["cleared"] += _guarded(_clear, pipeline, stage, calendar)
			counts["marked"] += _guarded(_mark, pipeline, stage, calendar)
	return counts


def _guarded(step: Callable[..., int], *arguments) -> int:
	try:
		return step(*arguments)
	except Exception:
		frappe.db.rollback()
		frappe.log_error(title=_("Neglected records were not marked"))
		frappe.db.commit()  # the log stays, and the other stages go on
		return 0


def _mark(pipeline: Pipeline, stage: Stage, calendar: Calendar) -> int:
	table = frappe.qb.DocType(pipeline.doctype)
	quiet_since = _quiet_since(stage, calendar)
	if not quiet_since:
		return 0
	entered_on = table[pipeline.entered_on_field]
	rots = (
		_stands_in(table, pipeline, stage, calendar)
		& (entered_on < quiet_since)
		& Not(_is_alive(table, pipeline, quiet_since))
	)
	unmarked = (
		frappe.qb.from_(table)
		.select(table.name, entered_on, *(table[field] for field in LOOKED_AT))
		.where(table[ROTTING].isnull() & rots)
		.orderby(entered_on)  # few days a chunk, so few statements
	)

	def write(rows: Rows) -> None:
		by_day = defaultdict(list)
		for row in rows:
			activity = (row[pipeline.entered_on_field], row.last_contact_on, row[SNOOZED])
			since = rules.rots_on(
				activity, row.next_contact_date, stage.days_until_rotting, calendar.holidays
			)
			by_day[since].append(row.name)
		for day, names in by_day.items():
			_set(table, day, names, rots)

	return _in_chunks(unmarked, write, in_order_of=entered_on)


def _clear(pipeline: Pipeline, stage: Stage, calendar: Calendar) -> int:
	"""Take the mark off the records of a stage that something has happened to past their documents."""
	table = frappe.qb.DocType(pipeline.doctype)
	here, quiet_since = _stands_in(table, pipeline, stage, calendar), _quiet_since(stage, calendar)
	return _clear_those(table, here & _is_alive(table, pipeline, quiet_since) if quiet_since else here)


def _clear_where_nothing_rots(pipeline: Pipeline, rotting: list[str]) -> int:
	table = frappe.qb.DocType(pipeline.doctype)
	stage = table[pipeline.stage_field]
	return _clear_those(table, stage.isnull() | stage.notin(rotting or [""]))


def _clear_those(table: Table, which: Criterion) -> int:
	marked = frappe.qb.from_(table).select(table.name).where(table[ROTTING].isnotnull() & which)
	return _in_chunks(marked, lambda rows: _set(table, None, [row.name for row in rows], which))


def _quiet_since(stage: Stage, calendar: Calendar) -> date | None:
	return rules.quiet_since(getdate(), stage.days_until_rotting, calendar.holidays)


def _stands_in(table: Table, pipeline: Pipeline, stage: Stage, calendar: Calendar) -> Criterion:
	return (table[pipeline.stage_field] == stage.name) & calendar.covers(table.company)


def _is_alive(table: Table, pipeline: Pipeline, quiet_since: date) -> Criterion:
	"""Return the condition for records that do not rot: what `marks.rotting_since` says, as SQL. It is never NULL."""
	today = getdate()
	return Criterion.any(
		[
			Coalesce(table[pipeline.entered_on_field], today) >= quiet_since,
			Coalesce(table.last_contact_on, LONG_AGO) >= quiet_since,
			Coalesce(table[SNOOZED], LONG_AGO) >= quiet_since,
			Coalesce(table.next_contact_date, LONG_AGO) >= today,
		]
	)


def _set(table: Table, day: date | None, names: list[str], which: Criterion) -> None:
	"""Write a mark where it is still due: somebody may have done something since the records were looked up."""
	frappe.qb.update(table).set(table[ROTTING], day).where(table.name.isin(names) & which).run()


def _in_chunks(found: QueryBuilder, write: Callable[[Rows], None], in_order_of: Field | None = None) -> int:
	"""Write chunk by chunk until nothing more is found. A chunk that meets another writer is tried again.

	:param in_order_of: the column by which the rows come: what one chunk has passed by, the next does not look at.
	"""
	total, attempts, further = 0, 0, found
	while rows := further.limit(CHUNK).run(as_dict=True):
		try:
			write(rows)
			frappe.db.commit()  # a job: the locks of a chunk are let go, and what is done stays
			total, attempts = total + len(rows), 0
			if in_order_of is not None:
				further = found.where(in_order_of >= rows[-1][in_order_of.name])
		except CONFLICTS:
			frappe.db.rollback()
			attempts += 1
			if attempts == ATTEMPTS:
				raise
	return total
