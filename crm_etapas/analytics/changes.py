"""What has changed in the pipeline of opportunities since a day: what it was worth then, and why it is worth what it is now.

What an opportunity was worth on that day, and when it was expected to close, is what Stage Log kept when it entered the
stage that it stood in then. So every opportunity is in one group, and the groups add up.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from itertools import permutations

import frappe
from frappe import _, _lt
from frappe.query_builder import Case
from frappe.query_builder.functions import Coalesce, Count, Sum
from frappe.utils import now_datetime
from pypika import Criterion
from pypika.terms import ExistsCriterion

from crm_etapas.analytics import counted
from crm_etapas.analytics.cohort import VALUE_FIELD
from crm_etapas.analytics.definitions import Figure
from crm_etapas.analytics.filters import Filters, parse
from crm_etapas.exceptions import ReportFilterError
from crm_etapas.pipeline import stages
from crm_etapas.pipeline.vocabulary import ACTIVE, CLOSED, Outcome
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
	"""Return the balance, then the moves within it. In two queries.

	:param since: the begin of a day; the period of the filters does not count.
	"""
	found = dict.fromkeys(LABELS, (0, 0.0))

	def add(key: str, count: int, value: float) -> None:
		found[key] = (found[key][0] + count, found[key][1] + value)

	known = list(stages.get_stages(OPPORTUNITY).values())
	if not _active():
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
	) in _stood(since, filters):
		before, after = known[then - 1], known[now - 1]
		add(START, count, value_then)
		add(REVALUED, revalued, value - value_then)
		_end(add, after.outcome, count, value)
		if after.outcome in ACTIVE:
			if after != before:
				add(FORWARD if after.rank > before.rank else BACK, count, value)
			add(SLIPPED, postponed, postponed_value)
			add(SOONER, sooner, sooner_value)
	for now, count, value in _added(since, filters):
		add(ADDED, count, value)
		_end(add, known[now - 1].outcome, count, value)
	balance = (START, ADDED, REVALUED, WON, LOST, JUNK, NOW)
	return [Line(key, *found[key], key in balance) for key in (*balance, FORWARD, BACK, SLIPPED, SOONER)]


def behind(raw: dict, cell: dict):
	"""Return queries of names by DocType: the opportunities that a line counts."""
	filters, key = parse(raw), cell.get("line")
	since, (then, table) = since_of(filters), _tables()
	stood, added = (query(since, filters).select(table.name) for query in (_stood_query, _added_query))
	open_now = table[OPPORTUNITY.stage_field].isin(_active())
	if key == ADDED:
		parts = [added]
	elif key == NOW:
		parts = [stood.where(open_now), added.where(open_now)]
	elif key in ENDS:
		ended = table[OPPORTUNITY.stage_field].isin(stages.with_outcome(OPPORTUNITY, ENDS[key]) or [""])
		parts = [stood.where(ended), added.where(ended)]
	elif key == REVALUED:
		parts = [stood.where(_value_then() != _value())]
	elif key == SLIPPED:
		parts = [stood.where(open_now & (table.expected_closing > then.expected_closing))]
	elif key == SOONER:
		parts = [stood.where(open_now & (table.expected_closing < then.expected_closing))]
	elif key in (FORWARD, BACK):
		parts = [stood.where(_went(key))]
	else:
		parts = [stood]
	found = reduce(lambda one, other: one + other, parts)
	if len(parts) > 1:
		found = frappe.qb.from_(found.as_("found")).select("name")
	return {"Opportunity": found}


def _went(key: str) -> Criterion:
	"""What holds for those that went from one active stage forwards, or back, to another."""
	then, table = _tables()
	known = stages.get_stages(OPPORTUNITY)
	pairs = [
		(then.stage == before) & (table[OPPORTUNITY.stage_field] == after)
		for before, after in permutations(_active(), 2)
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


def _active() -> list[str]:
	return stages.with_outcome(OPPORTUNITY, *ACTIVE)


def _tables():
	"""The stay that is looked at, and its opportunity as it is now."""
	return frappe.qb.DocType("Stage Log"), frappe.qb.DocType("Opportunity")


def _value():
	return Coalesce(frappe.qb.DocType("Opportunity")[VALUE_FIELD["Opportunity"]], 0)


def _value_then():
	"""What Stage Log kept, in the company's currency at the opportunity's rate of today."""
	then, table = _tables()
	return Coalesce(then.amount, 0) * Coalesce(table.conversion_rate, 1)


def _stays(filters: Filters):
	"""A query on stays, with their opportunities. Which cycle is asked for is a matter of the record as it is now."""
	_stay, table = _tables()
	query = counted.stays(OPPORTUNITY, filters.without("cycle"), of_record=True)
	query = query.where(table[OPPORTUNITY.stage_field].isin(list(stages.get_stages(OPPORTUNITY)) or [""]))
	for criterion in filters.of_current_cycle(OPPORTUNITY):
		query = query.where(criterion)
	return query


def _stood_query(since: datetime, filters: Filters):
	"""Opportunities that were open on the day, each with the stay that it was in then."""
	then, _table = _tables()
	return (
		_stays(filters)
		.where(then.stage.isin(_active()) & (then.entered_on < since))
		.where(then.left_on.isnull() | (then.left_on >= since))
	)


def _added_query(since: datetime, filters: Filters):
	"""Opportunities that were not open on the day and have been since, each with its first stay since then."""
	first, _table = _tables()
	log = frappe.qb.DocType("Stage Log")
	before, later = log.as_("before"), log.as_("later")
	inactive = stages.with_outcome(OPPORTUNITY, *CLOSED) or [""]
	opened_later = (
		frappe.qb.from_(later)
		.select(later.name)
		.where((later.reference_doctype == "Opportunity") & (later.reference_name == first.reference_name))
		.where((later.pipeline == OPPORTUNITY.name) & (later.sequence > first.sequence))
		.where(later.stage.isin(_active()))
	)
	return (
		_stays(filters)
		.left_join(before)
		.on(
			(before.reference_doctype == "Opportunity")
			& (before.reference_name == first.reference_name)
			& (before.pipeline == OPPORTUNITY.name)
			# nothing to look up for those that came in with it; an old stay may have been purged
			& (before.sequence == Case().when(first.previous_stage.isin(inactive), first.sequence - 1))
		)
		.where(first.entered_on >= since)
		.where(first.previous_stage.isnull() | first.previous_stage.isin(inactive))
		.where(before.name.isnull() | (before.entered_on < since))
		.where(first.stage.isin(_active()) | ExistsCriterion(opened_later))
	)


def _stood(since: datetime, filters: Filters) -> Iterator[tuple]:
	"""Yield, for those that were open on the day, by numbers of the stages of then and of now, what `compute` adds up."""
	then, table = _tables()
	value, was = _value(), _value_then()
	postponed = table.expected_closing > then.expected_closing
	sooner = table.expected_closing < then.expected_closing
	keys = (_number(then.stage), _number(table[OPPORTUNITY.stage_field]))
	for stage, stage_now, count, *numbers in (
		_stood_query(since, filters)
		.groupby(*keys)
		.select(
			*keys,
			Count("*"),
			Sum(was),
			Sum(value),
			Sum(Case().when(postponed, 1).else_(0)),
			Sum(Case().when(postponed, value).else_(0)),
			Sum(Case().when(sooner, 1).else_(0)),
			Sum(Case().when(sooner, value).else_(0)),
			Sum(Case().when(was != value, 1).else_(0)),
		)
		.run()
	):
		yield stage, stage_now, count, *(float(number or 0) for number in numbers)


def _added(since: datetime, filters: Filters) -> Iterator[tuple[int, int, float]]:
	"""Yield those that came in since, by the number of the stage of now: (number, how many, worth how much)."""
	_first, table = _tables()
	now = _number(table[OPPORTUNITY.stage_field])
	query = _added_query(since, filters).groupby(now)
	for stage, count, value in query.select(now, Count("*"), Sum(_value())).run():
		yield stage, count, float(value or 0)


def _number(column):
	return counted.number_of(column, list(stages.get_stages(OPPORTUNITY)))
