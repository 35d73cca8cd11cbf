"""What was won and lost in a period, and why. See `crm_etapas.analytics.won_lost`."""

from frappe import _

from crm_etapas.analytics import charts, closings, definitions, money, won_lost
from crm_etapas.analytics.filters import choice, parse


def execute(filters: dict | None = None) -> tuple:
	wanted, by = parse(filters), choice(filters, "by", _("By"), won_lost.CHOICES)
	currency = money.currency(wanted)
	rows, whole = won_lost.compute(by, wanted)
	figures = _figures(by)
	message = definitions.beside(figures, str(won_lost.NOTES.get(by, "")))
	columns = [definitions.dimension("label", _(by), 220), *(figure.column() for figure in figures)]
	if not whole.closed:
		return columns, [], message, charts.NOTHING
	table = [
		{
			"label": row.label,
			**row.closings.figures(),
			"currency": currency,
			"cell": {"key": row.key},
		}
		for row in rows
	]
	total = {
		"label": _("Total"),
		**whole.figures(),
		"currency": currency,
		"cell": {"total": 1},
		"bold": 1,
	}
	return columns, [*table, total], message, _chart(by, rows), _summary(by, whole, currency)


def _figures(by: str) -> list[definitions.Figure]:
	if by == won_lost.REASON:
		return [closings.LOST, closings.LOST_VALUE, closings.LOST_DAYS]
	return closings.FIGURES


def _chart(by: str, rows: list[won_lost.Row]) -> dict:
	won, lost = closings.WON.name, closings.LOST.name
	if any(row.color for row in rows):
		parts = [(row.label, row.color, (row.closings.won, row.closings.lost)) for row in rows]
		return charts.in_their_colors([won, lost], parts)
	shown = rows if by in won_lost.PERIODS else rows[: charts.MOST_BARS]
	series = [
		charts.Series(won, [row.closings.won for row in shown], charts.GREEN),
		charts.Series(lost, [row.closings.lost for row in shown], charts.RED),
	]
	if by == won_lost.REASON:
		series = series[1:]
	return charts.chart(
		[row.label for row in shown],
		series,
		over_time=by in won_lost.PERIODS,
		barOptions={"stacked": 1},
	)


def _summary(by: str, whole: closings.Closings, currency: str | None) -> list[dict]:
	shown = [closings.WIN_RATE, closings.WON, closings.WON_VALUE, closings.WON_DAYS, closings.LOST_DAYS]
	if by == won_lost.REASON:
		shown = [closings.LOST, closings.LOST_VALUE, closings.LOST_DAYS]
	return definitions.summary(shown, whole.figures(), currency)
