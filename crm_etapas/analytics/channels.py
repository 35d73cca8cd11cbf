"""What channels and campaigns bring, and what that costs."""

from dataclasses import dataclass, field

import frappe
from frappe import _, _lt
from frappe.query_builder import Case
from frappe.query_builder.functions import Count

from crm_etapas.analytics import closings, costs, counted, entries, splits
from crm_etapas.analytics.closings import Closings
from crm_etapas.analytics.definitions import Figure, percent
from crm_etapas.analytics.filters import Filters, choice, column_of, parse
from crm_etapas.pipelines import OPPORTUNITY, PROSPECT

CHANNEL, CAMPAIGN = "Sales Channel", "Campaign"
CHOICES = (CHANNEL, CAMPAIGN)

WITH_OPPORTUNITY = Figure(
	"with_opportunity",
	_lt("With an Opportunity"),
	_lt("Of the prospects that are new in the period, those that have an opportunity by today."),
	opens_records=True,
	width=150,
)
PROSPECTS_WON = Figure(
	"prospects_won",
	_lt("Prospects Won"),
	_lt("Of the prospects that are new in the period, those with an opportunity that is won by today."),
	opens_records=True,
	width=160,
)
CONVERSION = Figure(
	"conversion", _lt("Conversion"), _lt("Prospects won, of the new prospects of the period."), "Percent", 2
)
COST = Figure(
	"cost",
	_lt("Cost"),
	_lt(
		"Marketing costs that were entered for it; of those that go beyond the period, the part of its days."
	),
	"Currency",
	width=130,
)
COST_PER_PROSPECT = Figure(
	"cost_per_prospect",
	_lt("Cost per Prospect"),
	_lt("Cost, divided by the new prospects."),
	"Currency",
	width=170,
)
COST_PER_WIN = Figure(
	"cost_per_win",
	_lt("Cost per Win"),
	_lt("Cost, divided by the opportunities that were won in the period."),
	"Currency",
	width=180,
)
RETURN = Figure(
	"return_on_cost", _lt("Value per Cost"), _lt("Won value, divided by the cost."), "Float", 2, width=140
)
OF_PROSPECTS = [entries.NEW_PROSPECTS, WITH_OPPORTUNITY, PROSPECTS_WON, CONVERSION]
OF_CLOSINGS = [closings.WON, closings.LOST, closings.WIN_RATE, closings.WON_VALUE]
OF_COSTS = [COST, COST_PER_PROSPECT, COST_PER_WIN, RETURN]


@dataclass
class Row:
	"""A channel or a campaign; `key` is None for what has none. `cost` is None where none is known."""

	key: str | None
	label: str = ""
	color: str | None = None
	prospects: int = 0
	dealt: int = 0
	won: int = 0
	cost: float | None = None
	closings: Closings = field(default_factory=Closings)

	def figures(self) -> dict:
		"""Return the figures of this report by key."""
		return {
			**self.closings.figures(),
			entries.NEW_PROSPECTS.key: self.prospects,
			WITH_OPPORTUNITY.key: self.dealt,
			PROSPECTS_WON.key: self.won,
			CONVERSION.key: percent(self.won, self.prospects),
			COST.key: self.cost,
			COST_PER_PROSPECT.key: _each(self.cost, self.prospects),
			COST_PER_WIN.key: _each(self.cost, self.closings.won),
			RETURN.key: _each(self.closings.won_value, self.cost) if self.cost else None,
		}


def compute(by: str, filters: Filters) -> tuple[list[Row], Row]:
	"""Return a row for each channel or campaign, and all of them together, in at most four queries.

	:param by: one of `CHOICES`.
	"""
	split = splits.BY_RECORD[by]
	rows: dict[str | None, Row] = {}

	def row(key: str | None) -> Row:
		return rows.setdefault(key or None, Row(key or None))

	for key, count in entries.by(PROSPECT, filters, column_of("Lead", split)).items():
		row(key).prospects = count
	for key, dealt, won in _converted(split, filters):
		row(key).dealt, row(key).won = row(key).dealt + dealt, row(key).won + won
	for key, closed in closings.by(filters, column_of("Opportunity", split)).items():
		row(key).closings = closed
	for key, cost in costs.by(by, filters).items():
		row(key).cost = cost
	for key, part in splits.parts(by, list(rows)).items():
		rows[key].label, rows[key].color = part.label, part.color
	found = sorted(rows.values(), key=lambda one: (-one.prospects, -one.closings.won_value, one.label))
	return found, _together(found)


def behind(raw: dict, cell: dict):
	"""Return queries of names by DocType: the prospects, or the opportunities that were won or lost."""
	filters, by, figure = parse(raw), choice(raw, "by", _("By"), CHOICES), cell.get("figure")
	if figure == entries.NEW_PROSPECTS.key:
		pipeline, query = PROSPECT, entries.names(PROSPECT, filters)
	elif figure in (WITH_OPPORTUNITY.key, PROSPECTS_WON.key):
		name = frappe.qb.DocType("Stage Log").reference_name
		pipeline, query = PROSPECT, entries.dealt(filters).select(name).distinct().orderby(name)
		query = query.where(entries.is_won()) if figure == PROSPECTS_WON.key else query
	else:
		pipeline, query = OPPORTUNITY, closings.names(filters, figure)
	if not cell.get("total"):
		column = column_of(pipeline, splits.BY_RECORD[by])
		query = query.where(counted.has_value(column, cell.get("key")))
	return {pipeline.doctype: query}


def _converted(split: str, filters: Filters):
	"""Count those of the new prospects that have an opportunity, and a won one: (key, with one, won)."""
	name, key = frappe.qb.DocType("Stage Log").reference_name, column_of(PROSPECT, split)
	won = Count(Case().when(entries.is_won(), name)).distinct()
	return entries.dealt(filters).select(key, Count(name).distinct(), won).groupby(key).run()


def _together(rows: list[Row]) -> Row:
	known = [row.cost for row in rows if row.cost is not None]
	return Row(
		None,
		prospects=sum(row.prospects for row in rows),
		dealt=sum(row.dealt for row in rows),
		won=sum(row.won for row in rows),
		cost=sum(known) if known else None,
		closings=closings.total(row.closings for row in rows),
	)


def _each(amount: float | None, count: float) -> float | None:
	return amount / count if amount is not None and count else None
