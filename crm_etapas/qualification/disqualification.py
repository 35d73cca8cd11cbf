"""Why a prospect is not one for us: given once, kept while it stands in a stage that discards it.

A reason names the stage that it leads to, or the settings do. Giving a reason to a prospect that is being worked
on moves it there, through the door; a stage may ask for the reason as for any other field. Where work goes on
again, reason, day and person are taken out, and the history keeps them.
"""

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import escape_html

from crm_etapas import master
from crm_etapas.exceptions import DisqualificationError
from crm_etapas.pipeline import bulk_job, requirements, stages, transition
from crm_etapas.pipeline.history import Move
from crm_etapas.pipeline.stages import Stage
from crm_etapas.pipeline.vocabulary import DISCARDED, DISCARDING, Outcome
from crm_etapas.pipelines import PROSPECT

REASON, ON, BY = "disqualification_reason", "disqualified_on", "disqualified_by"
REASONS = "Disqualification Reason"
SETTINGS = "CRM Etapas Settings"
ERPNEXT_STATUS, UNQUALIFIED, IN_PROCESS = "qualification_status", "Unqualified", "In Process"


def disqualify(doc: Document, reason: str, comment: str | None = None) -> None:
	"""Give a prospect a reason and move it to the stage that the reason leads to.

	:raises DisqualificationError: if there is no such reason, or no stage for it.
	:raises StageError, frappe.PermissionError: as `transition.move`.
	"""
	stage = stage_of(reason)
	doc.set(REASON, reason)
	transition.move(doc, PROSPECT, stage, Move(comment=_with_reason(reason, comment)))


def disqualify_many(
	reason: str, names: Iterable[str] | None, filters: list | dict | None, comment: str | None
) -> Document:
	"""Disqualify many prospects at once; return the Bulk Move that says what becomes of them."""
	stage = stage_of(reason)
	return bulk_job.create(PROSPECT, stage, names, filters, _with_reason(reason, comment), {REASON: reason})


def stage_of(reason: str) -> str:
	"""Return the stage that a reason leads to: its own, that of the settings, or the first one for the lost.

	:raises DisqualificationError: if there is no such reason, or none of these stages.
	"""
	row = master.records(REASONS).get(reason)
	if not row or row.disabled:
		_refuse(
			_("There is no enabled {0} called {1}. Choose one from the list").format(
				_(REASONS), frappe.bold(escape_html(reason))
			)
		)
	stage = row.stage or frappe.get_cached_doc(SETTINGS).disqualification_stage or _first_lost()
	if not stage:
		_refuse(
			_("No stage takes those who are disqualified. Choose one in {0}").format(frappe.bold(_(SETTINGS)))
		)
	refuse_active(stage)  # it may have become another kind of stage since it was chosen
	return stage


def refuse_active(stage: str | None) -> None:
	"""Refuse a stage that the work goes on in as one for those who are disqualified.

	:raises DisqualificationError:
	"""
	known = stages.get_stages(PROSPECT).get(stage)  # not, while it is being renamed
	if known and not _discards(known):
		_refuse(
			_("{0} discards nobody. Choose a stage that is lost, or whose process status says so").format(
				frappe.bold(escape_html(_(stage)))
			)
		)


def before_validate(doc: Document, method: str | None = None) -> None:
	"""doc_events handler: a reason given to a prospect that is being worked on moves it, as the dialog does."""
	if not _is_given_now(doc) or _discards(_stage(doc)):
		return
	before = doc.get_doc_before_save()
	usual = before.get(PROSPECT.stage_field) if before else stages.default_stage(PROSPECT).name
	if doc.get(PROSPECT.stage_field) != usual:
		_refuse(
			_("{0} cannot go to {1} and be disqualified at once. Leave one of the two out").format(
				frappe.bold(escape_html(doc.get_title() or doc.name)),
				frappe.bold(_(doc.get(PROSPECT.stage_field))),
			)
		)
	doc.set(PROSPECT.stage_field, stage_of(doc.get(REASON)))


def validate(doc: Document, method: str | None = None) -> None:
	"""doc_events handler, after the door: reason, day and person are there as long as the stage discards."""
	before = doc.get_doc_before_save()
	if not _discards(_stage(doc)):
		for fieldname in (REASON, ON, BY):
			if doc.get(fieldname):
				doc.set(fieldname, None)
		if before and _discards(_stage(before)) and doc.get(ERPNEXT_STATUS) == UNQUALIFIED:
			doc.set(ERPNEXT_STATUS, IN_PROCESS)
	elif before and _discards(_stage(before)):
		# none yet, where the stage was written past the door or has come to discard those who stand in it
		doc.set(ON, before.get(ON) or doc.get(PROSPECT.entered_on_field))
		doc.set(BY, before.get(BY))
	else:
		doc.set(ON, doc.get(PROSPECT.entered_on_field))
		doc.set(BY, frappe.session.user)
		doc.set(ERPNEXT_STATUS, UNQUALIFIED)


def tell(doc: Document, method: str | None = None) -> None:
	"""doc_events handler: tell the form which reasons the prospect meets."""
	doc.set_onload("met_disqualification_reasons", met_by(doc))


def met_by(doc: Document) -> list[dict]:
	"""Return the reasons whose condition an open prospect meets, with name, label and description. No query."""
	if _discards(_stage(doc)):
		return []
	conditions = [row for row in master.records(REASONS).values() if row.condition and not row.disabled]
	values = doc.as_dict() if conditions else {}
	return [
		{"name": row.name, "label": _(row.name), "description": row.description and _(row.description)}
		for row in conditions
		if _holds(row, values)
	]


def _holds(reason, values: dict) -> bool:
	"""One that was valid when it was saved and breaks now does not hold, and keeps nobody from working."""
	try:
		return bool(requirements.evaluate(reason.condition, values))
	except Exception:
		frappe.log_error(
			title=_("The condition of {0} cannot be evaluated").format(reason.name), defer_insert=True
		)
		return False


def _is_given_now(doc: Document) -> bool:
	before = doc.get_doc_before_save()
	return bool(doc.get(REASON)) and (not before or before.get(REASON) != doc.get(REASON))


def _stage(doc: Document) -> Stage | None:
	return stages.get_stages(PROSPECT).get(doc.get(PROSPECT.stage_field))


def _discards(stage: Stage | None) -> bool:
	return bool(stage) and (stage.outcome in DISCARDED or stage.process_status in DISCARDING)


def _first_lost() -> str | None:
	lost = (stage.name for stage in stages.enabled(PROSPECT).values() if stage.outcome is Outcome.LOST)
	return next(lost, None)


def _with_reason(reason: str, comment: str | None) -> str:
	"""Return what the history keeps: the reason too, for the record forgets it when it comes back."""
	return ". ".join(filter(None, (_(reason), (comment or "").strip())))


def _refuse(message: str) -> None:
	frappe.throw(message, DisqualificationError, title=_("Disqualification"))
