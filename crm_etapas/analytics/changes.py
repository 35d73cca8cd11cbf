"""What has changed in the pipeline of opportunities since a day: what it was worth then, and why it is worth what it is now.

What an opportunity was worth on that day, and when it was expected to close, is what Stage Log kept when it entered the
stage that it stood in then. So every opportunity is in one group, and the groups add up.
"""

from dataclasses import dataclass
from datetime import datetime

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
from crm_etapas.pipeline.vocabulary import ACTIVE, Outcome
from crm_etapas.pipelines import OPPORTUNITY

START, ADDED, WON, LOST, JUNK, REVALUED, NOW = "start", "added", "won", "lost", "junk", "revalued", "now"
FORWARD, BACK, SLIPPED, SOONER = "forward", "back", "slipped", "sooner"
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
	since = since_of(filters)
	known = stages.get_stages(OPPORTUNITY)
	active = [name for name, stage in known.items() if stage.outcome in ACTIVE]
	names = frappe.qb.DocType("Opportunity").name
	then, now, table = _tables()
	stood, added = _stood_query(since, filters, active), _added_query(since, filters, active)
	ended = {WON: Outcome.WON, LOST: Outcome.LOST, JUNK: Outcome.JUNK}
	rank = {name: number for number, name in enumerate(sorted(active, key=lambda name: known[name].rank))}
	if key == START:
		return "Opportunity", stood.select(names)
	if key == ADDED:
		return "Opportunity", added.select(names)
	if key in ended or key == NOW:
		wanted = [
			n for n, s in known.items() if (s.outcome in ACTIVE if key == NOW else s.outcome is ended[key])
		] or [""]
		both = stood.select(names).where(now.stage.isin(wanted)) + added.select(names).where(
			now.stage.isin(wanted)
		)
		return "Opportunity", frappe.qb.from_(both.as_("both")).select("name")
	stood = stood.select(names)
	if key == REVALUED:
		return "Opportunity", stood.where(_value_then() != _value())
	stood = stood.where(now.stage.isin(active))
	if key == SLIPPED:
		return "Opportunity", stood.where(table.expected_closing > then.expected_closing)
	if key == SOONER:
		return "Opportunity", stood.where(table.expected_closing < then.expected_closing)
	moved = [
		(before, after)
		for before in active
		for after in active
		if (rank[after] > rank[before] if key == FORWARD else rank[after] < rank[before])
	]
	pairs = [(then.stage == before) & (now.stage == after) for before, after in moved]
	return "Opportunity", stood.where(Criterion.any(pairs or [then.stage == ""]))


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
		add({Outcome.WON: WON, Outcome.LOST: LOST}.get(outcome, JUNK), count, -value)


def _tables():
	log = frappe.qb.DocType("Stage Log")
	return log.as_("then"), log, frappe.qb.DocType("Opportunity")


def _value():
	return Coalesce(frappe.qb.DocType("Opportunity")[VALUE_FIELD["Opportunity"]], 0)


def _value_then():
	"""What Stage Log kept, in the company's currency at the opportunity's rate of today."""
	then, _now, table = _tables()
	return Coalesce(then.amount, 0) * Coalesce(table.conversion_rate, 1)


def _stood_query(since: datetime, filters: Filters, active: list[str]):
	"""Opportunities that were open on the day, each with its stay of then and its stay of now."""
	then, now, _table = _tables()
	return (
		counted.stays(OPPORTUNITY, filters, of_record=True)
		.join(then)
		.on((then.reference_doctype == "Opportunity") & (then.reference_name == now.reference_name))
		.where(now.left_on.isnull() & (then.pipeline == OPPORTUNITY.name) & then.stage.isin(active))
		.where((then.entered_on < since) & (then.left_on.isnull() | (then.left_on >= since)))
	)


def _stood(since: datetime, filters: Filters, active: list[str]):
	then, now, table = _tables()
	value, postponed = _value(), table.expected_closing > then.expected_closing
	sooner = table.expected_closing < then.expected_closing
	query = _stood_query(since, filters, active).groupby(then.stage, now.stage)
	rows = query.select(
		then.stage,
		now.stage,
		Count("*"),
		Sum(_value_then()),
		Sum(value),
		Sum(Case().when(postponed, 1).else_(0)),
		Sum(Case().when(postponed, value).else_(0)),
		Sum(Case().when(sooner, 1).else_(0)),
		Sum(Case().when(sooner, value).else_(0)),
		Sum(Case().when(_value_then() != value, 1).else_(0)),
	).run()
	return [
		(before, after, int(count), *(float(n or 0) for n in numbers))
		for before, after, count, *numbers in rows
	]


def _added_query(since: datetime, filters: Filters, active: list[str]):
	"""Opportunities that were not open on the day and have been since, each with its stay of now."""
	then, now, _table = _tables()
	entered = frappe.qb.DocType("Stage Log").as_("entered")
	new = (
		frappe.qb.from_(entered)
		.select(entered.reference_name)
		.distinct()
		.where(
			(entered.pipeline == OPPORTUNITY.name)
			& (entered.entered_on >= since)
			& entered.stage.isin(active)
		)
	).as_("new")
	stood = (
		frappe.qb.from_(then)
		.select(then.name)
		.where((then.reference_doctype == "Opportunity") & (then.reference_name == now.reference_name))
		.where((then.pipeline == OPPORTUNITY.name) & then.stage.isin(active) & (then.entered_on < since))
		.where(then.left_on.isnull() | (then.left_on >= since))
	)
	return (
		counted.stays(OPPORTUNITY, filters, of_record=True)
		.join(new)
		.on(new.reference_name == now.reference_name)
		.where(now.left_on.isnull() & ExistsCriterion(stood).negate())
	)


def _added(since: datetime, filters: Filters, active: list[str]):
	_then, now, _table = _tables()
	query = _added_query(since, filters, active).groupby(now.stage)
	return [
		(stage, count, float(value or 0))
		for stage, count, value in query.select(now.stage, Count("*"), Sum(_value())).run()
	]
