"""Every figure by week or month, beside the period before. See `crm_etapas.analytics.trends`."""

from datetime import date

from frappe import _
from frappe.utils import format_date

from crm_etapas.analytics import charts, definitions, money, periods, trends
from crm_etapas.analytics.filters import choice, parse

MOST_CHANGE = 999  # percent: more says that there was next to nothing before


def execute(filters: dict | None = None) -> tuple:
	wanted = parse(filters)
	size = choice(filters, "by", _("By"), (periods.MONTH, periods.WEEK))
	drawn = trends.DRAWN[choice(filters, "drawn", _("Chart"), tuple(trends.DRAWN))]
	currency = money.currency(wanted)
	found = trends.compute(wanted, size)
	span = (format_date(found.before_from), format_date(found.before_to))
	message = definitions.beside(
		trends.FIGURES,
		_("The period before goes from {0} to {1}: as many days, right before this one.").format(*span),
	)
	columns = [
		definitions.dimension("label", _(size), 180),
		*(figure.column() for figure in trends.FIGURES),
	]
	if not any(found.whole.values()) and not any(found.before.values()):
		return columns, [], message, charts.NOTHING
	rows = [
		{
			"label": periods.label(day, size),
			**values,
			"currency": currency,
			"cell": _cell(*trends.span(day, wanted, size)),
		}
		for day, values in found.buckets.items()
	]
	compared = [
		{
			"label": _("Total"),
			**found.whole,
			"currency": currency,
			"cell": _cell(wanted.from_date, wanted.to_date),
			"bold": 1,
		},
		{
			"label": _("The Period Before"),
			**found.before,
			"currency": currency,
			"cell": _cell(found.before_from, found.before_to),
		},
	]
	chart = charts.chart(
		[row["label"] for row in rows],
		[charts.Series(drawn.name, [row[drawn.key] for row in rows], charts.BLUE)],
		of=drawn.fieldtype,
		over_time=True,
	)
	return columns, [*rows, *compared], message, chart, _summary(found, currency)


def _cell(first: date, last: date) -> dict:
	return {"first": str(first), "last": str(last)}


def _summary(found: trends.Trend, currency: str | None) -> list[dict]:
	"""Figures of the period, each with its change against the one before."""
	shown = definitions.summary(trends.SUMMED_UP, found.whole, currency)
	for figure in trends.SUMMED_UP:
		change = trends.change(found.whole[figure.key], found.before[figure.key])
		card = next((card for card in shown if card["label"] == figure.name), None)
		if card and change is not None and abs(change) <= MOST_CHANGE:
			card["label"] = f"{figure.name} ({change:+.0f} %)"
			card["indicator"] = "Green" if change >= 0 else "Red"
	return shown
