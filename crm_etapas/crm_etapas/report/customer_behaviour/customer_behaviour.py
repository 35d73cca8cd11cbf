"""How customers behave, and who is slipping away. See `crm_etapas.analytics.customers`."""

from collections import Counter

from frappe import _

from crm_etapas.analytics import charts, customers, definitions, money, rfm
from crm_etapas.analytics.filters import parse

COLORS = {
	rfm.State.NEW: charts.BLUE,
	rfm.State.ACTIVE: charts.GREEN,
	rfm.State.OCCASIONAL: charts.GREY,
	rfm.State.SLIPPING: charts.YELLOW,
	rfm.State.GONE: charts.RED,
}


def execute(filters: dict | None = None) -> tuple:
	currency = money.currency(parse(filters))
	found = customers.compute(filters)
	message = definitions.beside(customers.FIGURES)
	rows = [
		{
			"customer": row.customer,
			"label": row.label,
			"owner": row.owner,
			**row.figures(),
			"currency": currency,
		}
		for row in found
	]
	if not rows:
		return _columns(found), [], message, charts.NOTHING
	return _columns(found), rows, message, _chart(found), _summary(found, currency)


def _columns(found: list[customers.Row]) -> list[dict]:
	label = definitions.dimension("label", _("Customer Name"), 200)
	named_otherwise = any(row.label != row.customer for row in found)
	return [
		{
			"fieldname": "customer",
			"fieldtype": "Link",
			"options": "Customer",
			"label": _("Customer"),
			"width": 200,
		},
		*([label] if named_otherwise else []),
		*(figure.column() for figure in customers.FIGURES),
		definitions.dimension("owner", _("Account Manager"), 160),
	]


def _chart(found: list[customers.Row]) -> dict:
	counts = Counter(row.behaviour.state for row in found)
	states = [state for state in rfm.State if counts[state]]
	parts = [(str(customers.STATE_NAMES[state]), COLORS[state], [counts[state]]) for state in states]
	return charts.in_their_colors([_("Customers")], parts)


def _summary(found: list[customers.Row], currency: str | None) -> list[dict]:
	slipping = [row.behaviour for row in found if row.behaviour.state is rfm.State.SLIPPING]
	values = {
		customers.VALUE.key: sum(row.behaviour.value for row in found),
		customers.FREQUENCY.key: sum(row.behaviour.frequency for row in found),
	}
	counts = [
		{"label": _("Customers"), "value": len(found), "datatype": "Int"},
		{
			"label": str(customers.STATE_NAMES[rfm.State.SLIPPING]),
			"value": len(slipping),
			"datatype": "Int",
			"indicator": "Orange" if slipping else "Green",
		},
	]
	return counts + definitions.summary([customers.VALUE, customers.FREQUENCY], values, currency)
