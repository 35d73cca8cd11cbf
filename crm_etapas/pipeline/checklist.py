"""What has been ticked of a stage's checklist: kept on the record's open stay, so each stay begins anew.

On the stay it goes where the history goes: through renames, merges and deletion, and no save of the record knows of it.
"""

import json

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import now_datetime

from crm_etapas.exceptions import StageError
from crm_etapas.pipeline import history, stages
from crm_etapas.pipeline.registry import Pipeline
from crm_etapas.pipeline.stages import Stage


def of(pipeline: Pipeline, name: str, stage: Stage) -> list[dict]:
	"""Return the checklist of the stage that a record stands in.

	:return: for each item `item`, `label` in the user's language and, if it is ticked, `by` (user) and `on` (in the
		site's time zone), else None.
	"""
	return _describe(stage, ticked_in(history.last_stay(pipeline, name))) if stage.checklist else []


def tick(doc: Document, pipeline: Pipeline, item: str, done: bool) -> list[dict]:
	"""Tick an item of the record's current stage, or take the tick off; who came first stays named.

	:return: as `of`.
	:raises StageError: if the stage has no such item.
	"""
	stay = history.last_stay(pipeline, doc.name, for_update=True)
	stage = stages.get_stages(pipeline).get(stay.stage) if stay else None
	if not stage or item not in stage.checklist:
		frappe.throw(
			_("{0} stands in {1}, whose checklist has no such item. Load the record again").format(
				frappe.bold(doc.get_title() or doc.name), frappe.bold(_(stay.stage) if stay else "—")
			),
			StageError,
			title=_("Checklist"),
		)
	items = ticked_in(stay)
	if done:
		items.setdefault(item, {"by": frappe.session.user, "on": str(now_datetime())})
	else:
		items.pop(item, None)
	_write(stay, items)
	return _describe(stage, items)


def ticked_in(stay: frappe._dict | None) -> dict[str, dict]:
	"""Return what was ticked in a stay: item → `by` and `on`."""
	return json.loads(stay.checklist) if stay and stay.checklist else {}


def _describe(stage: Stage, items: dict[str, dict]) -> list[dict]:
	return [
		{"item": item, "label": _(item), **items.get(item, {"by": None, "on": None})}
		for item in stage.checklist
	]


def _write(stay: frappe._dict, items: dict[str, dict]) -> None:
	log = frappe.qb.DocType("Stage Log")
	text = json.dumps(items) if items else None
	frappe.qb.update(log).set(log.checklist, text).where(log.name == stay.name).run()
