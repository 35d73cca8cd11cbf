"""The one door: every change of stage that saves a document goes through here.

`before_validate`, `validate`, `on_update`, `on_trash` and `before_rename` are doc_events handlers. A save runs
the first three around the controller of the DocType:

1. `before_validate` sees what the user asked for: a stage, or a status that stands for one.
2. `validate`, after the controller has computed its own status, checks the move and brings the
   record's other fields in line with the stage.
3. `on_update` writes the history.
"""

from dataclasses import replace
from datetime import datetime

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import format_datetime, get_datetime, now_datetime

from crm_etapas.exceptions import StageError, TransitionNotAllowedError
from crm_etapas.pipeline import history, privacy, requirements, stages
from crm_etapas.pipeline.history import Move
from crm_etapas.pipeline.registry import Pipeline, pipelines_of
from crm_etapas.pipeline.stages import Stage
from crm_etapas.pipeline.vocabulary import Cause


def move(
	doc: Document,
	pipeline: Pipeline,
	stage: str,
	cause: Move | None = None,
	*,
	ignore_permissions: bool = False,
) -> None:
	"""Put a record into a stage and save it.

	:param ignore_permissions: for moves that follow from an event, see `triggers.attempt`.
	:raises StageError: if the stage is unknown, disabled, not allowed next or lacks something.
	:raises frappe.PermissionError: if the user may not write the record.
	"""
	cause = cause or Move()
	if not cause.takes_back:
		stages.get_open_stage(pipeline, stage)
	doc.set(pipeline.stage_field, stage)
	announce(doc, cause, pipeline)
	doc.save(ignore_permissions=ignore_permissions)


def announce(doc: Document, cause: Move, pipeline: Pipeline | None = None) -> None:
	"""Say why the next save moves a record, in one of its pipelines or in whichever it moves."""
	doc.flags.setdefault("stage_moves", {})[pipeline and pipeline.name] = cause


def announced(doc: Document, pipeline: Pipeline) -> Move | None:
	"""Return why a record is moved in a pipeline, if somebody has said."""
	moves = doc.flags.stage_moves or {}
	return moves.get(pipeline.name) or moves.get(None)


def note(doc: Document, pipeline: Pipeline, text: str) -> None:
	"""Put a text before the comment that the history keeps of the move that is being saved."""
	cause = announced(doc, pipeline) or Move(cause=_cause_of_this_request())
	comment = " · ".join(part for part in (text, (cause.comment or "").strip()) if part)
	announce(doc, replace(cause, comment=comment), pipeline)


def move_by_rule(doc: Document, pipeline: Pipeline, stage: str) -> None:
	"""Put a record that is being saved into a stage: what the rule of its pipeline does."""
	doc.set(pipeline.stage_field, stage)
	came_in = announced(doc, pipeline)
	announce(doc, Move(Cause.RULE, on=came_in and came_in.on), pipeline)


def before_validate(doc: Document, method: str | None = None) -> None:
	for pipeline in pipelines_of(doc.doctype):
		if doc.is_new():
			_choose_first_stage(doc, pipeline)
		else:
			_let_status_choose(doc, pipeline)


def validate(doc: Document, method: str | None = None) -> None:
	doc.flags.stage_changes = []
	for pipeline in pipelines_of(doc.doctype):
		if pipeline.rule:
			pipeline.rule(doc, pipeline)
		before = doc.get_doc_before_save()
		old, new = before and before.get(pipeline.stage_field), doc.get(pipeline.stage_field)
		if not new:
			frappe.throw(
				_("{0} must stand in a stage. Choose a {1}").format(
					frappe.bold(doc.get_title() or doc.name), _(pipeline.stage_doctype)
				),
				StageError,
				title=_("No Stage"),
			)
		if old != new:
			_check(doc, pipeline, old, new)
			_follow(doc, pipeline, old, new)
			doc.flags.stage_changes.append((pipeline, old))
		since = before and before.get(pipeline.entered_on_field)
		_write_own_fields(doc, pipeline, _moment(doc, pipeline, since) if old != new else since)
		_keep_status_true(doc, pipeline)


def on_update(doc: Document, method: str | None = None) -> None:
	stays = []
	for pipeline, old in doc.flags.pop("stage_changes", None) or []:
		cause = announced(doc, pipeline) or Move(cause=_cause_of_this_request())
		if cause.resumes:
			history.resume(pipeline, doc.name)
			continue
		known = stages.get_stages(pipeline)
		new = known[doc.get(pipeline.stage_field)]
		comes_back = old in known and known[old].outcome.is_closed and not new.outcome.is_closed
		stays.append(history.next_stay(doc, pipeline, cause, new_cycle=comes_back and not cause.takes_back))
	history.insert(stays)
	doc.flags.pop("stage_moves", None)
	doc.flags.went_through_the_door = True


def on_trash(doc: Document, method: str | None = None) -> None:
	privacy.forget(doc.doctype, doc.name)


def before_rename(doc: Document, method: str | None, old: str, new: str, merge: bool = False) -> None:
	"""Join the histories of two records that become one. A mere rename needs nothing: links follow."""
	if merge:
		for pipeline in pipelines_of(doc.doctype):
			history.merge(pipeline, gone=old, kept=new)


def _choose_first_stage(doc: Document, pipeline: Pipeline) -> None:
	"""Give a new record the default stage, or the one its status stands for."""
	if doc.get(pipeline.stage_field):
		return
	stage = stages.default_stage(pipeline)
	status = pipeline.status and doc.get(pipeline.status.fieldname)
	if status and not pipeline.status.fits(status, stage.outcome):
		stage = stages.stage_for_status(pipeline, status) or stage
	doc.set(pipeline.stage_field, stage.name)


def _let_status_choose(doc: Document, pipeline: Pipeline) -> None:
	"""A status set by hand moves the record to the stage that stands for it."""
	before = doc.get_doc_before_save()
	if not before:
		return
	old = before.get(pipeline.stage_field)
	if not old and not doc.get(pipeline.stage_field):
		_choose_first_stage(doc, pipeline)  # a record from before it had stages
		return
	if not pipeline.status or doc.get(pipeline.stage_field) != old:
		return
	status = doc.get(pipeline.status.fieldname)
	if status == before.get(pipeline.status.fieldname) or not _setting("status_moves_stage"):
		return
	current = stages.get_stages(pipeline).get(old)
	if current and current.status_to_set == status:
		return
	if stage := stages.stage_for_status(pipeline, status):
		doc.set(pipeline.stage_field, stage.name)


def _check(doc: Document, pipeline: Pipeline, old: str | None, new: str) -> None:
	cause = announced(doc, pipeline) or Move()
	if cause.takes_back:
		return
	stage = stages.get_open_stage(pipeline, new)
	if not old and doc.is_new() and stage.is_default:
		return
	if frappe.flags.in_import and not _setting("check_rules_on_import"):
		return
	previous = stages.get_stages(pipeline).get(old)
	_check_way(doc, pipeline, previous, stage)
	if cause.cause in (Cause.MANUAL, Cause.IMPORT, Cause.API):
		_check_roles(doc, pipeline, previous, stage)  # rules of the house move records whoever is logged in
	requirements.check(doc, pipeline, stage, cause.comment)


def _check_way(doc: Document, pipeline: Pipeline, previous: Stage | None, stage: Stage) -> None:
	title = frappe.bold(doc.get_title() or doc.name)
	if previous and previous.allowed_next and stage.name not in previous.allowed_next:
		_refuse(
			_("From {0}, {1} can only go to: {2}").format(
				frappe.bold(_(previous.name)),
				title,
				", ".join(_(name) for name in stages.enabled(pipeline) if name in previous.allowed_next),
			)
		)


def _check_roles(doc: Document, pipeline: Pipeline, previous: Stage | None, stage: Stage) -> None:
	title = frappe.bold(doc.get_title() or doc.name)
	if previous and not _has_a_role(previous.leave_roles):
		_refuse(
			_("Only {0} may take {1} out of {2}. Ask one of them").format(
				_names(previous.leave_roles), title, frappe.bold(_(previous.name))
			)
		)
	if not _has_a_role(stage.enter_roles):
		_refuse(
			_("Only {0} may move {1} to {2}. Ask one of them").format(
				_names(stage.enter_roles), title, frappe.bold(_(stage.name))
			)
		)
	if doc.is_new() or _has_a_role(stage.return_roles):
		return
	if history.has_been_in(pipeline, doc.name, stage.name):
		_refuse(
			_("{0} has already been in {1}. Only {2} may bring it back there").format(
				title, frappe.bold(_(stage.name)), _names(stage.return_roles)
			)
		)


def _follow(doc: Document, pipeline: Pipeline, old: str | None, new: str) -> None:
	"""Set what takes its value from the stage: the status, and fields that nobody set by hand."""
	known = stages.get_stages(pipeline)
	stage, previous = known[new], known.get(old)
	for fieldname, source in pipeline.follows.items():
		untouched = (*pipeline.untouched.get(fieldname, ()), previous and getattr(previous, source))
		value = getattr(stage, source)
		if value not in (None, "") and doc.get(fieldname) in untouched:
			doc.set(fieldname, value)
	if pipeline.status and stage.status_to_set and not _has_own_status(doc, pipeline, stage):
		doc.set(pipeline.status.fieldname, stage.status_to_set)


def _has_own_status(doc: Document, pipeline: Pipeline, stage: Stage) -> bool:
	"""Tell whether the status goes with the stage and says more: set by hand or from other documents."""
	before, status = doc.get_doc_before_save(), doc.get(pipeline.status.fieldname)
	set_now = before and status != before.get(pipeline.status.fieldname)
	return (set_now or status in pipeline.status.derived) and pipeline.status.fits(status, stage.outcome)


def _moment(doc: Document, pipeline: Pipeline, since) -> datetime:
	"""Return when the move happens: now, or the moment that it gives, which lies within the open stay.

	One that resumes the stay before gives when that began.
	"""
	cause = announced(doc, pipeline) or Move()
	now, given = now_datetime(), cause.on
	if cause.resumes:
		return given
	if given and not ((since and get_datetime(since)) or datetime.min) <= given <= now:
		frappe.throw(
			_("{0} cannot have entered {1} on {2}: that is not between its last move and now").format(
				frappe.bold(doc.get_title() or doc.name),
				frappe.bold(_(doc.get(pipeline.stage_field))),
				format_datetime(given),
			),
			StageError,
			title=_("Wrong Moment"),
		)
	return given or now


def _write_own_fields(doc: Document, pipeline: Pipeline, entered_on) -> None:
	"""Set what only the engine writes, over whatever the request brought."""
	doc.set(pipeline.entered_on_field, entered_on)
	stage = stages.get_stages(pipeline).get(doc.get(pipeline.stage_field))
	if stage and pipeline.process_status_field:
		doc.set(pipeline.process_status_field, stage.process_status)


def _keep_status_true(doc: Document, pipeline: Pipeline) -> None:
	"""Undo a status that the controller computed against the stage that the record stands in."""
	if not pipeline.status:
		return
	stage = stages.get_stages(pipeline).get(doc.get(pipeline.stage_field))
	if not stage or pipeline.status.fits(doc.get(pipeline.status.fieldname), stage.outcome):
		return
	doc.set(pipeline.status.fieldname, stages.status_that_fits(pipeline, stage))


def _cause_of_this_request() -> Cause:
	if frappe.flags.in_import:
		return Cause.IMPORT
	if frappe.request and frappe.request.path.startswith(("/api/resource", "/api/v2/document")):
		return Cause.API
	return Cause.MANUAL


def _has_a_role(roles: frozenset[str]) -> bool:
	return not roles or not roles.isdisjoint(frappe.get_roles())


def _names(roles: frozenset[str]) -> str:
	return ", ".join(frappe.bold(_(role)) for role in sorted(roles))


def _refuse(message: str) -> None:
	frappe.throw(message, TransitionNotAllowedError, title=_("Move Not Allowed"))


def _setting(fieldname: str) -> bool:
	return bool(frappe.get_cached_doc("CRM Etapas Settings").get(fieldname))
