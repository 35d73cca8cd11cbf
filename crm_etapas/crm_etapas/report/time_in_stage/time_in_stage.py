"""How long records stand in each stage. See `crm_etapas.analytics.stage_times`."""

from dataclasses import asdict

from frappe import _

from crm_etapas.analytics import definitions, stage_times
from crm_etapas.analytics.filters import choice, parse


def execute(filters: dict | None = None) -> tuple:
	wanted = parse(filters)
	which = choice(filters, "stages_of", _("Stages Of"), tuple(stage_times.PIPELINES))
	split_by = choice(filters, "split_by", _("Split By"), tuple(stage_times.SPLITS))
	found = stage_times.compute(which, wanted, split_by)
	message = definitions.beside(stage_times.FIGURES)
	is_split = split_by != stage_times.NO_SPLIT
	rows = [
		{
			**asdict(row),
			"stage": _(row.stage),
			"split": is_split and (row.split or definitions.not_said()),
			"bottleneck": _("Bottleneck") if row.bottleneck else "",
			"cell": {"stage": row.stage, "split": row.split},
		}
		for row in found
	]
	return _columns(split_by if is_split else None), rows, message, None if is_split else _chart(rows)


def _columns(split_by: str | None) -> list[dict]:
	columns = [definitions.dimension("stage", _("Stage"), 220)]
	if split_by:
		columns.append(definitions.dimension("split", _(split_by), 180))
	return columns + [figure.column() for figure in stage_times.FIGURES]


def _chart(rows: list[dict]) -> dict | None:
	if not any(round(row["median"] or 0, 1) for row in rows):
		return None
	return {
		"data": {
			"labels": [row["stage"] for row in rows],
			"datasets": [
				{"name": figure.name, "values": [round(row[figure.key] or 0, 1) for row in rows]}
				for figure in (stage_times.MEDIAN, stage_times.WORKING_MEDIAN)
			],
		},
		"type": "bar",
		"colors": ["#4C9AFF", "#FFC400"],
		"height": 260,
	}
