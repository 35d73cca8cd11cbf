"""The rule of the pipeline of levels: what happens to a prospect's level while the prospect is saved."""

import frappe
from frappe.model.document import Document
from frappe.utils import cstr, getdate, now_datetime

from crm_etapas.pipeline import stages, transition
from crm_etapas.pipeline.registry import Pipeline
from crm_etapas.pipeline.vocabulary import Cause
from crm_etapas.profile import ATTRIBUTES
from crm_etapas.qualification import (
	ACCEPTANCE,
	ACCEPTED,
	ANSWERS,
	FORM,
	HOLD,
	LEVEL,
	OWN_FIELDS,
	SCORE,
	acceptance,
	facts,
	levels,
	ruleset,
)
from crm_etapas.qualification.levels import Watched
from crm_etapas.qualification.rules import NOT_HIGHER, NOT_LOWER


def rule(doc: Document, pipeline: Pipeline) -> None:
	"""Evaluate a prospect if the save touches anything that a criterion looks at, and move it on.

	A level set by hand stands: the rules do not take the prospect back up, or down, again.
	"""
	before = doc.get_doc_before_save()
	written = _write_own_fields(doc, before)
	if doc.is_new() and frappe.flags.in_web_form:
		doc.set(FORM, frappe.form_dict.get("web_form"))
	old = before and before.get(LEVEL)
	by_hand = _is_moved_by_hand(doc, pipeline, old)
	if by_hand:
		doc.set(HOLD, _hold(doc, pipeline, old))
	if by_hand or written or not before or is_touched(doc, before, levels.kept().watched):
		_evaluate(doc, pipeline, may_move=not by_hand)
	if doc.get(LEVEL) != old:
		_enter(doc, pipeline)


def is_touched(doc: Document, before: Document, watched: Watched) -> bool:
	"""Tell whether a save changes anything that the criteria look at."""
	return (
		watched.whole
		or any(doc.has_value_changed(field) for field in watched.fields)
		or (watched.attributes and _pairs(doc, ATTRIBUTES) != _pairs(before, ATTRIBUTES))
		or (watched.answers and _pairs(doc, ANSWERS) != _pairs(before, ANSWERS))
	)


def _write_own_fields(doc: Document, before: Document | None) -> bool:
	"""Put back what only the app writes, or write it; return whether it is written."""
	ours = doc.flags.pop("qualification", None)
	for field in OWN_FIELDS:
		doc.set(field, before.get(field) if before else None)
	if ours:
		doc.update(ours)
	return ours is not None


def _is_moved_by_hand(doc: Document, pipeline: Pipeline, old: str | None) -> bool:
	new = doc.get(LEVEL)
	if new == old or (not old and new == stages.default_stage(pipeline).name):
		return False
	move = transition.announced(doc, pipeline)
	return not move or move.cause is not Cause.RULE


def _hold(doc: Document, pipeline: Pipeline, old: str | None) -> str:
	known = stages.get_stages(pipeline)
	current, previous = known.get(doc.get(LEVEL)), known.get(old)
	goes_back = current and previous and current.rank < previous.rank
	return NOT_HIGHER if goes_back else NOT_LOWER


def _evaluate(doc: Document, pipeline: Pipeline, may_move: bool) -> None:
	rules = ruleset.load()
	if not rules.levels:
		return
	prospect = facts.of_document(doc, facts.needs())
	shares = rules.shares(prospect, getdate())
	verdict = rules.judge(shares, accepted=doc.get(ACCEPTANCE) == ACCEPTED)
	doc.set(SCORE, verdict.score)
	current = rules.place(doc.get(LEVEL), levels.positions())
	may_go_back = bool(frappe.get_cached_doc("CRM Etapas Settings").levels_may_go_back)
	to = rules.decide(current, verdict.reached, doc.get(HOLD), may_go_back)
	if may_move and to != current:
		if to > current:
			doc.set(HOLD, None)
		transition.move_by_rule(doc, pipeline, rules.levels[to].name)


def _enter(doc: Document, pipeline: Pipeline) -> None:
	move = transition.announced(doc, pipeline)
	moment = (move and move.on) or now_datetime()
	doc.update(acceptance.on_entering(doc.get(LEVEL), doc.get(ACCEPTANCE), doc.get("company"), moment))


def _pairs(doc: Document, table: str) -> list[tuple[str, str]]:
	return [
		(row.get("attribute") or row.get("question"), cstr(row.get("value") or row.get("answer")))
		for row in doc.get(table) or []
	]
