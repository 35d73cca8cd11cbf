"""Whitelisted methods on the stages of a record."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import get_datetime, now_datetime

from crm_etapas.api.records import existing, read
from crm_etapas.exceptions import BulkMoveError, StageError
from crm_etapas.follow_up.attention import marks
from crm_etapas.pipeline import (
	bulk,
	bulk_job,
	checklist,
	preview,
	requirements,
	stages,
	transition,
	undo,
)
from crm_etapas.pipeline import history as stage_history
from crm_etapas.pipeline.deadlock import tried_again
from crm_etapas.pipeline.history import Move
from crm_etapas.pipeline.registry import Pipeline, get_pipeline, pipeline_of_stages
from crm_etapas.pipeline.stages import Stage
from crm_etapas.pipeline.vocabulary import Cause

SECONDS_A_DAY = 86400
CORRECTORS = ("Sales Manager", "Sales Master Manager", "System Manager")


@frappe.whitelist(methods=["GET", "POST"])
def get_path(doctype: str, name: str, pipeline: str | None = None) -> dict:
	"""Return the stages that a record can walk through and where it stands.

	:return: `pipeline`, `stage`, `entered_on`, `days` (float, in the current stage), `rotten` (bool: nobody looks
		after it, see `follow_up.attention.rules`), `stages`: a list in order, each with name, label, color,
		outcome, meaning, guidance, checklist, disabled, allowed (whether the current stage may be left for it);
		`checklist` of the current stage: a list of item, label and, if it is ticked, `by` (user) and `on`; and `next`:
		name, label and `missing` of the stage that comes next, with what it asks for and the record lacks (see
		`requirements.entry`), or None.
		Disabled stages are left out, unless the record stands there.
	:raises frappe.PermissionError: if the user may not read the record.
	"""
	doc = _readable(doctype, name, tables=False)
	chosen = get_pipeline(doctype, pipeline)
	known = stages.get_stages(chosen)
	current = known.get(doc.get(chosen.stage_field))
	return {
		"pipeline": chosen.name,
		"stage": current and current.name,
		**_time_in_stage(doc, chosen, current),
		"stages": [
			_describe(stage, current) for stage in known.values() if not stage.disabled or stage is current
		],
		"checklist": checklist.of(chosen, doc.name, current) if current else [],
		"next": _what_comes_next(doc, chosen, current),
	}


@frappe.whitelist(methods=["POST"])
@tried_again
def tick(doctype: str, name: str, item: str, done: bool = True, pipeline: str | None = None) -> list[dict]:
	"""Tick an item of the checklist of a record's stage, or take the tick off with `done` false.

	:return: the checklist as `get_path` gives it.
	:raises StageError: if the record's stage has no such item.
	:raises frappe.PermissionError: if the user may not write the record.
	"""
	doc = _readable(doctype, name, tables=False)
	doc.check_permission("write")
	return checklist.tick(doc, get_pipeline(doctype, pipeline), item, done)


@frappe.whitelist(methods=["POST"])
@tried_again
def undo_move(doctype: str, name: str, stage: str, pipeline: str | None = None) -> dict:
	"""Take back the move to a stage, which the user has just made with `move` and nobody has followed since.

	:return: the path as `get_path` gives it.
	:raises TransitionNotAllowedError: if it stands elsewhere by now, somebody else has moved it there or changed what
		the move changed, or it is more than ten minutes ago.
	:raises frappe.PermissionError: if the user may not write the record.
	"""
	doc = _readable(doctype, name)
	doc.check_permission("write")
	chosen = get_pipeline(doctype, pipeline)
	undo.undo(doc, chosen, stage)
	return get_path(doctype, name, chosen.name)


@frappe.whitelist(methods=["POST"])
@tried_again
def move(
	doctype: str,
	name: str,
	stage: str,
	comment: str | None = None,
	values: dict | str | None = None,
	pipeline: str | None = None,
) -> dict:
	"""Move a record to a stage.

	:param values: fields of the record to fill in with the same save, for what the stage asks for.
	:return: the path as `get_path` gives it.
	:raises StageRequirementError: with `missing` in the response, if the stage asks for more.
	:raises TransitionNotAllowedError, UnknownStageError, DisabledStageError, frappe.PermissionError:
	"""
	doc = _readable(doctype, name)
	doc.check_permission("write")
	chosen = get_pipeline(doctype, pipeline)
	doc.update(fields_to_fill_in(doc, values, stages.get_stage(chosen, stage)))
	transition.move(doc, chosen, stage, Move(cause=Cause.MANUAL, comment=comment))
	undo.remember(doc, chosen)
	return get_path(doctype, name, chosen.name)


@frappe.whitelist(methods=["POST"])
def bulk_move(
	doctype: str,
	stage: str,
	names: list | str | None = None,
	filters: list | dict | str | None = None,
	comment: str | None = None,
	values: dict | str | None = None,
	pipeline: str | None = None,
) -> str:
	"""Move many records to a stage, as the user who asks: a few at once, many in the background.

	:param names: the records; or else
	:param filters: which records, as the lists of the desk have them. Who matches is settled here and now.
	:param values: fields to fill in where they are empty, for what the stage asks for.
	:return: the name of the Bulk Move that says what becomes of them, see `bulk_move_results`.
	:raises UnknownStageError, DisabledStageError, BulkMoveError, frappe.PermissionError:
	"""
	chosen = get_pipeline(doctype, pipeline)
	frappe.has_permission(doctype, "write", throw=True)
	names, filters = frappe.parse_json(names), frappe.parse_json(filters)
	if (names is None) == (filters is None):
		frappe.throw(_("Say which records to move: either names or filters"), BulkMoveError)
	answers = fields_to_fill_in(frappe.new_doc(doctype), values, stages.get_stage(chosen, stage))
	return bulk_job.create(chosen, stage, names, filters, comment, answers).name


@frappe.whitelist(methods=["POST"])
def continue_bulk_move(name: str, comment: str | None = None, values: dict | str | None = None) -> str:
	"""Go on with a Bulk Move that broke off, or with the records that it refused.

	:param comment, values: for what those lacked; without them, only if no record waits are the refused ones
		tried again.
	:return: the name of the Bulk Move.
	:raises BulkMoveError: if it is running.
	:raises frappe.PermissionError: if the user may not read it.
	"""
	job = existing("Bulk Move", name)
	chosen = get_pipeline(job.reference_doctype, job.pipeline)
	frappe.has_permission(chosen.doctype, "write", throw=True)
	stage = stages.get_open_stage(chosen, job.stage)
	bulk_job.go_on(job, comment, fields_to_fill_in(frappe.new_doc(chosen.doctype), values, stage))
	return job.name


@frappe.whitelist(methods=["GET", "POST"])
def bulk_move_results(name: str, result: str | None = None, start: int = 0, limit: int = 100) -> dict:
	"""Say how far a Bulk Move is and what has become of its records.

	:param result: only records with this result: Waiting, Moved, Already There or Refused.
	:param start, limit: which of them, in the order of their names; at most 500.
	:return: `name`, `doctype`, `pipeline`, `stage`, `label` (of the stage), `status`, `progress`, `error`,
		`total`, `moved`, `already_there`, `refused`, `missing` (what the stage asked for and refused records
		lacked: as in a StageRequirementError, with `count`) and `records` (a list of name, title, result and
		reason, of those that the user may read).
	:raises frappe.PermissionError: if the user may not read the Bulk Move.
	"""
	job = existing("Bulk Move", name)
	fields = ("name", "pipeline", "stage", "status", "progress", "error")
	return {
		**{field: job.get(field) for field in fields},
		**{field: job.get(field) for field in ("total", "moved", "already_there", "refused")},
		"doctype": job.reference_doctype,
		"label": _(job.stage),
		"missing": bulk.lacking(job.name),
		"records": bulk.records(job, result, max(start, 0), min(max(limit, 1), 500)),
	}


@frappe.whitelist(methods=["GET", "POST"])
def history(doctype: str, name: str, pipeline: str | None = None) -> list[dict]:
	"""Return every stay of a record in one of its pipelines, oldest first, as the rows of Stage Log.

	:param pipeline: without it, the first one of its DocType.
	:raises frappe.PermissionError: if the user may not read the record.
	"""
	_readable(doctype, name, tables=False)
	chosen = get_pipeline(doctype, pipeline)
	return stage_history.of(doctype, name, chosen.name)


@frappe.whitelist(methods=["POST"])
@tried_again
def correct(stay: str, entered_on: str, reason: str) -> list[dict]:
	"""Move the beginning of a stay, and with it the end of the one before; nothing is ever deleted.

	:param stay: name of a row of Stage Log, as `history` gives it.
	:param entered_on: the right moment, in the site's time zone.
	:return: the record's stays, as `history` gives them.
	:raises frappe.PermissionError: if the user is no Sales Manager or may not write the record.
	:raises StageError: if the moment does not lie within the two stays, or no reason is given.
	"""
	if not set(CORRECTORS) & set(frappe.get_roles()):
		frappe.throw(
			_("Only {0} may correct the history. Ask one of them").format(
				", ".join(_(role) for role in CORRECTORS)
			),
			frappe.PermissionError,
		)
	row = existing("Stage Log", stay)
	_readable(row.reference_doctype, row.reference_name).check_permission("write")
	stage_history.correct(stay, get_datetime(entered_on), reason)
	return history(row.reference_doctype, row.reference_name, row.pipeline)


@frappe.whitelist(methods=["POST"])
def preview_rules(stage: dict | str) -> dict:
	"""Say what a stage's rules would have stopped among the records that stand in it today.

	:param stage: the stage as its form holds it, saved or not.
	:return: see `crm_etapas.pipeline.preview.preview`.
	:raises frappe.PermissionError: if the user may not edit stages or not read the records.
	"""
	doc = frappe.get_doc(read(stage, error=StageError))
	doc.check_permission("write")
	pipeline = pipeline_of_stages(doc.doctype)
	if not pipeline:
		frappe.throw(_("{0} is no stage").format(frappe.bold(_(doc.doctype))))
	frappe.has_permission(pipeline.doctype, "read", throw=True)
	return preview.preview(pipeline, doc)


def _readable(doctype: str, name: str, tables: bool = True) -> Document:
	"""Return a record that has stages, see `records.existing`."""
	get_pipeline(doctype)
	return existing(doctype, name, tables)


def fields_to_fill_in(doc: Document, values: dict | str | None, stage: Stage) -> dict:
	"""Return the values, all of fields that a form would let the user fill in or that the stage asks for."""
	values = read(values, error=StageError)
	asked_for = {requirement.fieldname for requirement in stage.requirements}
	writable = {df.fieldname for df in doc.meta.fields if not df.read_only or df.fieldname in asked_for}
	if unknown := sorted(set(values) - writable):
		frappe.throw(
			_("{0} has no field that can be filled in called: {1}").format(_(doc.doctype), ", ".join(unknown))
		)
	return values


def _time_in_stage(doc: Document, pipeline: Pipeline, current: Stage | None) -> dict:
	entered_on = doc.get(pipeline.entered_on_field)
	if not current or not entered_on:
		return {"entered_on": None, "days": None, "rotten": False}
	since, now = get_datetime(entered_on), now_datetime()
	return {
		"entered_on": entered_on,
		"days": (now - since).total_seconds() / SECONDS_A_DAY,
		"rotten": bool(marks.rotting_since(doc, pipeline)),
	}


def _what_comes_next(doc: Document, pipeline: Pipeline, current: Stage | None) -> dict | None:
	stage = current and stages.next_stage(pipeline, current)
	if not stage:
		return None
	if requirements.look_at_tables(doc.meta, stage):
		doc = frappe.get_doc(doc.doctype, doc.name)
	lacking = requirements.missing(doc, pipeline, stage)
	return {
		"name": stage.name,
		"label": _(stage.name),
		"missing": [row for row in lacking if row["reqd"] and row["fieldname"] != "comment"],
	}


def _describe(stage: Stage, current: Stage | None) -> dict:
	return {
		"name": stage.name,
		"label": _(stage.name),
		"color": stage.color,
		"outcome": stage.outcome.value,
		"meaning": stage.meaning and _(stage.meaning),
		"guidance": stage.guidance and _(stage.guidance),
		"checklist": [_(item) for item in stage.checklist],
		"disabled": stage.disabled,
		"allowed": not current or not current.allowed_next or stage.name in current.allowed_next,
	}
