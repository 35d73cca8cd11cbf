"""Whitelisted methods on how far prospects are qualified."""

import frappe
from frappe.model.document import Document

from crm_etapas.api.records import existing, read
from crm_etapas.exceptions import QualificationError
from crm_etapas.pipeline.deadlock import tried_again
from crm_etapas.qualification import DOCTYPE, acceptance, levels, recalculation
from crm_etapas.qualification import answers as lead_answers
from crm_etapas.qualification import explain as explanation
from crm_etapas.qualification import preview as criterion_preview


@frappe.whitelist(methods=["GET", "POST"])
def explain(name: str) -> dict:
	"""Say why a prospect stands in its level, as everything is now.

	:return: `level`, `label`, `entered_on`, `score`, `counts` (in pipeline figures), `hold` (Not Higher or Not
		Lower, if somebody set the level by hand), `acceptance` (Pending, Accepted or Rejected), `accept_by`,
		`overdue`, `next` (the level after this one), `missing` (what keeps it from there) and `levels`: each with
		name, label, color, meaning, guidance, reached, holds (the criteria say so today), points,
		minimum_points, questions and `criteria`: title, label, must, met, points, gave and saw (None if the
		user may not see that field).
	:raises frappe.PermissionError: if the user may not read the prospect.
	"""
	return explanation.explain(existing(DOCTYPE, name))


@frappe.whitelist(methods=["POST"])
def recalculate(names: list | str | None = None, filters: list | dict | str | None = None) -> dict:
	"""Evaluate prospects again: those named, those that a filter finds, or in the background all of them.

	:return: how many were `evaluated`, `rose` and `fell`; or `queued`, if all are to be.
	:raises frappe.PermissionError: if the user may not write prospects; for all of them, the criteria.
	"""
	frappe.has_permission(DOCTYPE, "write", throw=True)
	names, filters = frappe.parse_json(names), frappe.parse_json(filters)
	if names is None and not filters:
		frappe.has_permission(levels.CRITERION_DOCTYPE, "write", throw=True)
		recalculation.enqueue()
		return {"queued": True}
	chosen = {"name": ["in", names or [""]]} if names is not None else filters
	readable = frappe.get_list(DOCTYPE, filters=chosen, pluck="name", limit_page_length=0)
	counts = recalculation.of(sorted(readable))
	return {key: counts[key] for key in ("evaluated", "rose", "fell")}


@frappe.whitelist(methods=["POST"])
def preview(criterion: dict | str) -> dict:
	"""Say what a criterion would change, before it is saved.

	:param criterion: as its form holds it.
	:return: `state`. Done: with `looked_at`, `rise`, `fall`, `goes_back` and `examples` (name, title, from, to).
		Running: with the `token` for `preview_result`.
	:raises frappe.PermissionError: if the user may not edit criteria, or read no prospects.
	:raises QualificationError: if it could not be saved.
	"""
	frappe.has_permission(levels.CRITERION_DOCTYPE, "write", throw=True)
	frappe.has_permission(DOCTYPE, "read", throw=True)
	values = read(criterion, error=QualificationError)
	doc = frappe.get_doc({**values, "doctype": levels.CRITERION_DOCTYPE})
	doc.validate()
	return criterion_preview.start(doc)


@frappe.whitelist(methods=["GET", "POST"])
def preview_result(token: str) -> dict:
	"""Say how far a preview in the background is, and what came out; see `preview`."""
	frappe.has_permission(levels.CRITERION_DOCTYPE, "write", throw=True)
	found = criterion_preview.result(token)
	if not found:
		return {"state": "Running", "progress": 0}
	return found


@frappe.whitelist(methods=["POST"])
@tried_again
def accept(name: str) -> dict:
	"""Accept a prospect for sales.

	:return: see `explain`.
	:raises frappe.PermissionError: if the user may not write the prospect.
	:raises QualificationError: if it does not wait for that.
	"""
	doc = _writable(name)
	acceptance.accept(doc)
	return explain(name)


@frappe.whitelist(methods=["POST"])
@tried_again
def reject(name: str, reason: str) -> dict:
	"""Send a prospect back to the level below, with the reason in its history.

	:return: see `explain`.
	:raises frappe.PermissionError: if the user may not write the prospect.
	:raises QualificationError: if it does not wait for that, or no reason is given.
	"""
	doc = _writable(name)
	acceptance.reject(doc, reason)
	return explain(name)


@frappe.whitelist(methods=["POST"])
@tried_again
def answer(name: str, answers: dict | str) -> dict:
	"""Keep answers to the questions of the levels; an empty one is taken away.

	:param answers: by question.
	:return: see `explain`.
	:raises frappe.PermissionError: if the user may not write the prospect.
	:raises QualificationError: if no level asks that, or an answer does not fit.
	"""
	doc = _writable(name)
	lead_answers.write(doc, read(answers, error=QualificationError))
	doc.save()
	return explain(name)


@frappe.whitelist(methods=["POST"])
@tried_again
def release(name: str) -> dict:
	"""Let the rules decide again about a prospect whose level somebody has set by hand.

	:return: see `explain`.
	:raises frappe.PermissionError: if the user may not write the prospect.
	"""
	doc = _writable(name)
	acceptance.release(doc)
	return explain(name)


def _writable(name: str) -> Document:
	doc = existing(DOCTYPE, name)
	doc.check_permission("write")
	return doc
