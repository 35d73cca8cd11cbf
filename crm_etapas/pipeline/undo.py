"""Undoing a move: the record goes back to where it was, through the door; the history keeps both, the mistake as such."""

import frappe
from frappe import _
from frappe.model import no_value_fields, table_fields
from frappe.model.document import Document

from crm_etapas.exceptions import TransitionNotAllowedError
from crm_etapas.pipeline import checklist, history, transition
from crm_etapas.pipeline.history import Move
from crm_etapas.pipeline.registry import Pipeline
from crm_etapas.pipeline.vocabulary import Cause


def emptied(doc: Document) -> dict:
	"""Return the fields, with what they said, that the save just made has emptied: a next contact that closing ends."""
	before = doc.get_doc_before_save()
	return {
		df.fieldname: before.get(df.fieldname)
		for df in doc.meta.fields
		if not df.read_only
		and df.fieldtype not in (*no_value_fields, *table_fields)
		and before.get(df.fieldname)
		and not doc.get(df.fieldname)
	}


def undo(doc: Document, pipeline: Pipeline, stage: str, values: dict) -> None:
	"""Take back the last move of a record, which the user has made by hand. No rule of a stage is asked.

	What was ticked before is ticked again.

	:param stage: where the move led. If the record stands elsewhere by now, or somebody else has moved it, nothing
		is undone.
	:param values: what the move emptied, see `emptied`; written where it is still empty.
	:raises TransitionNotAllowedError:
	"""
	stays = history.of(doc.doctype, doc.name, pipeline.name, for_update=True)
	last, before = (stays[-1], stays[-2]) if len(stays) > 1 else (None, None)
	mine = last and last.cause == Cause.MANUAL.value and last.moved_by == frappe.session.user
	if not mine or not last.stage == stage == doc.get(pipeline.stage_field):
		frappe.throw(
			_("{0} has been moved since and stands in {1} now, so there is nothing to undo").format(
				frappe.bold(doc.get_title() or doc.name), frappe.bold(_(doc.get(pipeline.stage_field)))
			),
			TransitionNotAllowedError,
			title=_("Move Not Allowed"),
		)
	doc.update({fieldname: value for fieldname, value in values.items() if not doc.get(fieldname)})
	transition.move(doc, pipeline, before.stage, Move(comment=_("Undone"), takes_back=True))
	history.mark_undone(last, before)
	checklist.carry_over(pipeline, doc.name, checklist.ticked_in(before))
