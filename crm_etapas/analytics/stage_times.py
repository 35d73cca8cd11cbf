"""How long records stand in each stage, and how long those that stand there now have waited."""

from dataclasses import dataclass

import frappe
from frappe import _, _lt
from frappe.query_builder.functions import Count, Min
from frappe.utils import now_datetime

from crm_etapas.analytics import counted, quantiles
from crm_etapas.analytics.definitions import Figure
from crm_etapas.analytics.filters import COLUMNS, Filters, choice, column_of, parse
from crm_etapas.pipeline import stages
from crm_etapas.pipeline.vocabulary import ACTIVE, Outcome
from crm_etapas.pipelines import OPPORTUNITY, PROSPECT, QUALIFICATION

PIPELINES = {"Opportunities": OPPORTUNITY, "Prospects": PROSPECT, "Qualification Levels": QUALIFICATION}
NO_SPLIT = "Nothing"
SPLITS = {
	NO_SPLIT: None,
	"Business Segment": "segment",
	"Sales Channel": "channel",
	"Salesperson": "owner",
	"Potential Level": "potential_level",
	"Territory": "territory",
}
SPLIT_LABELS = (_lt("Nothing"), _lt("Business Segment"), _lt("Sales Channel"), _lt("Salesperson"))
SECONDS_A_DAY = 86400
# a median of fewer says little about a stage
ENOUGH_STAYS = 10

STAYS = Figure(
	"stays",
	_lt("Stays That Ended"),
	_lt("Stays in the stage that ended in the period, whenever they began. One record can have several."),
)
FIRST_QUARTILE = Figure(
	"first_quartile",
	_lt("Quickest Quarter"),
	_lt("A quarter of these stays took at most so many days (first quartile)."),
	"Float",
	1,
)
MEDIAN = Figure(
	"median", _lt("Median Days"), _lt("Half of these stays took at most so many calendar days."), "Float", 1
)
THIRD_QUARTILE = Figure(
	"third_quartile",
	_lt("Slowest Quarter"),
	_lt("A quarter of these stays took so many days or more (third quartile)."),
	"Float",
	1,
)
WORKING_FIRST_QUARTILE = Figure(
	"working_first_quartile",
	_lt("Quickest Quarter, Working"),
	_lt("As before, without the company's holidays."),
	"Float",
	1,
)
WORKING_MEDIAN = Figure(
	"working_median",
	_lt("Median Working Days"),
	_lt("Half of these stays took at most so many days, without the company's holidays."),
	"Float",
	1,
	width=150,
)
WORKING_THIRD_QUARTILE = Figure(
	"working_third_quartile",
	_lt("Slowest Quarter, Working"),
	_lt("As before, without the company's holidays."),
	"Float",
	1,
)
WAITING = Figure(
	"waiting",
	_lt("There Now"),
	_lt("Records that stand in the stage today, whatever the period."),
	opens_records=True,
)
LONGEST = Figure(
	"longest_wait",
	_lt("Longest Wait"),
	_lt(
		"Calendar days that the one that has stood there longest has been there. It opens all of them, the longest first."
	),
	"Float",
	1,
	opens_records=True,
)
BOTTLENECK = Figure(
	"bottleneck",
	_lt("Bottleneck"),
	_lt(
		"The open stage with the longest median of working days, of those that at least 10 stays ended in. Stages where records wait on purpose (On Hold) are left out."
	),
	"Data",
	width=140,
)
FIGURES = [
	STAYS,
	MEDIAN,
	FIRST_QUARTILE,
	THIRD_QUARTILE,
	WORKING_MEDIAN,
	WORKING_FIRST_QUARTILE,
	WORKING_THIRD_QUARTILE,
	WAITING,
	LONGEST,
	BOTTLENECK,
]


@dataclass
class Row:
	"""The figures of a stage, of one value of the split if there is one; times in days."""

	stage: str
	color: str | None
	split: str | None
	stays: int = 0
	first_quartile: float | None = None
	median: float | None = None
	third_quartile: float | None = None
	working_first_quartile: float | None = None
	working_median: float | None = None
	working_third_quartile: float | None = None
	waiting: int = 0
	longest_wait: float | None = None
	bottleneck: bool = False


def compute(which: str, filters: Filters, split_by: str = NO_SPLIT) -> list[Row]:
	"""Return the active stages of a pipeline in their order, those with most stays first within one. Three queries.

	:param which: one of `PIPELINES`.
	:param split_by: one of `SPLITS`.
	"""
	pipeline, split = PIPELINES[which], SPLITS[split_by]
	active = {s.name: s for s in stages.get_stages(pipeline).values() if s.outcome in ACTIVE}
	if not active:
		return []
	log = frappe.qb.DocType("Stage Log")
	names = list(active)
	keys = [counted.number_of(log.stage, names), *([column_of(pipeline, split)] if split else [])]

	def ended():
		query = counted.stays(pipeline, filters, of_record=bool(split))
		return query.where(filters.during(log.left_on))

	spreads = quantiles.of_several(ended, [log.seconds, log.working_seconds], keys)
	found: dict[tuple, Row] = {}

	def row(key: tuple) -> Row:
		stage, *rest = key
		value = (rest[0] or None) if rest else None
		return found.setdefault((stage, value), Row(stage, active[stage].color, value))

	for (number, *rest), (calendar, working) in spreads.items():
		if not number:  # a closing stage
			continue
		one = row((names[number - 1], *rest))
		one.stays = calendar.count
		one.first_quartile, one.median, one.third_quartile = _days(calendar)
		one.working_first_quartile, one.working_median, one.working_third_quartile = _days(working)
	for *key, count, since in _standing(pipeline, filters, split, names):
		one = row(tuple(key))
		one.waiting = count
		one.longest_wait = since and (now_datetime() - since).total_seconds() / SECONDS_A_DAY
	_mark_bottleneck([one for one in found.values() if active[one.stage].outcome is Outcome.OPEN])
	return sorted(found.values(), key=lambda one: (names.index(one.stage), -one.stays, one.split or ""))


def behind(raw: dict, cell: dict):
	"""Return queries of names by DocType: the records that stand in a stage now, the longest first."""
	filters = parse(raw)
	pipeline = PIPELINES[choice(raw, "stages_of", _("Stages Of"), tuple(PIPELINES))]
	split = SPLITS[choice(raw, "split_by", _("Split By"), tuple(SPLITS))]
	table = frappe.qb.DocType(pipeline.doctype)
	query = _records(pipeline, filters).where(table[pipeline.stage_field] == cell.get("stage"))
	if split:
		query = query.where(counted.has_value(column_of(pipeline, split), cell.get("split")))
	return {pipeline.doctype: query.select(table.name).orderby(table[pipeline.entered_on_field])}


def _standing(pipeline, filters: Filters, split: str | None, active: list[str]):
	table = frappe.qb.DocType(pipeline.doctype)
	stage = table[pipeline.stage_field]
	keys = [stage, *([table[COLUMNS[pipeline.doctype][split]]] if split else [])]
	query = _records(pipeline, filters).where(stage.isin(active)).groupby(*keys)
	return query.select(*keys, Count("*"), Min(table[pipeline.entered_on_field])).run()


def _records(pipeline, filters: Filters):
	query = counted.records(pipeline.doctype, filters)
	for criterion in filters.of_current_cycle(pipeline):
		query = query.where(criterion)
	return query


def _days(spread: quantiles.Spread) -> tuple[float, ...]:
	return tuple(seconds / SECONDS_A_DAY for seconds in spread.quantiles)


def _mark_bottleneck(rows: list[Row]) -> None:
	enough = [one for one in rows if one.stays >= ENOUGH_STAYS]
	if enough:
		max(enough, key=lambda one: one.working_median).bottleneck = True
