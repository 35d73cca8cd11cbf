"""Undoing a move: the record goes back to where it was, through the door, as if it had not been moved.

A mistake of some minutes is no fact of the sale, so the history forgets it and no report has to leave it out; a comment
on the record says that it was undone. What the move has changed besides the stage is remembered for as long, and put
back where it still is as the move left it. What the user filled in for the move stays. Whatever stood longer is a fact:
it is moved back, not undone.
"""

from collections.abc import Iterable
from datetime import timedelta

import frappe
from frappe import _
from frappe.model import display_fieldtypes
from frappe.model.document import Document
from frappe.utils import cstr, get_datetime

from crm_etapas.exceptions import TransitionNotAllowedError
from crm_etapas.pipeline import history, transition
from crm_etapas.pipeline.history import Move
from crm_etapas.pipeline.registry import Pipeline, pipelines_of
from crm_etapas.pipeline.vocabulary import Cause

WITHIN = timedelta(minutes=10)


def remember(doc: Document, pipeline: Pipeline, filled_in: Iterable[str] = ()) -> None:
	"""Remember what the move just saved has changed.

	:param filled_in: fields that the user has filled in for it.
	"""
	before = doc.get_doc_before_save()
	if before.get(pipeline.stage_field) == doc.get(pipeline.stage_field):
		return  # it stood there already
	memory = {
		"entered_on": get_datetime(doc.get(pipeline.entered_on_field)),
		"filled_in": set(filled_in),
		"changed": {
			fieldname: (was, now)
			for fieldname in _fields(doc)
			if _text(was := _said(before, fieldname)) != _text(now := _said(doc, fieldname))
		},
	}
	frappe.cache.set_value(
		key(doc, pipeline), memory, expires_in_sec=int(WITHIN.total_seconds()), user=frappe.session.user
	)


def undo(doc: Document, pipeline: Pipeline, stage: str) -> None:
	"""Take back the last move of a record, which the user has made by hand just now. No rule of a stage is asked.

	The record stands where it stood, since when it did, with what was ticked there.

	:param stage: where the move led. If the record stands elsewhere by now, or somebody else has moved it, nothing
		is undone.
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
	memory = frappe.cache.get_value(key(doc, pipeline), user=frappe.session.user, expires=True)
	if not memory or memory["entered_on"] != last.entered_on:
		_refuse(
			_("The move of {0} to {1} is too long ago to be undone. Move it to {2} instead").format(
				frappe.bold(doc.get_title() or doc.name), frappe.bold(_(stage)), frappe.bold(_(before.stage))
			)
		)
	doc.flags.put_back = _as_it_was(doc, memory)
	transition.move(doc, pipeline, before.stage, Move(on=before.entered_on, takes_back=True, resumes=True))
	doc.flags.pop("put_back")
	doc.add_comment("Info", _("The move to {0} was undone").format(_(stage)))


def is_undoing(doc: Document) -> bool:
	"""Tell whether the save that is going on undoes a move."""
	return doc.flags.put_back is not None


def before_save(doc: Document, method: str | None = None) -> None:
	"""doc_events handler: what a move had changed is as it was, whatever the rules of this save have made of it."""
	for fieldname, value in (doc.flags.put_back or {}).items():
		if _text(_said(doc, fieldname)) != _text(value):
			doc.set(fieldname, value)


def key(doc: Document, pipeline: Pipeline) -> str:
	"""Return under which name the cache remembers the last move of a record."""
	return f"crm_etapas_move:{doc.doctype}:{doc.name}:{pipeline.name}"


def _as_it_was(doc: Document, memory: dict) -> dict:
	"""Return what a record said before a move, without what was filled in for it and what has been changed since."""
	found = {}
	for fieldname in _fields(doc) - memory["filled_in"]:
		said = _said(doc, fieldname)
		was, now = memory["changed"].get(fieldname, (said, said))
		if _text(said) == _text(now):
			found[fieldname] = was
	return found


def _fields(doc: Document) -> set[str]:
	"""Return the fields of a record that say something, without those that only the door writes.

	Another pipeline of the record may have moved with the same save.
	"""
	of_the_door = {
		name for one in pipelines_of(doc.doctype) for name in (one.stage_field, one.entered_on_field)
	}
	return {
		df.fieldname
		for df in doc.meta.fields
		if df.fieldtype not in display_fieldtypes and not df.get("is_virtual")
	} - of_the_door


def _said(doc: Document, fieldname: str):
	"""Return what a record says in a field; rows of a table as dicts, without names and numbers."""
	value = doc.get(fieldname)
	if isinstance(value, list):
		return [row.as_dict(no_default_fields=True) for row in value]
	return value


def _text(value) -> str:
	return frappe.as_json(value) if isinstance(value, list) else cstr(value)


def _refuse(message: str) -> None:
	frappe.throw(message, TransitionNotAllowedError, title=_("Move Not Allowed"))
