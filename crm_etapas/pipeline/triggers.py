"""Stages that a record enters by itself when something happens; which ones is data on the stage."""

from datetime import datetime

import frappe
from frappe import _
from frappe.model.document import Document

from crm_etapas.pipeline import history, stages, transition
from crm_etapas.pipeline.history import Move
from crm_etapas.pipeline.registry import Pipeline, get_pipelines
from crm_etapas.pipeline.stages import Stage
from crm_etapas.pipeline.vocabulary import Cause


def fire(event: str, pipeline: Pipeline, name: str, move: Move, values: dict | None = None) -> bool:
	"""Move a record to the stage that enters by itself on this event, if there is one that lies ahead.

	A manual move made after the event (`move.on`) stands. What the user was doing (saving an opportunity,
	say) goes on even when the record cannot move: the reason is shown to them and kept in the Error Log.
	The record is saved with the rights of the app, for whoever may cause the event need not be able to
	write it.

	:param values: fields that the record gets with the same save.
	:return: whether the record moved.
	"""
	if not stage_for_event(pipeline, event) or not frappe.db.exists(pipeline.doctype, name):
		return False
	doc = frappe.get_doc(pipeline.doctype, name, for_update=True)  # as it is, not as first seen
	stage = destination(event, pipeline, doc)
	if not stage or _moved_by_hand_since(pipeline, name, move.on):
		return False
	doc.update(values or {})
	return attempt(doc, pipeline, stage, Move(move.cause, move.cause_doctype, move.cause_name, move.comment))


def take_back(cause_doctype: str, cause_name: str) -> None:
	"""Return every record that this document moved to where it was, if nothing has moved it since."""
	pipelines = get_pipelines()
	for name, pipeline_name in history.moved_by(cause_doctype, cause_name):
		pipeline = pipelines.get(pipeline_name)
		if not pipeline or not frappe.db.exists(pipeline.doctype, name):
			continue
		doc = frappe.get_doc(pipeline.doctype, name, for_update=True)
		stays = history.of(pipeline.doctype, name, pipeline.name, for_update=True)
		*earlier, last = history.standing(stays) or [None]
		if not earlier or (last.cause_doctype, last.cause_name) != (cause_doctype, cause_name):
			continue
		if before := stages.get_stages(pipeline).get(earlier[-1].stage):
			attempt(doc, pipeline, before, Move(Cause.RULE, cause_doctype, cause_name, takes_back=True))


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


def attempt(doc: Document, pipeline: Pipeline, stage: Stage, move: Move) -> bool:
	"""Move a record with the rights of the app; if it cannot move, say why and leave it. Returns whether."""
	current = doc.get(pipeline.stage_field)
	doc.flags.ignore_mandatory = True
	frappe.db.savepoint("stage_trigger")
	try:
		# the event says that the record moved on; who caused it may have no right on the record
		transition.move(doc, pipeline, stage.name, move, ignore_permissions=True)
		return True
	except frappe.ValidationError as error:
		frappe.db.rollback(save_point="stage_trigger")
		frappe.clear_last_message()
		_tell(doc, current, stage, error)
		return False


def _tell(doc: Document, current: str | None, stage: Stage, error: Exception) -> None:
	frappe.log_error(
		title=_("{0} could not move by itself").format(doc.name),
		reference_doctype=doc.doctype,
		reference_name=doc.name,
	)
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
