"""What an admin says of coming back, on stages and on reasons for a loss: read from the cache, refused if it cannot be."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, escape_html

from crm_etapas import master
from crm_etapas.cycle import PIPELINES
from crm_etapas.exceptions import ComingBackError
from crm_etapas.pipeline import stages
from crm_etapas.pipeline.registry import Pipeline, pipeline_of_stages
from crm_etapas.pipeline.stages import Stage
from crm_etapas.pipeline.vocabulary import Outcome

REASONS = {"Lead": "Disqualification Reason", "Opportunity": "Opportunity Lost Reason"}
OF_STAGE = ("wakes_into", "days_until_waking", "comes_back_to", "comes_back_user", "comes_back_as", "outcome")
OF_REASON = (
	"never_comes_back",
	"comes_back_after_days",
	"comes_back_into",
	"comes_back_to",
	"comes_back_user",
	"comes_back_as",
)


def of_stage(doctype: str, stage: str) -> frappe._dict:
	"""Return what the stage of a record of this DocType says of coming back."""
	return master.records(PIPELINES[doctype].stage_doctype).get(stage) or frappe._dict()


def of_reason(doctype: str, reason: str) -> frappe._dict | None:
	return master.records(REASONS[doctype]).get(reason)


def reasons_of(doc: Document) -> list[str]:
	"""Return why a record was lost."""
	if doc.doctype == "Lead":
		return [doc.disqualification_reason] if doc.get("disqualification_reason") else []
	return [row.lost_reason for row in doc.get("lost_reasons") or [] if row.lost_reason]


def validate_stage(doc: Document, method: str | None = None) -> None:
	"""doc_events handler of the stages.

	:raises ComingBackError: if records cannot come back as the stage says.
	"""
	if doc.outcome not in (Outcome.ON_HOLD.value, Outcome.LOST.value):
		return
	_check_user(doc, doc.stage_name)
	if not doc.wakes_into:
		return
	if doc.wakes_into in (doc.name, doc.stage_name):
		_refuse(_("{0} cannot come back into itself. Choose an open stage").format(_bold(doc.stage_name)))
	pipeline = pipeline_of_stages(doc.doctype)
	_check_target(pipeline, doc.wakes_into)
	next_ones = [row.stage for row in doc.get("allowed_next_stages") or []]
	if next_ones and doc.wakes_into not in next_ones and doc.get("comes_back_as") != "New Opportunity":
		_refuse(
			_(
				"From {0} nothing may go to {1}. Add it to the allowed next stages, or choose another one"
			).format(_bold(doc.stage_name), _bold(doc.wakes_into))
		)


def validate_reason(doc: Document, method: str | None = None) -> None:
	"""doc_events handler of the reasons for a loss.

	:raises ComingBackError: if records cannot come back as the reason says.
	"""
	if doc.never_comes_back:
		return
	if cint(doc.comes_back_after_days) < 0:
		_refuse(_("{0}: nobody comes back before they are lost. Give days from 0 on").format(_bold(doc.name)))
	_check_user(doc, doc.name)
	if doc.comes_back_into:
		doctype = next(doctype for doctype, reasons in REASONS.items() if reasons == doc.doctype)
		_check_target(PIPELINES[doctype], doc.comes_back_into)


def check_open(pipeline: Pipeline, name: str) -> Stage:
	"""Return a stage that work goes on in.

	:raises ComingBackError: if it ends or puts off the work. `UnknownStageError`, `DisabledStageError` as the door.
	"""
	stage = stages.get_open_stage(pipeline, name)
	if stage.outcome is not Outcome.OPEN:
		_refuse(
			_(
				"{0} is no open stage, so nothing can come back into it. Choose one that work goes on in"
			).format(_bold(name))
		)
	return stage


def forget(doc: Document, method: str | None = None, *args, **kwargs) -> None:
	"""doc_events handler of stages and reasons: what was read of them is read again."""
	master.clear_cache(doc.doctype)


def has_changed(doc: Document) -> bool:
	"""Tell whether a save changes when records come back."""
	fields = OF_REASON if doc.doctype in REASONS.values() else OF_STAGE
	return any(doc.meta.has_field(field) and doc.has_value_changed(field) for field in fields)


def _check_target(pipeline: Pipeline, name: str) -> None:
	if name in stages.get_stages(pipeline):  # not, while it is being renamed
		check_open(pipeline, name)


def _check_user(doc: Document, title: str) -> None:
	if doc.comes_back_to == "A User" and not doc.comes_back_user:
		_refuse(_("{0}: say which user gets what comes back").format(_bold(title)))
	if not doc.comes_back_user or not doc.has_value_changed("comes_back_user"):
		return
	enabled, kind = frappe.get_cached_value("User", doc.comes_back_user, ["enabled", "user_type"]) or (0, "")
	if not enabled or kind != "System User":
		_refuse(
			_("{0}: {1} is disabled or has no access to the desk. Choose somebody else").format(
				_bold(title), _bold(doc.comes_back_user)
			)
		)


def _bold(text: str) -> str:
	return frappe.bold(escape_html(_(text)))


def _refuse(message: str) -> None:
	frappe.throw(message, ComingBackError, title=_("Coming Back by Itself"))
