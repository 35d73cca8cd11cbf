"""Stages that a record enters by itself when something happens; which ones is data on the stage."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

import frappe
from frappe import _
from frappe.model.document import Document

from crm_etapas.exceptions import StageRequirementError
from crm_etapas.pipeline import history, stages, transition
from crm_etapas.pipeline.history import Move
from crm_etapas.pipeline.registry import Pipeline, get_pipelines
from crm_etapas.pipeline.stages import Stage
from crm_etapas.pipeline.vocabulary import Cause

CANCELLED = 2
# what a record returns beyond, if its document is gone; a contact was made, whatever became of its mail
BY_DOCUMENT = (Cause.CONVERSION, Cause.QUOTATION, Cause.SALES_ORDER)


def fire(
	event: str,
	pipeline: Pipeline,
	name: str,
	move: Move,
	values: dict | None = None,
	ask_for_missing: bool = False,
) -> bool:
	"""Move a record to the stage that enters by itself on this event, if there is one that lies ahead.

	A manual move made after the event (`move.on`) stands. What the user was doing (saving an opportunity,
	say) goes on even when the record cannot move: the reason is shown to them and kept in the Error Log.
	The record is saved with the rights of the app, for whoever may cause the event need not be able to
	write it.

	:param values: fields that the record gets with the same save.
	:param ask_for_missing: what the stage asks for is asked of the user, who goes on with an answer.
	:return: whether the record moved.
	:raises StageRequirementError: with `ask_for_missing`, if the record lacks something.
	"""
	if not stage_for_event(pipeline, event) or not frappe.db.exists(pipeline.doctype, name):
		return False
	doc = frappe.get_doc(pipeline.doctype, name, for_update=True)  # as it is, not as first seen
	stage = destination(event, pipeline, doc)
	if not stage or _moved_by_hand_since(pipeline, name, move.on):
		return False
	doc.update(values or {})
	move = Move(move.cause, move.cause_doctype, move.cause_name, move.comment)
	return attempt(doc, pipeline, stage, move, ask_for_missing)


def take_back(cause_doctype: str, cause_name: str, others: Iterable[tuple[str, str]] = ()) -> None:
	"""Return every record that this document moved to where it was, if nothing has moved it since.

	A stage that another document of the record stands for stays (`Pipeline.still_true`). If the move before was
	made by a document that is gone too, it is taken back as well.

	:param others: (record, pipeline) of records that it has not moved, for another document did so before.
	"""
	pipelines = get_pipelines()
	for name, pipeline_name in {*history.moved_by(cause_doctype, cause_name), *others}:
		pipeline = pipelines.get(pipeline_name)
		if pipeline and frappe.db.exists(pipeline.doctype, name):
			_take_back(pipeline, name, (cause_doctype, cause_name))


def _take_back(pipeline: Pipeline, name: str, gone: tuple[str, str]) -> None:
	"""Take a record's last moves back, one by one, as long as the document behind each is gone."""
	status_field, status = pipeline.status and pipeline.status.fieldname, None
	while before := _stage_without(pipeline, name, gone):
		doc = frappe.get_doc(pipeline.doctype, name, for_update=True)
		if status_field:
			# what the documents that are left make it; not the status of a stage that it only passes
			status = status or doc.get(status_field)
			doc.set(status_field, status)
		if not attempt(doc, pipeline, before, Move(Cause.RULE, *gone, takes_back=True)):
			return


def _stage_without(pipeline: Pipeline, name: str, gone: tuple[str, str]) -> Stage | None:
	"""Return the stage that a record returns to, if the document behind its last move is gone."""
	stays = history.of(pipeline.doctype, name, pipeline.name, for_update=True)
	*earlier, last = history.standing(stays) or [None]
	if not earlier or not _lost_its_document(last, gone):
		return None
	for event in pipeline.still_true(name) if pipeline.still_true else ():
		stage = stage_for_event(pipeline, event)
		if stage and stage.name == last.stage:
			return None
	return stages.get_stages(pipeline).get(earlier[-1].stage)


def _lost_its_document(stay: frappe._dict, gone: tuple[str, str]) -> bool:
	"""Tell whether the document that caused a stay is the one that goes, or has been cancelled or deleted before."""
	behind = stay.cause_doctype, stay.cause_name
	if behind == gone:
		return True
	if not stay.cause_name or stay.cause not in BY_DOCUMENT:
		return False
	return frappe.db.get_value(*behind, "docstatus") in (None, CANCELLED)


def stage_for_event(pipeline: Pipeline, event: str) -> Stage | None:
	"""Return the first enabled stage that is entered by itself on this event."""
	return next(
		(s for s in stages.enabled(pipeline).values() if any(t.event == event for t in s.triggers)), None
	)


def destination(event: str, pipeline: Pipeline, doc: Document) -> Stage | None:
	"""Return the stage that a record would enter if this happened now; None if it would stay where it is."""
	stage = stage_for_event(pipeline, event)
	current = stages.get_stages(pipeline).get(doc.get(pipeline.stage_field))
	return stage if stage and _leads_on(current, stage, event) else None


def _leads_on(current: Stage | None, stage: Stage, event: str) -> bool:
	"""Tell whether a stage lies ahead of the current one, or the rule allows going back."""
	if not current:
		return True
	if current.name == stage.name:
		return False
	backwards = any(t.event == event and t.allow_backwards for t in stage.triggers)
	return backwards or stage.rank > current.rank


def _moved_by_hand_since(pipeline: Pipeline, name: str, moment: datetime | None) -> bool:
	last = moment and history.last_stay(pipeline, name, for_update=True)
	return bool(last) and last.cause == Cause.MANUAL.value and last.sequence > 1 and last.entered_on > moment


def attempt(
	doc: Document, pipeline: Pipeline, stage: Stage, move: Move, ask_for_missing: bool = False
) -> bool:
	"""Move a record with the rights of the app; if it cannot move, say why and leave it. Returns whether."""
	current = doc.get(pipeline.stage_field)

	def say(error: Exception) -> None:
		_tell(doc, current, stage, error)

	# the event says that the record moved on; who caused it may have no right on the record
	with _without_stopping_the_user(doc, say, ask_for_missing) as outcome:
		transition.move(doc, pipeline, stage.name, move, ignore_permissions=True)
	return not outcome


def save(doc: Document) -> bool:
	"""Save a record that an event has changed, with the rights of the app. Returns whether it could be saved."""

	def say(error: Exception) -> None:
		_log(_("{0} could not follow its documents").format(doc.name), doc)

	with _without_stopping_the_user(doc, say) as outcome:
		# who changed the document behind it may have no right on the record
		doc.save(ignore_permissions=True)
	return not outcome


@contextmanager
def _without_stopping_the_user(
	doc: Document, say: Callable[[Exception], None], ask_for_missing: bool = False
) -> Iterator[list[Exception]]:
	"""Undo what cannot be saved, say why, and let the user go on. Yields a list that gets the error."""
	errors = []
	doc.flags.ignore_mandatory = True
	savepoint = f"stage_trigger_{frappe.generate_hash(length=8)}"  # one event may lead to another
	frappe.db.savepoint(savepoint)
	try:
		yield errors
	except frappe.ValidationError as error:
		if ask_for_missing and isinstance(error, StageRequirementError):
			raise
		frappe.db.rollback(save_point=savepoint)
		frappe.clear_last_message()
		frappe.local.response.pop("missing", None)
		errors.append(error)
		say(error)


def _tell(doc: Document, current: str | None, stage: Stage, error: Exception) -> None:
	_log(_("{0} could not move by itself").format(doc.name), doc)
	if frappe.session.user == "Guest":
		return  # whoever fills in a form or reads a page is told nothing of a record
	frappe.msgprint(
		_("{0} stays in {1}: it could not move to {2} by itself. {3}").format(
			frappe.bold(doc.get_title() or doc.name),
			frappe.bold(_(current)) if current else _("no stage"),
			frappe.bold(_(stage.name)),
			str(error),
		),
		indicator="orange",
		alert=True,
	)


def _log(title: str, doc: Document) -> None:
	frappe.log_error(title=title, reference_doctype=doc.doctype, reference_name=doc.name)
