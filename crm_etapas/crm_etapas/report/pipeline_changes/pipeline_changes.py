"""What has changed in the pipeline since a day. See `crm_etapas.analytics.changes`."""

from frappe import _

from crm_etapas.analytics import changes, definitions, money
from crm_etapas.analytics.filters import parse


def execute(filters: dict | None = None) -> tuple:
	wanted = parse({**(filters or {}), "to_date": "2999-12-31"})
	currency = money.currency(wanted)
	found = changes.compute(changes.since_of(wanted), wanted)
	rows = [
		{
			"line": str(changes.LABELS[line.key]),
			"changed": line.count,
			"changed_value": line.value,
			"kind": _("Adds Up") if line.adds_up else _("Of Those Open on Both Days"),
			"currency": currency,
			"cell": {"line": line.key},
		}
		for line in found
	]
	note = _(
		"Amounts and closing dates of that day are as known when the opportunity entered the stage it stood in. Closing dates are kept since this version, so earlier delays are not known."
	)
	message = definitions.beside(changes.FIGURES, note)
	if not any(line.count for line in found):
		return _columns(), [], message
	return _columns(), rows, message, _chart(found)


def _columns() -> list[dict]:
	return [
		definitions.dimension("line", _("What Happened"), 240),
		*(figure.column() for figure in changes.FIGURES),
		definitions.dimension("kind", _("How It Counts"), 300),
	]


def _chart(found: list[changes.Line]) -> dict:
	shown = [line for line in found if line.adds_up]
	return {
		"data": {
			"labels": [str(changes.LABELS[line.key]) for line in shown],
			"datasets": [{"name": changes.VALUE.name, "values": [line.value for line in shown]}],
		},
		"type": "bar",
		"colors": ["#4C9AFF"],
		"fieldtype": "Currency",
		"height": 260,
	}
