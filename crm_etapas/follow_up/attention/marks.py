"""The marks of one record: true after every save, and after whatever else happens to it."""

from datetime import date, datetime

import frappe
from frappe.model.document import Document
from frappe.utils import get_datetime, getdate

from crm_etapas import open_forms
from crm_etapas.follow_up.attention import DOCTYPES, OWN_FIELDS, REASON, ROTTING, SNOOZED, rules
from crm_etapas.pipeline import stages
from crm_etapas.pipeline.registry import Pipeline, pipelines_of
from crm_etapas.pipeline.working_time import holidays_of


def pipeline_of(doctype: str) -> Pipeline:
	"""Return the pipeline by whose stages the records of a DocType rot: its first one."""
	return pipelines_of(doctype)[0]


def validate(doc: Document, method: str | None = None) -> None:
	"""A doc_event: put back what only the app writes, and take the mark off a record that something happened to.

	It costs no query. Setting the mark is left to the night.
	"""
	before = doc.get_doc_before_save()
	for fieldname in OWN_FIELDS:
		doc.set(fieldname, before.get(fieldname) if before else None)
	if doc.get(SNOOZED) and not is_open(doc):
		doc.update({SNOOZED: None, REASON: None})
	if doc.get(ROTTING) and not rotting_since(doc):
		doc.set(ROTTING, None)


def contacted(doctype: str, name: str, on: datetime) -> None:
	"""Take the mark off a record that somebody was in contact with at that moment, unless that was too long ago."""
	if doctype not in DOCTYPES or not frappe.db.get_value(doctype, name, ROTTING):
		return
	record = frappe.db.get_value(doctype, name, "*", as_dict=True)
	record.update(doctype=doctype, last_contact_on=max(record.last_contact_on or on, on))
	if not rotting_since(record):
		frappe.db.set_value(doctype, name, ROTTING, None, update_modified=False)
		open_forms.tell(doctype, name, {ROTTING: None})


def is_open(doc: Document | frappe._dict) -> bool:
	"""Tell whether a record stands in a stage where it is worked on."""
	pipeline = pipeline_of(doc.doctype)
	stage = stages.get_stages(pipeline).get(doc.get(pipeline.stage_field))
	return bool(stage) and not stage.outcome.is_closed


def rotting_since(doc: Document | frappe._dict, pipeline: Pipeline | None = None) -> date | None:
	"""Return since when a record rots, by the stages of a pipeline; None if it does not.

	:param doc: a record of any DocType that has stages; fields that it lacks say nothing.
	"""
	pipeline = pipeline or pipeline_of(doc.doctype)
	stage = stages.get_stages(pipeline).get(doc.get(pipeline.stage_field))
	if not stage or not stage.may_rot:
		return None
	activity = [_moment(doc, field) for field in (pipeline.entered_on_field, "last_contact_on", SNOOZED)]
	planned, holidays = _moment(doc, "next_contact_date"), holidays_of(doc.get("company"))
	since = rules.rots_on(activity, planned, stage.days_until_rotting, holidays)
	return since if since and since <= getdate() else None


def _moment(doc: Document | frappe._dict, fieldname: str) -> datetime | None:
	return get_datetime(doc.get(fieldname)) if doc.get(fieldname) else None
