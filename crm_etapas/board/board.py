"""A board as a whole: columns with their figures, and the first cards of those that are open."""

from collections.abc import Mapping

import frappe
from frappe import _
from frappe.utils import add_user_info

from crm_etapas import master
from crm_etapas.board import cards, columns, totals
from crm_etapas.board.scope import Scope
from crm_etapas.pipeline import stages
from crm_etapas.pipeline.stages import Stage

SEGMENTS = "Business Segment"


def read(scope: Scope, wanted: Mapping[str, int] | None, sort: str, a_page: int) -> dict:
	"""Return the board, see `crm_etapas.api.board.get_board`."""
	pipeline = scope.fields.pipeline
	known = columns.in_order(stages.get_stages(pipeline))
	if wanted is None:
		wanted = {stage.name: a_page for stage in known if not columns.is_folded(stage)}
	figures = totals.of(scope, [stage.name for stage in known])
	# an empty column has no cards to be looked for
	pages = cards.page(
		scope,
		{
			stage.name: (0, wanted[stage.name])
			for stage in known
			if stage.name in wanted and stage.name in figures
		},
		sort,
	)
	shown = [
		_column(stage, figures.get(stage.name, columns.Total()), *pages.get(stage.name, ([], False)))
		for stage in known
		if not stage.disabled or stage.name in figures
	]
	return {
		"doctype": pipeline.doctype,
		"pipeline": pipeline.name,
		"stage_field": pipeline.stage_field,
		"responsible_field": pipeline.responsible_field,
		"may_create": bool(frappe.has_permission(pipeline.doctype, "create")),
		"may_write": bool(frappe.has_permission(pipeline.doctype, "write")),
		"sorts": list(cards.sorts(scope)),
		"columns": shown,
		"segments": _segments(),
		"users": users_of(card for column in shown for card in column["cards"]),
	}


def users_of(shown) -> dict[str, dict]:
	"""Return name and picture of whoever is answerable for the cards."""
	users, info = {card["responsible"] for card in shown if card.get("responsible")}, {}
	if users:
		add_user_info(users, info)
	return {user: {"fullname": told.fullname, "image": told.image} for user, told in info.items()}


def _column(stage: Stage, total: columns.Total, shown: list[dict], has_more: bool) -> dict:
	return {
		"name": stage.name,
		"label": _(stage.name),
		"color": stage.color,
		"outcome": stage.outcome.value,
		"meaning": stage.meaning and _(stage.meaning),
		"is_folded": columns.is_folded(stage),
		"is_default": stage.is_default,
		"disabled": stage.disabled,
		"probability": stage.probability,
		"allowed_next": sorted(stage.allowed_next),
		"count": total.count,
		"is_exact": total.is_exact,
		"values": total.values,
		"weighted": total.weighted(stage.probability),
		"cards": shown,
		"has_more": has_more,
	}


def _segments() -> dict[str, dict]:
	return {name: {"label": _(name), "color": row.color} for name, row in master.records(SEGMENTS).items()}
