"""Where the neglected records of a stage go, if it says so: what it may say."""

import frappe
from frappe import _
from frappe.model.document import Document

FIELD = "stage_when_rotten"


def validate(stage: Document) -> None:
	"""Refuse a stage that would send its neglected records nowhere, or round in circles."""
	if not stage.meta.has_field(FIELD):
		return
	leads_to = dict(
		frappe.get_all(stage.doctype, filters={FIELD: ["is", "set"]}, fields=["name", FIELD], as_list=True)
	)
	target = stage.get(FIELD)
	if not target:
		return
	_refuse_circle(target, {**leads_to, stage.name or stage.stage_name: target})
	if frappe.db.get_value(stage.doctype, target, "disabled"):
		frappe.throw(
			_("{0} is disabled, so neglected records of {1} cannot go there. Choose another stage").format(
				*_in_bold(target, stage.stage_name)
			)
		)
	allowed = {row.stage for row in stage.get("allowed_next_stages") or []}
	if allowed and target not in allowed:
		frappe.throw(
			_(
				"{0} may not come after {1}, so neglected records cannot go there. Allow it, or choose another stage"
			).format(*_in_bold(target, stage.stage_name))
		)


def _refuse_circle(target: str | None, leads_to: dict[str, str]) -> None:
	seen = []
	while target and target not in seen:
		seen.append(target)
		target = leads_to.get(target)
	if target:
		frappe.throw(
			_("Neglected records would go round in circles: {0}. Choose another stage for them").format(
				" → ".join(_in_bold(*seen, target))
			)
		)


def _in_bold(*names: str) -> list[str]:
	return [frappe.bold(_(name)) for name in names]
