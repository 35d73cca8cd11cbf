"""What each salesperson has on their hands, does and achieves. See `crm_etapas.analytics.salespeople`."""

from frappe import _

from crm_etapas.analytics import charts, closings, contacts, definitions, entries, money, salespeople
from crm_etapas.analytics.filters import parse

DRAWN = (salespeople.CALLS, salespeople.MAILS, salespeople.MEETINGS, salespeople.OTHERS)
COLORS = (charts.BLUE, charts.GREEN, charts.YELLOW, charts.GREY)


def execute(filters: dict | None = None) -> tuple:
	wanted = parse(filters)
	currency = money.currency(wanted)
	people, whole = salespeople.compute(wanted)
	message = definitions.beside(
		salespeople.FIGURES,
		_(
			"Records are told by their salesperson of today, interactions and overdue contacts by who makes them."
		),
	)
	columns = [
		definitions.dimension("name", _("Salesperson"), 200),
		*(figure.column() for figure in salespeople.FIGURES),
	]
	if not people:
		return columns, [], message, charts.NOTHING
	rows = [
		{"name": one.name, **one.figures(), "currency": currency, "cell": {"user": one.user}}
		for one in people
	]
	total = {
		"name": _("Total"),
		**whole.figures(),
		"currency": currency,
		"cell": {"total": 1},
		"bold": 1,
	}
	return columns, [*rows, total], message, _chart(rows), _summary(whole, currency)


def _chart(rows: list[dict]) -> dict:
	shown = rows[: charts.MOST_BARS]
	series = [
		charts.Series(figure.name, [row[figure.key] for row in shown], color)
		for figure, color in zip(DRAWN, COLORS, strict=True)
	]
	return charts.chart([row["name"] for row in shown], series, barOptions={"stacked": 1})


def _summary(whole: salespeople.Person, currency: str | None) -> list[dict]:
	shown = [
		salespeople.OPEN_PROSPECTS,
		salespeople.OPEN_OPPORTUNITIES,
		salespeople.OVERDUE,
		contacts.RESPONSE_HOURS,
		entries.NEW_PROSPECTS,
		closings.WIN_RATE,
	]
	return definitions.summary(shown, whole.figures(), currency)
