"""What channels and campaigns bring, and what that costs. See `crm_etapas.analytics.channels`."""

from frappe import _

from crm_etapas.analytics import channels, charts, closings, costs, definitions, entries, money
from crm_etapas.analytics.filters import choice, parse


def execute(filters: dict | None = None) -> tuple:
	wanted, by = parse(filters), choice(filters, "by", _("By"), channels.CHOICES)
	currency = money.currency(wanted)
	rows, whole = channels.compute(by, wanted)
	with_costs = costs.are_shown(wanted)
	figures = [*channels.OF_PROSPECTS, *channels.OF_CLOSINGS, *(channels.OF_COSTS if with_costs else [])]
	message = definitions.beside(figures, *_notes(with_costs))
	columns = [definitions.dimension("label", _(by), 200), *(figure.column() for figure in figures)]
	if not rows:
		return columns, [], message, charts.NOTHING
	table = [
		{"label": row.label, **row.figures(), "currency": currency, "cell": {"key": row.key}} for row in rows
	]
	total = {"label": _("Total"), **whole.figures(), "currency": currency, "cell": {"total": 1}, "bold": 1}
	return columns, [*table, total], message, _chart(rows), _summary(whole, currency)


def _notes(with_costs: bool) -> list[str]:
	notes = [
		_(
			"Prospects are told by their own channel and campaign, what was won or lost by those of the opportunity."
		)
	]
	if not with_costs:
		notes.append(
			_(
				"Costs are shown to whoever may read them, and only where nothing but company, channel and campaign is chosen."
			)
		)
	return notes


def _chart(rows: list[channels.Row]) -> dict:
	figures = (entries.NEW_PROSPECTS, channels.WITH_OPPORTUNITY, closings.WON)
	labels = [figure.name for figure in figures]
	values = [(row, [row.figures()[figure.key] for figure in figures]) for row in rows[: charts.MOST_BARS]]
	if any(row.color for row in rows):
		return charts.in_their_colors(labels, [(row.label, row.color, numbers) for row, numbers in values])
	colors = (charts.BLUE, charts.YELLOW, charts.GREEN)
	series = [
		charts.Series(label, [numbers[index] for _row, numbers in values], colors[index])
		for index, label in enumerate(labels)
	]
	return charts.chart([row.label for row, _numbers in values], series)


def _summary(whole: channels.Row, currency: str | None) -> list[dict]:
	shown = [
		entries.NEW_PROSPECTS,
		channels.CONVERSION,
		closings.WON,
		closings.WON_VALUE,
		channels.COST,
		channels.COST_PER_WIN,
	]
	return definitions.summary(shown, whole.figures(), currency)
