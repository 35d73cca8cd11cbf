"""Undoing a move: the record goes back to where it was, through the door, as if it had not been moved.

A mistake of some seconds is no fact of the sale, so the history forgets it and no report has to leave it out. The
record's timeline tells of both ways. What stood longer is a fact: it is moved back, not undone.
"""

from datetime import timedelta

import frappe
from frappe import _
from frappe.model import no_value_fields, table_fields
from frappe.model.document import Document
from frappe.utils import now_datetime

from crm_etapas.exceptions import TransitionNotAllowedError
from crm_etapas.pipeline import history, transition
from crm_etapas.pipeline.history import Move
from crm_etapas.pipeline.registry import Pipeline
from crm_etapas.pipeline.vocabulary import Cause

WITHIN = timedelta(minutes=10)


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
	"""Take back the last move of a record, which the user has made by hand just now. No rule of a stage is asked.

	The record stands where it stood, since when it did, with what was ticked there.

	:param stage: where the move led. If the record stands elsewhere by now, or somebody else has moved it, nothing
		is undone.
	:param values: what the move emptied, see `emptied`; written where it is still empty.
	:raises TransitionNotAllowedError:
	"""
	*_earlier, before, last = [None, None, *history.of(doc.doctype, doc.name, pipeline.name, for_update=True)]
	mine = before and last.cause == Cause.MANUAL.value and last.moved_by == frappe.session.user
	if not mine or not last.stage == stage == doc.get(pipeline.stage_field):
		_refuse(
			_("{0} has been moved since and stands in {1} now, so there is nothing to undo").format(
				frappe.bold(doc.get_title() or doc.name), frappe.bold(_(doc.get(pipeline.stage_field)))
			)
		)
	if now_datetime() - last.entered_on > WITHIN:
		_refuse(
			_(
				"{0} came to {1} more than {2} minutes ago, which cannot be undone. Move it to {3} instead"
			).format(
				frappe.bold(doc.get_title() or doc.name),
				frappe.bold(_(stage)),
				WITHIN // timedelta(minutes=1),
				frappe.bold(_(before.stage)),
			)
		)
	doc.update({fieldname: value for fieldname, value in values.items() if not doc.get(fieldname)})
	transition.move(doc, pipeline, before.stage, Move(on=before.entered_on, takes_back=True, resumes=True))
	doc.add_comment("Info", _("The move to {0} was undone").format(_(stage)))


def _refuse(message: str) -> None:
	frappe.throw(message, TransitionNotAllowedError, title=_("Move Not Allowed"))
