"""What has changed in the pipeline of opportunities since a day: what it was worth then, and why it is worth what it is now.

What an opportunity was worth on that day, and when it was expected to close, is what Stage Log kept when it entered the
stage that it stood in then. So every opportunity is in one group, and the groups add up.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from itertools import permutations

import frappe
from frappe import _, _lt
from frappe.query_builder import Case
from frappe.query_builder.functions import Coalesce, Count, Max, Min, Sum
from frappe.utils import now_datetime
from pypika import Criterion

from crm_etapas.analytics import counted
from crm_etapas.analytics.cohort import VALUE_FIELD
from crm_etapas.analytics.definitions import Figure
from crm_etapas.analytics.filters import Filters, parse
from crm_etapas.exceptions import ReportFilterError
from crm_etapas.pipeline import stages
from crm_etapas.pipeline.vocabulary import ACTIVE, Outcome
from crm_etapas.pipelines import OPPORTUNITY

START, ADDED, WON, LOST, JUNK, REVALUED, NOW = "start", "added", "won", "lost", "junk", "revalued", "now"
FORWARD, BACK, SLIPPED, SOONER = "forward", "back", "slipped", "sooner"
ENDS = {WON: Outcome.WON, LOST: Outcome.LOST, JUNK: Outcome.JUNK}
LABELS = {
	START: _lt("In the Pipeline Then"),
	ADDED: _lt("New or Back"),
	WON: _lt("Won"),
	LOST: _lt("Lost"),
	JUNK: _lt("Discarded as Junk"),
	REVALUED: _lt("Amount Changed"),
	NOW: _lt("In the Pipeline Now"),
	FORWARD: _lt("Moved Forward"),
	BACK: _lt("Moved Back"),
	SLIPPED: _lt("Closing Postponed"),
	SOONER: _lt("Closing Brought Forward"),
}

COUNT = Figure(
	"changed",
	_lt("Opportunities"),
	_lt(
		"Open on that day; new or back in the pipeline since; closed since; open today. Those moved or postponed are among those open on both days."
	),
	opens_records=True,
)
VALUE = Figure(
	"changed_value",
	_lt("Value"),
	_lt(
		"On that day: as Stage Log kept it when the opportunity entered the stage where it stood then. Otherwise as it is today. The first line and the changes add up to what is open now; moves and new dates change no value."
	),
	"Currency",
	width=170,
)
FIGURES = [COUNT, VALUE]


@dataclass(frozen=True)
class Line:
	"""What happened to so many opportunities; `value` is signed, so that the balance adds up."""

	key: str
	count: int
	value: float
	adds_up: bool


def compute(since: datetime, filters: Filters) -> list[Line]:
	"""Return the balance, then the moves within it. In three queries.

	:param since: the begin of a day; the period of the filters does not count.
	"""
	found = dict.fromkeys(LABELS, (0, 0.0))

	def add(key: str, count: int, value: float) -> None:
		found[key] = (found[key][0] + count, found[key][1] + value)

	known = stages.get_stages(OPPORTUNITY)
	active = [name for name, stage in known.items() if stage.outcome in ACTIVE]
	if not active:
		return []
	for (
		then,
		now,
		count,
		value_then,
		value,
		postponed,
		postponed_value,
		sooner,
		sooner_value,
		revalued,
	) in _stood(since, filters, active):
		add(START, count, value_then)
		add(REVALUED, revalued, value - value_then)
		_end(add, known[now].outcome, count, value)
		if known[now].outcome in ACTIVE:
			if now != then:
				add(FORWARD if known[now].rank > known[then].rank else BACK, count, value)
			add(SLIPPED, postponed, postponed_value)
			add(SOONER, sooner, sooner_value)
	for now, count, value in _added(since, filters, active):
		add(ADDED, count, value)
		_end(add, known[now].outcome, count, value)
	balance = (START, ADDED, REVALUED, WON, LOST, JUNK, NOW)
	return [Line(key, *found[key], key in balance) for key in (*balance, FORWARD, BACK, SLIPPED, SOONER)]


def behind(raw: dict, cell: dict):
	"""Return (DocType, query of names): the opportunities that a line counts."""
	filters, key = parse(raw), cell.get("line")
	since, known = since_of(filters), stages.get_stages(OPPORTUNITY)
	active = [name for name, stage in known.items() if stage.outcome in ACTIVE]
	name, (then, now, table) = frappe.qb.DocType("Opportunity").name, _tables()
	asked = (since, filters, active)
	stayed, moved = _stayed_query(*asked).select(name), _moved_query(*asked).select(name)
	added = _added_query(*asked).select(name)
	both_open = moved.where(now.stage.isin(active))
	if key == START:
		parts = [stayed, moved]
	elif key == ADDED:
		parts = [added]
	elif key == NOW:
		parts = [stayed, both_open, added.where(now.stage.isin(active))]
	elif key in ENDS:
		ended = [one for one, stage in known.items() if stage.outcome is ENDS[key]] or [""]
		parts = [part.where(now.stage.isin(ended)) for part in (moved, added)]
	elif key == REVALUED:
		parts = [stayed.where(_value_then(now) != _value()), moved.where(_value_then(then) != _value())]
	elif key == SLIPPED:
		parts = [
			stayed.where(table.expected_closing > now.expected_closing),
			both_open.where(table.expected_closing > then.expected_closing),
		]
	elif key == SOONER:
		parts = [
			stayed.where(table.expected_closing < now.expected_closing),
			both_open.where(table.expected_closing < then.expected_closing),
		]
	else:
		parts = [both_open.where(_went(key, known, active))]
	found = reduce(lambda one, other: one + other, parts)
	return "Opportunity", frappe.qb.from_(found.as_("found")).select("name") if len(parts) > 1 else found


def _went(key: str, known: Mapping[str, stages.Stage], active: list[str]) -> Criterion:
	"""What holds for those that went from one active stage forwards, or back, to another."""
	then, now, _table = _tables()
	pairs = [
		(then.stage == before) & (now.stage == after)
		for before, after in permutations(active, 2)
		if (known[after].rank > known[before].rank) == (key == FORWARD)
	]
	return Criterion.any(pairs or [then.stage == ""])


def since_of(filters: Filters) -> datetime:
	"""Return the begin of the day that changes are counted from.

	:raises ReportFilterError: if it is still to come.
	"""
	if filters.begin > now_datetime():
		frappe.throw(_("Choose a day that has begun: nothing has changed since then"), ReportFilterError)
	return filters.begin


def _end(add, outcome: Outcome, count: int, value: float) -> None:
	if outcome in ACTIVE:
		add(NOW, count, value)
	else:
		add(next(key for key, ended in ENDS.items() if ended is outcome), count, -value)


def _tables():
	"""The stay of then, that of now and the opportunity; for who has not moved, `then` is now."""
	log = frappe.qb.DocType("Stage Log")
	return log.as_("then"), log, frappe.qb.DocType("Opportunity")


def _value():
	return Coalesce(frappe.qb.DocType("Opportunity")[VALUE_FIELD["Opportunity"]], 0)


def _value_then(then):
	"""What Stage Log kept, in the company's currency at the opportunity's rate of today."""
	return Coalesce(then.amount, 0) * Coalesce(frappe.qb.DocType("Opportunity").conversion_rate, 1)


def _stayed_query(since: datetime, filters: Filters, active: list[str]):
	"""Opportunities that are in the open stage in which they were on the day."""
	_then, now, table = _tables()
	return (
		counted.stays(OPPORTUNITY, filters, of_record=True)
		.where(table[OPPORTUNITY.stage_field].isin(active))
		.where(now.left_on.isnull() & counted.among(now.stage, active) & (now.entered_on < since))
		.where(now.reference_doctype == "Opportunity")
	)


def _moved_query(since: datetime, filters: Filters, active: list[str]):
	"""Opportunities that were open on the day and have left that stage since."""
	then, now, _table = _tables()
	return (
		counted.stays(OPPORTUNITY, filters, of_record=True)
		.join(then)
		.on((then.reference_doctype == now.reference_doctype) & (then.reference_name == now.reference_name))
		.where(now.left_on.isnull() & (now.reference_doctype == "Opportunity"))
		.where((then.pipeline == OPPORTUNITY.name) & counted.among(then.stage, active))
		.where((then.left_on >= since) & (then.entered_on < since))
	)


def _added_query(since: datetime, filters: Filters, active: list[str]):
	"""Opportunities that were not open on the day and have been since: what they did first was to come in."""
	_then, now, _table = _tables()
	entered, first = (
		frappe.qb.DocType("Stage Log").as_("entered"),
		frappe.qb.DocType("Stage Log").as_("first"),
	)
	new = (
		frappe.qb.from_(entered)
		.select(entered.reference_name, Min(entered.sequence).as_("sequence"))
		.where((entered.pipeline == OPPORTUNITY.name) & (entered.entered_on >= since))
		.groupby(entered.reference_name)
		.having(Max(Case().when(entered.stage.isin(active), 1).else_(0)) == 1)
	).as_("new")
	return (
		counted.stays(OPPORTUNITY, filters, of_record=True)
		.join(new)
		.on(new.reference_name == now.reference_name)
		.join(first)
		.on((first.reference_name == new.reference_name) & (first.sequence == new.sequence))
		.where((first.reference_doctype == "Opportunity") & (first.pipeline == OPPORTUNITY.name))
		.where(counted.among(Coalesce(first.previous_stage, ""), active).negate())
		.where(now.left_on.isnull() & (now.reference_doctype == "Opportunity"))
	)


def _stood(since: datetime, filters: Filters, active: list[str]) -> Iterator[tuple]:
	"""Yield, for those that were open on the day, by stage of then and of now, the figures that `compute` adds up."""
	then, now, table = _tables()
	for query, before in ((_stayed_query, now), (_moved_query, then)):
		value, was = _value(), _value_then(before)
		postponed = table.expected_closing > before.expected_closing
		sooner = table.expected_closing < before.expected_closing
		rows = query(since, filters, active).groupby(before.stage, now.stage)
		for stage, stage_now, count, *numbers in rows.select(
			before.stage,
			now.stage,
			Count("*"),
			Sum(was),
			Sum(value),
			Sum(Case().when(postponed, 1).else_(0)),
			Sum(Case().when(postponed, value).else_(0)),
			Sum(Case().when(sooner, 1).else_(0)),
			Sum(Case().when(sooner, value).else_(0)),
			Sum(Case().when(was != value, 1).else_(0)),
		).run():
			yield stage, stage_now, count, *(float(number or 0) for number in numbers)


def _added(since: datetime, filters: Filters, active: list[str]) -> Iterator[tuple[str, int, float]]:
	_then, now, _table = _tables()
	query = _added_query(since, filters, active).groupby(now.stage)
	for stage, count, value in query.select(now.stage, Count("*"), Sum(_value())).run():
		yield stage, count, float(value or 0)
