"""Every figure by week or month, beside the period before: as many days, right before the first one."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

import frappe
from frappe.utils import getdate

from crm_etapas.analytics import closings, contacts, entries, periods
from crm_etapas.analytics.definitions import Figure
from crm_etapas.analytics.filters import DAY, Filters, parse
from crm_etapas.pipelines import OPPORTUNITY, PROSPECT

SUMMED_UP = [entries.NEW_PROSPECTS, closings.WON, closings.WIN_RATE, closings.WON_VALUE]
# as the report offers them for its chart
DRAWN = {
	"New Prospects": entries.NEW_PROSPECTS,
	"New Opportunities": entries.NEW_OPPORTUNITIES,
	"Interactions": contacts.INTERACTIONS,
	"Won Opportunities": closings.WON,
	"Lost Opportunities": closings.LOST,
	"Win Rate": closings.WIN_RATE,
	"Won Value": closings.WON_VALUE,
	"Average Won": closings.AVERAGE_WON,
	"Days to Win": closings.WON_DAYS,
	"Days to Lose": closings.LOST_DAYS,
}
FIGURES = list(DRAWN.values())


@dataclass(frozen=True)
class Trend:
	"""`buckets`: the figures of each week or month that the period touches, as far as they lie within the period.

	`whole` and `before`: those of the whole period and of the one before it. All are by the keys of `FIGURES`.
	"""

	buckets: dict[date, dict]
	whole: dict
	before: dict
	before_from: date
	before_to: date


def compute(filters: Filters, size: str) -> Trend:
	"""Return the figures of a period and of the one before, in four queries.

	:param size: week or month, see `periods`.
	"""
	past = before(filters)
	by_day = _Days(replace(filters, from_date=past.from_date))
	return Trend(
		_in_buckets(by_day, filters, size),
		by_day.between(filters.from_date, filters.to_date),
		by_day.between(past.from_date, past.to_date),
		past.from_date,
		past.to_date,
	)


def by_bucket(filters: Filters, size: str) -> dict[date, dict]:
	"""Return the figures of each week or month of a period, without those of the one before, in four queries."""
	return _in_buckets(_Days(filters), filters, size)


def compared(filters: Filters, figures: Collection[Figure]) -> tuple[dict, dict]:
	"""Return figures of a period and of the one before, by key; a query for each table that they need."""
	past = before(filters)
	by_day = _Days(replace(filters, from_date=past.from_date), figures)
	return by_day.between(filters.from_date, filters.to_date), by_day.between(past.from_date, past.to_date)


def before(filters: Filters) -> Filters:
	"""Return the same filters for the period before: as many days."""
	length = filters.to_date - filters.from_date + DAY
	return replace(filters, from_date=filters.from_date - length, to_date=filters.from_date - DAY)


def change(now: float | None, then: float | None) -> float | None:
	"""Return by how much a figure has changed, in percent; None if there was nothing before."""
	return 100 * (now - then) / abs(then) if then and now is not None else None


def behind(raw: dict, cell: dict):
	"""Return queries of names by DocType: the records behind a figure of the days from `first` to `last`."""
	filters, figure = parse(raw), cell.get("figure")
	filters = replace(filters, from_date=getdate(cell.get("first")), to_date=getdate(cell.get("last")))
	for entered, pipeline in {
		entries.NEW_PROSPECTS: PROSPECT,
		entries.NEW_OPPORTUNITIES: OPPORTUNITY,
	}.items():
		if figure == entered.key:
			return {pipeline.doctype: entries.names(pipeline, filters)}
	return {"Opportunity": closings.names(filters, figure)}


def span(first: date, filters: Filters, size: str) -> tuple[date, date]:
	"""Return the first and last day of a week or month, as far as they lie within the period."""
	return max(first, filters.from_date), min(periods.end_of(first, size), filters.to_date)


def _in_buckets(by_day: "_Days", filters: Filters, size: str) -> dict[date, dict]:
	return {
		first: by_day.between(*span(first, filters, size))
		for first in periods.buckets(filters.from_date, filters.to_date, size)
	}


class _Days:
	"""The figures of each day of a period, to be added up to any part of it."""

	def __init__(self, filters: Filters, wanted: Collection[Figure] = FIGURES):
		log, communication = frappe.qb.DocType("Stage Log"), frappe.qb.DocType("Communication")
		began = periods.day(log.cycle_entered_on)
		counts = {
			entries.NEW_PROSPECTS: lambda: entries.by(PROSPECT, filters, began, of_record=False),
			entries.NEW_OPPORTUNITIES: lambda: entries.by(OPPORTUNITY, filters, began, of_record=False),
			contacts.INTERACTIONS: lambda: contacts.by(
				filters, periods.day(communication.communication_date)
			),
		}
		self.counts = {figure.key: count() for figure, count in counts.items() if figure in wanted}
		needs_closings = any(figure in closings.FIGURES for figure in wanted)
		self.closings = closings.by(filters, periods.day(log.entered_on)) if needs_closings else {}

	def between(self, first: date, last: date) -> dict:
		"""Return the figures of some days, both included, by key."""
		added = {
			key: sum(count for day, count in counts.items() if first <= day <= last)
			for key, counts in self.counts.items()
		}
		closed = closings.total(part for day, part in self.closings.items() if first <= day <= last)
		return {**added, **closed.figures()}
