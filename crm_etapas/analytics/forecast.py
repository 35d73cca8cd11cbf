"""What the open opportunities are worth, by stage and month of expected closing, and how much of it will come."""

from dataclasses import dataclass
from datetime import date

import frappe
from frappe import _, _lt
from frappe.query_builder.functions import Count, Sum
from frappe.utils import getdate

from crm_etapas.analytics import counted, learned, periods
from crm_etapas.analytics.cohort import VALUE_FIELD
from crm_etapas.analytics.definitions import Figure
from crm_etapas.analytics.filters import Filters, parse
from crm_etapas.pipeline import stages
from crm_etapas.pipeline.vocabulary import ACTIVE
from crm_etapas.pipelines import OPPORTUNITY

NO_DATE = "none"

OPEN = Figure(
	"open_count",
	_lt("Opportunities"),
	_lt(
		"Opportunities that are open today and expected to close in the month; won and lost ones are never in the forecast. Those without an expected closing date stand in a line of their own, whatever the period."
	),
	opens_records=True,
)
OPEN_VALUE = Figure(
	"open_value",
	_lt("Open Value"),
	_lt("What they are worth, in the company's currency."),
	"Currency",
	width=150,
)
STAGE_PROBABILITY = Figure(
	"stage_probability",
	_lt("Probability of the Stage"),
	_lt("What the stage says, as an admin has set it."),
	"Percent",
	1,
	width=130,
)
STAGE_WEIGHTED = Figure(
	"stage_weighted",
	_lt("Weighted by Stage"),
	_lt("Open value times the probability of the stage."),
	"Currency",
	width=150,
)
CASES = Figure(
	"cases",
	_lt("Closed Cases"),
	_lt(
		"Rounds that began in the last 24 months, reached this stage and have been won or lost. Fewer than 20 teach nothing."
	),
	width=110,
)
LEARNED = Figure(
	"learned_probability",
	_lt("Learned Probability"),
	_lt("The share of these closed cases that was won."),
	"Percent",
	1,
	width=130,
)
LOW = Figure(
	"learned_low",
	_lt("At Least"),
	_lt("The lower end of the 95 % interval (Wilson) of the learned probability."),
	"Percent",
	1,
	width=100,
)
HIGH = Figure(
	"learned_high",
	_lt("At Most"),
	_lt("The upper end of the 95 % interval (Wilson) of the learned probability."),
	"Percent",
	1,
	width=100,
)
LEARNED_WEIGHTED = Figure(
	"learned_weighted",
	_lt("Weighted by Experience"),
	_lt(
		"Open value times the learned probability; where too few cases have closed, times that of the stage."
	),
	"Currency",
	width=160,
)
FIGURES = [
	OPEN,
	OPEN_VALUE,
	STAGE_PROBABILITY,
	STAGE_WEIGHTED,
	LEARNED,
	LOW,
	HIGH,
	CASES,
	LEARNED_WEIGHTED,
]


@dataclass
class Row:
	"""The open opportunities of a stage that are expected to close in a month; `month` is its first day, or None."""

	month: date | None
	stage: str
	color: str | None
	open_count: int
	open_value: float
	stage_probability: float
	stage_weighted: float
	learned_probability: float | None
	learned_low: float | None
	learned_high: float | None
	cases: int
	learned_weighted: float


def compute(filters: Filters, today: date | None = None) -> list[Row]:
	"""Return the forecast, the nearest month first, the stages in their order. In at most four queries."""
	known = _active()
	if not known:
		return []
	experience = learned.by_stage(OPPORTUNITY, filters, today or getdate())
	table, rows = frappe.qb.DocType("Opportunity"), []
	month = periods.bucket(table.expected_closing, periods.MONTH)
	query = _open(filters, list(known)).groupby(table.opportunity_stage, month)
	value = Sum(table[VALUE_FIELD["Opportunity"]])
	for stage, begin, count, amount in query.select(table.opportunity_stage, month, Count("*"), value).run():
		rows.append(
			_row(known[stage], begin and getdate(begin), count, float(amount or 0), experience.get(stage))
		)
	order = list(known)
	return sorted(rows, key=lambda row: (row.month or date.max, order.index(row.stage)))


def behind(raw: dict, cell: dict):
	"""Return queries of names by DocType: the opportunities of a stage and month."""
	filters, table = parse(raw), frappe.qb.DocType("Opportunity")
	query = _open(filters, [cell.get("stage")])
	if cell.get("month") == NO_DATE:
		query = query.where(table.expected_closing.isnull())
	else:
		month = getdate(cell.get("month"))
		query = query.where(periods.bucket(table.expected_closing, periods.MONTH) == month)
	return {"Opportunity": query.select(table.name).orderby(table.expected_closing, table.name)}


def _active() -> dict[str, stages.Stage]:
	return {s.name: s for s in stages.get_stages(OPPORTUNITY).values() if s.outcome in ACTIVE}


def _open(filters: Filters, names: list[str]):
	table = frappe.qb.DocType("Opportunity")
	query = counted.records("Opportunity", filters).where(table.opportunity_stage.isin(names))
	for criterion in filters.of_current_cycle(OPPORTUNITY):
		query = query.where(criterion)
	closing = table.expected_closing
	in_period = (closing >= filters.from_date) & (closing <= filters.to_date)
	return query.where(in_period | closing.isnull())


def _row(
	stage: stages.Stage, month: date | None, count: int, value: float, known: learned.Learned | None
) -> Row:
	of_stage = (stage.probability or 0) / 100
	enough = known if known and known.is_enough else None
	return Row(
		month=month,
		stage=stage.name,
		color=stage.color,
		open_count=count,
		open_value=value,
		stage_probability=100 * of_stage,
		stage_weighted=value * of_stage,
		learned_probability=enough and 100 * enough.probability,
		learned_low=enough and 100 * enough.low,
		learned_high=enough and 100 * enough.high,
		cases=known.cases if known else 0,
		learned_weighted=value * (enough.probability if enough else of_stage),
	)


def label(month: date | None) -> str:
	return periods.label(month, periods.MONTH) if month else _("Without a Closing Date")
