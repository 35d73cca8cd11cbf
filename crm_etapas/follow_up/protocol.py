"""The attempt protocol of a stage: which try comes next and when, and what follows when the last was in vain.

Tries are counted since the record entered the stage, with the one that brought it there, or since the client last
answered. Nothing of it is kept: it follows from the contacts and the history.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import get_datetime, now_datetime

from crm_etapas.follow_up import counters
from crm_etapas.follow_up.interactions import is_answered
from crm_etapas.pipeline import history, stages, triggers
from crm_etapas.pipeline.history import Move
from crm_etapas.pipeline.registry import Pipeline, pipelines_of
from crm_etapas.pipeline.stages import Stage
from crm_etapas.pipeline.vocabulary import Cause
from crm_etapas.pipeline.working_time import (
	after_working_days,
	after_working_time,
	holidays_of,
	working_hours,
)

DOCTYPE, FIELD = "Attempt Protocol", "attempt_protocol"
SAVEPOINT = "planning_a_try"
AT_ONCE = timedelta(minutes=5)  # what is overdue already
ROUNDED_OFF = 1  # second, so that what would end when the day closes begins the next one


@dataclass(frozen=True)
class Standing:
	"""A record in a stage with a protocol, and how many tries it has had there."""

	pipeline: Pipeline
	stage: Stage
	protocol: Document
	tries: int

	@property
	def is_over(self) -> bool:
		return self.tries >= len(self.protocol.steps)

	def next_try(self, company: str | None, since: datetime) -> dict | None:
		"""Return date, medium and subject of the try to come, after one that was made at a moment."""
		if self.is_over:
			return None
		step = self.protocol.steps[self.tries]
		return {
			"date": due(step, company, since),
			"medium": step.medium,
			"subject": step.subject and _(step.subject),
		}

	@property
	def ends_in(self) -> Stage | None:
		"""The stage that the record goes to when the last try is in vain."""
		if self.protocol.next_stage_doctype != self.pipeline.stage_doctype:
			return None
		stage = stages.get_stages(self.pipeline).get(self.protocol.next_stage)
		return stage if stage and stage.name != self.stage.name else None


def standing(doc: Document) -> Standing | None:
	"""Return where a record is in the protocol of its stage; None, without a query, if that has none."""
	for pipeline in pipelines_of(doc.doctype):
		stage = stages.get_stages(pipeline).get(doc.get(pipeline.stage_field))
		if protocol := _protocol_of(stage):
			return Standing(pipeline, stage, protocol, _tries(doc, pipeline))
	return None


def next_standing(doc: Document) -> Standing | None:
	"""Return where a record will be once a try that is being made is noted, which may take it to another stage."""
	for pipeline in pipelines_of(doc.doctype):
		current = stages.get_stages(pipeline).get(doc.get(pipeline.stage_field))
		stage = triggers.destination("Outgoing Contact", pipeline, doc)
		if protocol := _protocol_of(stage or current):
			before = 0 if stage else _tries(doc, pipeline)
			return Standing(pipeline, stage or current, protocol, before + 1)
	return None


def proposal(doc: Document) -> dict | None:
	"""Return what whoever is making a try should know, if the stage has a protocol.

	:return: `attempt`, which one it is, and `of` how many; its `medium` and `hint`; `next`: date, medium and subject
		of the one after it; if there is none, `ends_in`: name and label of the stage that the record goes to.
	"""
	at = next_standing(doc)
	if not at:
		return None
	steps = at.protocol.steps
	current = steps[min(at.tries, len(steps)) - 1]
	ends_in = at.ends_in if at.is_over else None
	return {
		"attempt": at.tries,
		"of": len(steps),
		"medium": current.medium,
		"hint": current.hint and _(current.hint),
		"next": at.next_try(doc.get("company"), now_datetime()),
		"ends_in": ends_in and {"name": ends_in.name, "label": _(ends_in.name)},
	}


def after(doc: Document, communication: Document) -> dict | None:
	"""Return the next try with a record after a contact that has been noted, as `Standing.next_try` does."""
	at = standing(doc) if is_try(communication) else None
	return at and at.next_try(doc.get("company"), _moment(communication))


def tell(doc: Document, method: str | None = None) -> None:
	"""doc_events handler: tell the form how many of its tries a record has had."""
	if at := standing(doc):
		doc.set_onload("attempts", {"made": at.tries, "of": len(at.protocol.steps)})


def follow(communication: Document, doctype: str, name: str) -> None:
	"""Plan the next try after one that came in by itself, or end the protocol if it was the last.

	Whoever notes a try and plans another contact has decided otherwise. What cannot be done is told, and undoes
	nothing.
	"""
	if not is_try(communication) or not _has_protocols(doctype) or not frappe.db.exists(doctype, name):
		return
	doc = frappe.get_doc(doctype, name, for_update=True)
	at = standing(doc)
	if not at:
		return
	if not at.is_over:
		if at.protocol.plan_by_itself and not communication.flags.noted_by_hand and not doc.next_contact_date:
			_plan(doc, at.next_try(doc.get("company"), _moment(communication)))
	elif at.ends_in and not communication.flags.next_contact_follows:
		comment = at.protocol.comment or _("{0} tries without an answer").format(at.tries)
		triggers.attempt(doc, at.pipeline, at.ends_in, Move(Cause.RULE, comment=comment))


def is_try(communication: Document) -> bool:
	return communication.sent_or_received == "Sent" and not is_answered(communication)


def due(step: Document, company: str | None, since: datetime) -> datetime:
	"""Return when a try is due: within the company's working days and hours, and not past."""
	calendar = holidays_of(company or frappe.db.get_default("company")), *working_hours()
	if step.unit == "Working Days":
		moment = after_working_days(since, ceil(step.after), *calendar)
	else:
		moment = after_working_time(since, step.after * 3600 + ROUNDED_OFF, *calendar)
	soon = now_datetime() + AT_ONCE
	if moment < soon:
		moment = after_working_time(soon, ROUNDED_OFF, *calendar)
	return moment.replace(second=0, microsecond=0)


def _protocol_of(stage: Stage | None) -> Document | None:
	if not stage or not stage.record.get(FIELD):
		return None
	protocol = frappe.get_cached_doc(DOCTYPE, stage.record.get(FIELD))
	return None if protocol.disabled else protocol


def _has_protocols(doctype: str) -> bool:
	return any(
		stage.record.get(FIELD)
		for pipeline in pipelines_of(doctype)
		for stage in stages.get_stages(pipeline).values()
	)


def _tries(doc: Document, pipeline: Pipeline) -> int:
	contacts = counters.contacts_of(doc.doctype, [doc.name]).get(doc.name, {})
	answered = max((contact.on for contact in contacts.values() if contact.answered), default=datetime.min)
	entered = get_datetime(doc.get(pipeline.entered_on_field) or doc.creation)
	stay = history.last_stay(pipeline, doc.name)
	brought_here = stay and stay.cause_doctype == "Communication" and stay.cause_name
	return sum(
		contact.is_try and contact.on > answered and (contact.on >= entered or name == brought_here)
		for name, contact in contacts.items()
	)


def _moment(communication: Document) -> datetime:
	return get_datetime(communication.communication_date or communication.creation)


def _plan(doc: Document, planned: dict) -> None:
	frappe.db.savepoint(SAVEPOINT)
	try:
		doc.update({f"next_contact_{part}": value for part, value in planned.items()})
		doc.flags.ignore_mandatory = True
		# a mail that goes out needs no right on the record that it is about
		doc.save(ignore_permissions=True)
	except frappe.ValidationError:
		frappe.db.rollback(save_point=SAVEPOINT)
		frappe.clear_last_message()
		frappe.log_error(
			title=_("The next contact with {0} could not be planned by itself").format(doc.name),
			reference_doctype=doc.doctype,
			reference_name=doc.name,
		)
