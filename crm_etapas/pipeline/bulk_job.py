"""Starts bulk moves: a few records at once, many in the background, with the progress on the document."""

import json
from collections import Counter
from collections.abc import Iterable

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import now_datetime
from frappe.utils.file_lock import LockTimeoutError

from crm_etapas.exceptions import BulkMoveError
from crm_etapas.pipeline import bulk, document_job, stages
from crm_etapas.pipeline.bulk import Result
from crm_etapas.pipeline.registry import Pipeline
from crm_etapas.pipeline.vocabulary import Cause

AT_ONCE = 20


def create(
	pipeline: Pipeline,
	stage: str,
	names: Iterable[str] | None,
	filters: list | dict | None,
	comment: str | None,
	values: dict,
) -> Document:
	"""Make a Bulk Move of the records meant, frozen as they are now, and start it.

	:raises StageError: if records cannot enter the stage.
	:raises BulkMoveError: if no record is meant.
	"""
	stages.get_open_stage(pipeline, stage)
	readable, others = bulk.choose(pipeline.doctype, names, filters)
	if not readable and not others:
		frappe.throw(_("There is nothing to move. Choose at least one record"), BulkMoveError)
	return _create(pipeline, stage, readable, others, comment, values, Cause.MANUAL)


def create_by_rule(pipeline: Pipeline, stage: str, names: list[str], comment: str) -> Document:
	"""Make a Bulk Move of records that a rule moves, whoever may read them, and start it.

	:raises StageError: if records cannot enter the stage.
	"""
	stages.get_open_stage(pipeline, stage)
	return _create(pipeline, stage, sorted(names), [], comment, {}, Cause.RULE)


def go_on_by_rule() -> None:
	"""Start what rules were moving and what broke off."""
	broken_off = {"cause": Cause.RULE.value, "status": ["in", ("Queued", "Running", "Failed")]}
	for name in frappe.get_all("Bulk Move", broken_off, pluck="name"):
		doc = frappe.get_doc("Bulk Move", name)
		if not document_job.is_running(doc):
			start(doc, waiting=bulk.counts(name)[Result.WAITING])


def _create(
	pipeline: Pipeline,
	stage: str,
	readable: list[str],
	others: list[str],
	comment: str | None,
	values: dict,
	cause: Cause,
) -> Document:
	doc = frappe.get_doc(
		{
			"doctype": "Bulk Move",
			"reference_doctype": pipeline.doctype,
			"pipeline": pipeline.name,
			"stage_doctype": pipeline.stage_doctype,
			"stage": stage,
			"cause": cause.value,
			"comment": comment,
			"filled_in": json.dumps(values, ensure_ascii=False) if values else None,
			"total": len(readable) + len(others),
			"refused": len(others),
		}
	).insert(ignore_permissions=True)  # a DocType that nobody makes records of by hand
	bulk.remember(doc.name, pipeline.doctype, readable, others)
	start(doc, waiting=len(readable))
	return doc


def go_on(doc: Document, comment: str | None, values: dict) -> None:
	"""Go on with the records that wait; with an answer to what was missing, or if none waits, with those
	that were refused too.

	:raises BulkMoveError: if it is running.
	"""
	refuse_while_running(doc)
	if comment or values or not bulk.counts(doc.name)[Result.WAITING]:
		bulk.try_refused_again(doc.name)
	merged = {**json.loads(doc.filled_in or "{}"), **values}
	doc.db_set(
		{
			"comment": comment or doc.comment,
			"filled_in": json.dumps(merged, ensure_ascii=False) if merged else None,
		}
	)
	start(doc, waiting=bulk.counts(doc.name)[Result.WAITING])


def start(doc: Document, waiting: int) -> None:
	"""Move the records that wait: now if they are few, in the background if they are many."""
	doc.db_set({"status": "Queued", "error": None})
	if waiting <= AT_ONCE:
		frappe.db.commit()  # a chunk that has to be rolled back must not take the Bulk Move with it
		execute(doc.name)
		doc.reload()
		return
	document_job.enqueue(doc, "crm_etapas.pipeline.bulk_job.execute", bulk_move=doc.name)


def refuse_while_running(doc: Document) -> None:
	"""Refuse what must not happen while a Bulk Move runs or waits for a worker.

	:raises BulkMoveError:
	"""
	document_job.refuse_while_running(doc, BulkMoveError)


def execute(bulk_move: str) -> None:
	"""Move the records that wait; how it ends, a failure too, is written on the document.

	Whoever comes second while it runs has nothing to do.
	"""
	doc = frappe.get_doc("Bulk Move", bulk_move)
	try:
		with document_job.only_one(doc):
			_execute(doc)
	except LockTimeoutError:
		return


def _execute(doc: Document) -> None:
	doc.db_set({"status": "Running", "started_on": now_datetime(), "finished_on": None}, notify=True)
	frappe.db.commit()  # seen while it runs
	with document_job.language_of_user():
		try:
			bulk.move_waiting(doc, lambda counts: _tell(doc, counts))
			ending = {"status": "Completed", "error": None}
		except Exception:
			frappe.db.rollback()
			log = doc.log_error(_("The bulk move broke off"))
			message = _("It broke off. What has moved stays; go on to move the rest. See Error Log {0}")
			ending = {"status": "Failed", "error": message.format(log and log.name)}
	figures = _figures(doc, bulk.counts(doc.name))
	if figures["refused"] and ending["status"] == "Completed":
		ending["status"] = "Partly Refused"
	doc.db_set({**ending, **figures, "finished_on": now_datetime()}, notify=True)
	if doc.cause == Cause.MANUAL:
		with document_job.language_of_user():
			document_job.tell_end(doc)
	frappe.db.commit()  # the outcome outlives whatever the worker does next


def _figures(doc: Document, counts: Counter) -> dict:
	figures = {
		"moved": counts[Result.MOVED],
		"already_there": counts[Result.ALREADY_THERE],
		"refused": counts[Result.REFUSED],
	}
	return {**figures, "progress": 100 * sum(figures.values()) / max(doc.total, 1)}


def _tell(doc: Document, counts: Counter) -> None:
	"""Write how far it is on the document, and tell whoever looks at it."""
	figures = _figures(doc, counts)
	frappe.db.set_value(doc.doctype, doc.name, figures, update_modified=False)
	frappe.publish_realtime(
		"bulk_move_progress",
		{"document": doc.name, **figures},
		doctype=doc.doctype,
		docname=doc.name,
		after_commit=True,
	)
