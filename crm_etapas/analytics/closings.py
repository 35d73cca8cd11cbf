"""What opportunities came to: every round that was won or lost, on the day that it was.

A round (cycle) ends with the stay in a closing stage that no other stay of the same round follows. So what was lost and
came back stays lost in its time, and what was only moved there by mistake does not count. What was lost twice counts
twice, in two rounds. Junk is neither won nor lost.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median

import frappe
from frappe import _lt
from frappe.query_builder import Case
from frappe.query_builder.functions import Count, Sum
from pypika import CustomFunction

from crm_etapas.analytics import counted
from crm_etapas.analytics.cohort import VALUE_FIELD
from crm_etapas.analytics.definitions import Figure, percent
from crm_etapas.analytics.filters import Filters
from crm_etapas.pipeline import stages
from crm_etapas.pipeline.vocabulary import Outcome
from crm_etapas.pipelines import OPPORTUNITY

OUTCOMES = (Outcome.WON, Outcome.LOST)
_days_between = CustomFunction("DATEDIFF", ["later", "earlier"])

CLOSED = Figure(
	"closed",
	_lt("Closed Opportunities"),
	_lt("Opportunities that were won or lost in the period, whenever they began. Each round counts once."),
	opens_records=True,
	width=110,
)
WON = Figure(
	"won",
	_lt("Won Opportunities"),
	_lt("Of those closed in the period, the won ones."),
	opens_records=True,
	width=110,
)
LOST = Figure(
	"lost",
	_lt("Lost Opportunities"),
	_lt("Of those closed in the period, the lost ones."),
	opens_records=True,
	width=110,
)
WIN_RATE = Figure(
	"win_rate", _lt("Win Rate"), _lt("Won, of all that were closed: won and lost."), "Percent", 2
)
WON_VALUE = Figure(
	"won_value",
	_lt("Won Value"),
	_lt("What the won ones are worth today, in the company's currency, without taxes."),
	"Currency",
	width=150,
)
LOST_VALUE = Figure(
	"lost_value",
	_lt("Lost Value"),
	_lt("What the lost ones were said to be worth, in the company's currency."),
	"Currency",
	width=150,
)
AVERAGE_WON = Figure(
	"average_won",
	_lt("Average Won"),
	_lt("Won value, divided by the number of won ones."),
	"Currency",
	width=150,
)
WON_DAYS = Figure(
	"won_days",
	_lt("Days to Win"),
	_lt("Median of the calendar days from the day that the round began to the day that it was won."),
	"Float",
	1,
	width=150,
)
LOST_DAYS = Figure("lost_days", _lt("Days to Lose"), _lt("The same of the lost ones."), "Float", 1, width=150)
FIGURES = [CLOSED, WON, LOST, WIN_RATE, WON_VALUE, AVERAGE_WON, WON_DAYS, LOST_VALUE, LOST_DAYS]


@dataclass
class Closings:
	"""Rounds that were closed: how many, worth how much, and in how many days each."""

	won: int = 0
	lost: int = 0
	won_value: float = 0.0
	lost_value: float = 0.0
	days: dict[Outcome, Counter[int]] = field(default_factory=lambda: {one: Counter() for one in OUTCOMES})

	def add(self, outcome: Outcome, count: int, value: float, days: int = 0) -> None:
		if outcome is Outcome.WON:
			self.won, self.won_value = self.won + count, self.won_value + value
		else:
			self.lost, self.lost_value = self.lost + count, self.lost_value + value
		self.days[outcome][days] += count

	@property
	def closed(self) -> int:
		return self.won + self.lost

	@property
	def win_rate(self) -> float | None:
		return percent(self.won, self.closed)

	@property
	def average_won(self) -> float | None:
		return self.won_value / self.won if self.won else None

	@property
	def won_days(self) -> float | None:
		return _median(self.days[Outcome.WON])

	@property
	def lost_days(self) -> float | None:
		return _median(self.days[Outcome.LOST])

	def figures(self) -> dict[str, float | None]:
		"""Return the figures of `FIGURES` by key."""
		return {figure.key: getattr(self, figure.key) for figure in FIGURES}


def total(several: Iterable[Closings]) -> Closings:
	"""Return all of them together; the medians are those of all."""
	whole = Closings()
	for one in several:
		whole.won, whole.lost = whole.won + one.won, whole.lost + one.lost
		whole.won_value += one.won_value
		whole.lost_value += one.lost_value
		for outcome in OUTCOMES:
			whole.days[outcome] += one.days[outcome]
	return whole


def query(filters: Filters, outcomes: Iterable[Outcome] = OUTCOMES):
	"""Return a query on the closing stays of the period, joined with their opportunities; whoever calls selects."""
	log, later = frappe.qb.DocType("Stage Log"), frappe.qb.DocType("Stage Log").as_("later")
	closing = stages.with_outcome(OPPORTUNITY, *outcomes) or [""]
	# after an open stay there is none to look up
	next_one = Case().when(log.left_on.notnull(), log.sequence + 1)
	return (
		counted.stays(OPPORTUNITY, filters, of_record=True)
		.left_join(later)
		.on(
			(later.reference_doctype == log.reference_doctype)
			& (later.reference_name == log.reference_name)
			& (later.pipeline == log.pipeline)
			& (later.sequence == next_one)
		)
		.where(log.stage.isin(closing) & filters.during(log.entered_on))
		.where(log.left_on.isnull() | (later.cycle > log.cycle))
	)


def names(filters: Filters, figure: str):
	"""Return a query for the opportunities behind a figure, each once: the won, the lost, or all closed ones."""
	name = frappe.qb.DocType("Stage Log").reference_name
	wanted = {WON.key: [Outcome.WON], LOST.key: [Outcome.LOST]}.get(figure, OUTCOMES)
	return query(filters, wanted).select(name).distinct().orderby(name)


def by(filters: Filters, key, narrowed=None, share=None) -> dict[object, Closings]:
	"""Return the closings of the period told apart by a column, in one query.

	:param narrowed: what else the query has to be joined with for the column, as a function.
	:param share: which part of the opportunity's value belongs to the row, as SQL; all of it without.
	"""
	log, known = frappe.qb.DocType("Stage Log"), stages.get_stages(OPPORTUNITY)
	closing = stages.with_outcome(OPPORTUNITY, *OUTCOMES)
	worth = frappe.qb.DocType("Opportunity")[VALUE_FIELD["Opportunity"]]
	stage = counted.number_of(log.stage, closing)
	days = _days_between(log.entered_on, log.cycle_entered_on)
	asked = narrowed(query(filters)) if narrowed else query(filters)
	asked = asked.groupby(*counted.grouping(key), stage, days)
	worth = Sum(worth if share is None else worth * share)
	found: dict[object, Closings] = {}
	for part, number, passed, count, value in asked.select(key, stage, days, Count("*"), worth).run():
		closings = found.setdefault(part or None, Closings())
		outcome = known[closing[number - 1]].outcome
		closings.add(outcome, count, float(value or 0), int(passed or 0))
	return found


def _median(days: Counter[int]) -> float | None:
	return median(days.elements()) if days.total() else None
