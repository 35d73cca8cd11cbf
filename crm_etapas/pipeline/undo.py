"""Undoing a move: the record goes back to where it was, through the door, as if it had not been moved.

A mistake of some minutes is no fact of the sale, so the history forgets it and no report has to leave it out; a comment
on the record says that it was undone. What the move has changed besides the stage is remembered for as long and put
back, what was filled in for it too. Whatever stood longer is a fact: it is moved back, not undone. What became of other
documents, such as quotations that were lost with an opportunity, stays.
"""

from collections.abc import Iterable
from datetime import timedelta

import frappe
from frappe import _
from frappe.model import display_fieldtypes
from frappe.model.document import Document
from frappe.utils import cstr, flt, get_datetime

from crm_etapas.exceptions import TransitionNotAllowedError
from crm_etapas.pipeline import history, transition
from crm_etapas.pipeline.history import Move
from crm_etapas.pipeline.registry import Pipeline, pipelines_of
from crm_etapas.pipeline.vocabulary import Cause

WITHIN = timedelta(minutes=10)
SMALLEST = 1e-6
"""A number that differs by less is the same, for the database keeps nine digits behind the point."""


def remember(doc: Document, pipeline: Pipeline) -> None:
	"""Remember what the move of the user just saved has changed."""
	before = doc.get_doc_before_save()
	moved = [
		one for one in pipelines_of(doc.doctype) if before.get(one.stage_field) != doc.get(one.stage_field)
	]
	if pipeline not in moved:
		return  # it stood there already
	fields = _fields(doc) - _of_rules(one for one in moved if one is not pipeline)
	memory = {
		"entered_on": get_datetime(doc.get(pipeline.entered_on_field)),
		"fields": fields,
		"changed": {
			field: (was, now)
			for field in fields
			if not _is_same(was := _said(before, field), now := _said(doc, field))
		},
	}
	frappe.cache.set_value(
		key(doc, pipeline), memory, expires_in_sec=int(WITHIN.total_seconds()), user=frappe.session.user
	)


def undo(doc: Document, pipeline: Pipeline, stage: str) -> None:
	"""Take back the last move of a record, which the user has made by hand just now. No rule of a stage is asked.

	The record stands where it stood, since when it did, with what was ticked there.

	:param stage: where the move led. If the record stands elsewhere by now, or somebody else has moved it or changed
		what the move changed, nothing is undone.
	:raises TransitionNotAllowedError:
	"""
	# the record first, as every move does
	frappe.db.get_value(doc.doctype, doc.name, "name", for_update=True)
	*_earlier, before, last = [None, None, *history.of(doc.doctype, doc.name, pipeline.name, for_update=True)]
	mine = before and last.cause == Cause.MANUAL.value and last.moved_by == frappe.session.user
	if not mine or not last.stage == stage == doc.get(pipeline.stage_field):
		_refuse(
			_("{0} has been moved since and stands in {1} now, so there is nothing to undo").format(
				frappe.bold(doc.get_title() or doc.name), frappe.bold(_(doc.get(pipeline.stage_field)))
			)
		)
	memory = frappe.cache.get_value(key(doc, pipeline), user=frappe.session.user, expires=True)
	if not memory or memory["entered_on"] != last.entered_on or not _is_as_left(doc, memory):
		_refuse(
			_("The move of {0} to {1} can no longer be undone. Move it to {2} instead").format(
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
	"""doc_events handler: a record is as it was before a move, whatever the rules of this save have made of it."""
	if not is_undoing(doc):
		return
	moved = [one for one, _stage in doc.flags.stage_changes or []]
	by_rule = _of_rules(one for one in moved if not (transition.announced(doc, one) or Move()).resumes)
	for field, value in doc.flags.put_back.items():
		if field not in by_rule and not _is_same(_said(doc, field), value):
			doc.set(field, value)


def key(doc: Document, pipeline: Pipeline) -> str:
	"""Return under which name the cache remembers the last move of a record."""
	return f"crm_etapas_move:{doc.doctype}:{doc.name}:{pipeline.name}"


def _is_as_left(doc: Document, memory: dict) -> bool:
	"""Tell whether everything that a move has changed is as the move left it."""
	return all(_is_same(_said(doc, field), now) for field, (_was, now) in memory["changed"].items())


def _as_it_was(doc: Document, memory: dict) -> dict:
	"""Return what a record said before a move; what that left alone may have changed since."""
	before = {field: was for field, (was, _now) in memory["changed"].items()}
	return {field: before[field] if field in before else _said(doc, field) for field in memory["fields"]}


def _fields(doc: Document) -> set[str]:
	"""Return the fields of a record that say something, without those that only the door writes."""
	of_the_door = {
		name for one in pipelines_of(doc.doctype) for name in (one.stage_field, one.entered_on_field)
	}
	return {
		df.fieldname
		for df in doc.meta.fields
		if df.fieldtype not in display_fieldtypes and not df.get("is_virtual")
	} - of_the_door


def _of_rules(pipelines: Iterable[Pipeline]) -> set[str]:
	"""Return what goes with the stages of pipelines that a rule has moved with the same save: it stays with them."""
	return {name for one in pipelines for name in (*one.own_fields, one.responsible_field)}


def _said(doc: Document, field: str):
	"""Return what a record says in a field; rows of a table as dicts, without names and numbers."""
	value = doc.get(field)
	if isinstance(value, list):
		return [row.as_dict(no_default_fields=True, no_private_properties=True) for row in value]
	return value


def _is_same(value, other) -> bool:
	"""Tell whether two values are the same to whoever reads the record, whether they come from the database or not."""
	if isinstance(value, list) and isinstance(other, list):
		return len(value) == len(other) and all(map(_is_same, value, other))
	if isinstance(value, dict) and isinstance(other, dict):
		return all(_is_same(value.get(field), other.get(field)) for field in {*value, *other})
	if isinstance(value, float) or isinstance(other, float):
		return abs(flt(value) - flt(other)) < SMALLEST
	return cstr(value) == cstr(other)


def _refuse(message: str) -> None:
	frappe.throw(message, TransitionNotAllowedError, title=_("Move Not Allowed"))
