"""Stages that a record enters by itself when something happens; which ones is data on the stage."""

import frappe
from frappe import _

from crm_etapas.pipeline import stages, transition
from crm_etapas.pipeline.history import Move
from crm_etapas.pipeline.registry import Pipeline
from crm_etapas.pipeline.stages import Stage


def fire(event: str, pipeline: Pipeline, name: str, move: Move) -> None:
	"""Move a record to the stage that enters by itself on this event, if there is one.

	What the user was doing (saving an opportunity, say) goes on even when the record cannot move: the
	reason is shown to them and kept in the Error Log. The record is saved with the rights of the app,
	for whoever may cause the event need not be able to write it.
	"""
	stage = stage_for_event(pipeline, event)
	if not stage:
		return
	doc = frappe.get_doc(pipeline.doctype, name)
	current = doc.get(pipeline.stage_field)
	if not _leads_on(pipeline, current, stage, event):
		return
	doc.flags.ignore_mandatory = True
	frappe.db.savepoint("stage_trigger")
	try:
		# the event says that the record moved on; who caused it may have no right on the record
		transition.move(doc, pipeline, stage.name, move, ignore_permissions=True)
	except frappe.ValidationError as error:
		frappe.db.rollback(save_point="stage_trigger")
		frappe.clear_last_message()
		frappe.log_error(
			title=_("{0} could not move by itself").format(name),
			reference_doctype=doc.doctype,
			reference_name=name,
		)
		frappe.msgprint(
			_("{0} stays in {1}: it could not move to {2} by itself. {3}").format(
				frappe.bold(doc.get_title() or name),
				frappe.bold(_(current)) if current else _("no stage"),
				frappe.bold(_(stage.name)),
				str(error),
			),
			indicator="orange",
			alert=True,
		)


def stage_for_event(pipeline: Pipeline, event: str) -> Stage | None:
	"""Return the first enabled stage that is entered by itself on this event."""
	return next(
		(s for s in stages.enabled(pipeline).values() if any(t.event == event for t in s.triggers)), None
	)


def _leads_on(pipeline: Pipeline, current: str | None, stage: Stage, event: str) -> bool:
	"""Tell whether the stage lies ahead of the current one, or the rule allows going back."""
	now = stages.get_stages(pipeline).get(current)
	if not now:
		return True
	if now.name == stage.name:
		return False
	backwards = any(t.event == event and t.allow_backwards for t in stage.triggers)
	return backwards or stage.position > now.position or now.outcome.is_closed != stage.outcome.is_closed
