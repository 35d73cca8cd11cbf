"""What the open opportunities will bring. See `crm_etapas.analytics.forecast`."""

from dataclasses import asdict

from frappe import _

from crm_etapas.analytics import definitions, forecast, money, periods
from crm_etapas.analytics.filters import parse


def execute(filters: dict | None = None) -> tuple:
	wanted = parse(filters)
	currency = money.currency(wanted)
	found = forecast.compute(wanted)
	rows = [
		{
			**asdict(row),
			"month": forecast.label(row.month),
			"stage": _(row.stage),
			"currency": currency,
			"cell": {"stage": row.stage, "month": str(row.month or forecast.NO_DATE)},
		}
		for row in found
	]
	message = definitions.beside(forecast.FIGURES)
	if not rows:
		return _columns(), rows, message
	return _columns(), rows, message, _chart(found), _summary(found, currency)


def _columns() -> list[dict]:
	return [
		definitions.dimension("month", _("Expected Closing"), 160),
		definitions.dimension("stage", _("Stage"), 200),
		*(figure.column() for figure in forecast.FIGURES),
	]


def _chart(found: list[forecast.Row]) -> dict | None:
	dated = [row for row in found if row.month]
	if not dated:
		return None
	months = list(periods.buckets(dated[0].month, dated[-1].month, periods.MONTH))
	values = {(row.month, row.stage): row.open_value for row in dated}
	colors = {row.stage: row.color or "#97A0AF" for row in found}
	return {
		"data": {
			"labels": [forecast.label(month) for month in months],
			"datasets": [
				{"name": _(stage), "values": [values.get((month, stage), 0) for month in months]}
				for stage in colors
			],
		},
		"type": "bar",
		"barOptions": {"stacked": 1},
		"colors": list(colors.values()),
		"fieldtype": "Currency",
		"height": 260,
	}


def _summary(found: list[forecast.Row], currency: str | None) -> list[dict]:
	figures = {
		forecast.OPEN_VALUE: sum(row.open_value for row in found),
		forecast.STAGE_WEIGHTED: sum(row.stage_weighted for row in found),
		forecast.LEARNED_WEIGHTED: sum(row.learned_weighted for row in found),
	}
	return [
		{"label": figure.name, "value": value, "datatype": "Currency", "currency": currency}
		for figure, value in figures.items()
	]
