"""Figures for the desk's number cards: of this month so far, or of today."""

from dataclasses import dataclass

import frappe
from frappe import _
from frappe.query_builder.functions import Sum
from frappe.utils import get_first_day, getdate, today

from crm_etapas.analytics import closings, entries, money, salespeople, trends
from crm_etapas.analytics.cohort import VALUE_FIELD
from crm_etapas.analytics.definitions import Figure
from crm_etapas.analytics.filters import Filters
from crm_etapas.exceptions import ReportFilterError
from crm_etapas.pipelines import OPPORTUNITY

OF_THE_MONTH = (entries.NEW_PROSPECTS, closings.WON, closings.WIN_RATE, closings.WON_VALUE)
OPEN_VALUE = "open_value"


@dataclass(frozen=True)
class Card:
	"""A figure for a card, and the report that tells of it with the filters of the same period."""

	value: float
	fieldtype: str
	report: str
	filters: dict
	precision: int | None = None
	currency: str | None = None


def compute(key: str) -> Card:
	"""Return the figure of a card, of the records that the user may read.

	:param key: `open_value`, or the key of one of `OF_THE_MONTH`.
	:raises ReportFilterError: if there is no such card.
	"""
	period = {"from_date": str(get_first_day(today())), "to_date": today()}
	filters = Filters(
		getdate(period["from_date"]), getdate(period["to_date"]), company=money.company_of_user()
	)
	shown = {**period, "company": filters.company}
	if key == OPEN_VALUE:
		amount = frappe.qb.DocType("Opportunity")[VALUE_FIELD["Opportunity"]]
		value = salespeople.open_records(OPPORTUNITY, filters).select(Sum(amount)).run()[0][0]
		forecast = {"from_date": today(), "company": filters.company}
		return Card(
			float(value or 0), "Currency", "Pipeline Forecast", forecast, currency=money.currency(filters)
		)
	figure = next((figure for figure in OF_THE_MONTH if figure.key == key), None)
	if not figure:
		frappe.throw(_("There is no such figure"), ReportFilterError)
	now, _before = trends.compared(filters, [figure])
	currency = money.currency(filters) if figure.fieldtype == "Currency" else None
	return Card(now[figure.key] or 0, figure.fieldtype, _report(figure), shown, figure.precision, currency)


def _report(figure: Figure) -> str:
	return "Sales Trends" if figure is entries.NEW_PROSPECTS else "Won and Lost"
