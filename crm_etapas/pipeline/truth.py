"""Keeps stage, status and history true where something wrote to a record past the door.

`db_set` tells us (`watch`); the record is looked at once, right before the transaction is committed.
`frappe.db.set_value` and SQL tell nobody: `repair` finds what they left, in one query a pipeline.
"""

import frappe
from frappe.model.document import Document
from frappe.utils import now_datetime
from pypika import Criterion

from crm_etapas.pipeline import history, stages, triggers
from crm_etapas.pipeline.history import Move
from crm_etapas.pipeline.registry import Pipeline, get_pipelines, pipelines_of
from crm_etapas.pipeline.stages import Stage
from crm_etapas.pipeline.vocabulary import Cause


def watch(doc: Document, method: str | None = None) -> None:
	"""Look at a record again before the commit, if it was written without being saved.

	A doc_event for `on_change`, which Frappe calls after every save too: then there is nothing to do.
	"""
	if doc.flags.pop("went_through_the_door", None) or doc.flags.in_delete:
		return
	waiting = _waiting()
	if not waiting:
		frappe.db.before_commit.add(settle)
		frappe.db.after_rollback.add(waiting.clear)
	waiting.add((doc.doctype, doc.name))


def settle() -> None:
	"""Make every record true that was written past the door in this transaction."""
	waiting = _waiting()
	while waiting:
		doctype, name = waiting.pop()
		for pipeline in pipelines_of(doctype):
			make_true(pipeline, name)


def repair(histories: bool = True) -> dict[str, int]:
	"""Find and mend the records that were written past the door.

	:param histories: also compare every record's stage with its history, which reads all records; without it
		only statuses that contradict the stage are looked for.
	:return: how many records were mended, by pipeline.
	"""
	mended = {}
	for pipeline in get_pipelines().values():
		names = _with_contradictory_status(pipeline) | (
			_with_untrue_history(pipeline) if histories else set()
		)
		for name in names:
			make_true(pipeline, name)
		mended[pipeline.name] = len(names)
	return mended


def make_true(pipeline: Pipeline, name: str) -> None:
	"""Bring one record's history in line with its stage, and its status with both.

	A stage that was written past the door is kept and logged as a Correction; one that does not exist is
	put back. Of a status that contradicts the stage: if it comes from other documents and the stage is still
	active, the record moves to the stage that stands for it; otherwise the stage's own status comes back.
	"""
	status_field = pipeline.status and pipeline.status.fieldname
	fields = [field for field in (pipeline.stage_field, status_field) if field]
	row = frappe.db.get_value(pipeline.doctype, name, fields, as_dict=True, for_update=True)
	if not row:
		return
	stage = _make_history_true(pipeline, name, row.get(pipeline.stage_field))
	status = status_field and row.get(status_field)
	if not status_field or pipeline.status.fits(status, stage.outcome):
		return
	if status in pipeline.status.derived and not stage.outcome.is_closed:
		stands_for = stages.stage_for_status(pipeline, status)
		# as it is, not as this transaction has first seen it
		doc = frappe.get_doc(pipeline.doctype, name, for_update=True)
		if stands_for and triggers.attempt(doc, pipeline, stands_for, Move(Cause.RULE)):
			return
	frappe.db.set_value(
		pipeline.doctype, name, status_field, stages.status_that_fits(pipeline, stage), update_modified=False
	)


def _make_history_true(pipeline: Pipeline, name: str, stage: str | None) -> Stage:
	"""Bring a record's history in line with its stage; return the stage that it stands in then."""
	known = stages.get_stages(pipeline)
	last = history.last_stay(pipeline, name, for_update=True)
	if last and not last.left_on and last.stage == stage and stage in known:
		return known[stage]
	if stage not in known:
		stage = last.stage if last and last.stage in known else stages.default_stage(pipeline).name
	values = {pipeline.stage_field: stage}
	if not last or last.left_on or last.stage != stage:
		values[pipeline.entered_on_field] = now_datetime()
	if pipeline.process_status_field:
		values[pipeline.process_status_field] = known[stage].process_status
	frappe.db.set_value(pipeline.doctype, name, values, update_modified=False)
	if pipeline.entered_on_field in values:
		doc = frappe.get_doc(pipeline.doctype, name)
		history.enter(doc, pipeline, Move(Cause.CORRECTION), new_cycle=False)
	return known[stage]


def _with_contradictory_status(pipeline: Pipeline) -> set[str]:
	if not pipeline.status:
		return set()
	table = frappe.qb.DocType(pipeline.doctype)
	contradictions = [
		(table[pipeline.stage_field] == stage.name)
		& table[pipeline.status.fieldname].isin(
			[status for status in pipeline.status.outcomes if not pipeline.status.fits(status, stage.outcome)]
		)
		for stage in stages.get_stages(pipeline).values()
	]
	query = frappe.qb.from_(table).select(table.name).where(Criterion.any(contradictions))
	return set(query.run(pluck=True))


def _with_untrue_history(pipeline: Pipeline) -> set[str]:
	table, log = frappe.qb.DocType(pipeline.doctype), frappe.qb.DocType("Stage Log")
	stage = table[pipeline.stage_field]
	return set(
		frappe.qb.from_(table)
		.left_join(log)
		.on(
			(log.reference_doctype == pipeline.doctype)
			& (log.reference_name == table.name)
			& (log.pipeline == pipeline.name)
			& log.left_on.isnull()
		)
		.select(table.name)
		.where(log.name.isnull() | stage.isnull() | (log.stage != stage))
		.run(pluck=True)
	)


def _waiting() -> set[tuple[str, str]]:
	return frappe.flags.setdefault("records_to_make_true", set())
