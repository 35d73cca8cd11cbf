"""Moves many records to a stage, each of them through the door.

What was asked for is a Bulk Move; which records, chosen once with the rights of whoever asks, are its
Bulk Move Records. A chunk of records moves in one transaction together with its results, so a worker that
dies leaves every record either waiting or done.
"""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder.functions import Count
from frappe.utils import cstr, escape_html, now_datetime, strip_html
from rq.timeouts import JobTimeoutException

from crm_etapas.exceptions import StageRequirementError
from crm_etapas.pipeline import bulk_insert, requirements, transition
from crm_etapas.pipeline.deadlock import CONFLICTS
from crm_etapas.pipeline.history import Move, new_name
from crm_etapas.pipeline.registry import Pipeline, get_pipeline
from crm_etapas.pipeline.vocabulary import Cause

CHUNK = 50
ATTEMPTS = 5  # at one record that somebody else holds
COLUMNS = (
	"name",
	"owner",
	"creation",
	"modified",
	"modified_by",
	"bulk_move",
	"reference_name",
	"result",
	"reason",
	"missing",
)


class Result(str, Enum):
	"""What has become of one record, as Bulk Move Record keeps it."""

	WAITING = "Waiting"
	MOVED = "Moved"
	ALREADY_THERE = "Already There"
	REFUSED = "Refused"


@dataclass(frozen=True)
class Outcome:
	"""`missing` is what the stage asked for, for a record that it refused because of that."""

	result: Result
	reason: str | None = None
	missing: tuple[dict, ...] = ()


class TransactionLostError(Exception):
	"""The database has rolled a chunk back and something has kept quiet about it."""


def choose(doctype: str, names: Iterable[str] | None, filters) -> tuple[list[str], list[str]]:
	"""Return which records are meant: those that the user may read, and the given names of the others."""
	if names is None:
		# as the lists of the desk do: checks the filters, and that the user may filter by these fields
		found = frappe.client.get_list(doctype, fields=["name"], filters=filters, limit_page_length=0)
		return sorted({cstr(row.name) for row in found}), []
	asked = {cstr(name) for name in names}
	readable = asked & _readable(doctype, asked)
	return sorted(readable), sorted(asked - readable)


def remember(bulk_move: str, doctype: str, readable: Iterable[str], others: Iterable[str]) -> None:
	"""Write down which records a Bulk Move is about, once and for all."""
	rows = [(name, Outcome(Result.WAITING)) for name in readable]
	rows += [(name, _no_such_record(doctype, name)) for name in others]
	_write(bulk_move, rows)


def move_waiting(job: Document, tell: Callable[[Counter], None]) -> None:
	"""Move every record that waits, chunk by chunk, each chunk committed.

	Records are taken in the order of their names, so that two jobs lock the same ones in the same order. A
	chunk that runs into another transaction is rolled back and tried again in smaller and smaller parts.

	:param tell: is called before each commit with how many records have come to which result.
	"""
	pipeline = get_pipeline(job.reference_doctype, job.pipeline)
	size, attempts, done = CHUNK, 0, counts(job.name)
	while waiting := _waiting(job.name, size):
		try:
			if attempts < ATTEMPTS:
				outcomes = _move_chunk(pipeline, job, waiting.values())
			else:
				outcomes = [_busy(pipeline, name) for name in waiting.values()]
			_rewrite(job.name, waiting, outcomes)
			if job.cause == Cause.RULE.value:
				_tell_on_timelines(job, dict(zip(waiting.values(), outcomes, strict=True)))
			after = done + Counter(outcome.result for outcome in outcomes)
			tell(after)
			frappe.db.commit()  # a chunk is done: whatever happens to the worker, it stays
			size, attempts, done = min(size * 2, CHUNK), 0, after
		except (*CONFLICTS, TransactionLostError):
			frappe.db.rollback()
			attempts += size == 1
			size = max(size // 2, 1)
			time.sleep(0.1 * attempts)


def counts(bulk_move: str) -> Counter:
	"""Return how many records of a Bulk Move have come to each result."""
	record = frappe.qb.DocType("Bulk Move Record")
	query = frappe.qb.from_(record).where(record.bulk_move == bulk_move).groupby(record.result)
	return Counter({Result(result): count for result, count in query.select(record.result, Count("*")).run()})


def try_refused_again(bulk_move: str) -> None:
	"""Let the records that were refused wait again."""
	record = frappe.qb.DocType("Bulk Move Record")
	(
		frappe.qb.update(record)
		.set(record.result, Result.WAITING.value)
		.set(record.reason, None)
		.set(record.missing, None)
		.where(record.bulk_move == bulk_move)
		.where(record.result == Result.REFUSED.value)
		.run()
	)


def forget(bulk_move: str) -> None:
	frappe.db.delete("Bulk Move Record", {"bulk_move": bulk_move})


def lacking(bulk_move: str) -> list[dict]:
	"""Return what the stage asked for and records lacked, each thing once, with `count`: how many lack it.

	The other keys are those of `requirements.missing`.
	"""
	record = frappe.qb.DocType("Bulk Move Record")
	rows = (
		frappe.qb.from_(record)
		.select(record.missing, Count("*"))
		.where(record.bulk_move == bulk_move)
		.where(record.result == Result.REFUSED.value)
		.where(record.missing.isnotnull())
		.groupby(record.missing)
		.run()
	)
	found: dict[tuple, dict] = {}
	for missing, count in rows:
		for entry in json.loads(missing):
			key = (entry["kind"], entry["fieldname"], entry["label"])
			found.setdefault(key, {**entry, "count": 0})["count"] += count
	return sorted(found.values(), key=lambda entry: -entry["count"])


def records(job: Document, result: str | None, start: int, limit: int) -> list[dict]:
	"""Return some records of a Bulk Move with name, title, result and reason, in the order of their names.

	Of a record that the user may not read (any more), whoever asked for the move gets the name, which they
	gave, and nobody else anything.
	"""
	filters = {"bulk_move": job.name, **({"result": result} if result else {})}
	rows = frappe.get_all(
		"Bulk Move Record",
		filters=filters,
		fields=["reference_name as name", "result", "reason"],
		order_by="reference_name",
		limit_start=start,
		limit_page_length=limit,
	)
	titles = _titles(job.reference_doctype, [row.name for row in rows])
	shown = []
	for row in rows:
		if row.name in titles:
			shown.append({**row, "title": titles[row.name]})
		elif job.owner == frappe.session.user:
			hidden = _no_such_record(job.reference_doctype, row.name)
			shown.append(
				{"name": row.name, "title": row.name, "result": hidden.result, "reason": hidden.reason}
			)
	return shown


def _move_chunk(pipeline: Pipeline, job: Document, names: Iterable[str]) -> list[Outcome]:
	frappe.db.savepoint("bulk_chunk")
	outcomes = [_move_in_savepoint(pipeline, job, name) for name in names]
	try:
		frappe.db.release_savepoint("bulk_chunk")
	except frappe.db.OperationalError as error:
		# a deadlock rolls everything back; code that swallowed it has let us go on as if nothing were lost
		raise TransactionLostError from error
	return outcomes


def _move_in_savepoint(pipeline: Pipeline, job: Document, name: str) -> Outcome:
	frappe.db.savepoint("bulk_record")
	try:
		return _move(pipeline, job, name)
	except (*CONFLICTS, JobTimeoutException):
		raise
	except Exception as error:
		frappe.db.rollback(save_point="bulk_record")
		return _refused(pipeline, name, error)
	finally:
		# what one record had to say is kept with it, not shown in a heap
		frappe.clear_messages()
		frappe.local.response.pop("missing", None)


def _move(pipeline: Pipeline, job: Document, name: str) -> Outcome:
	doc = _open(pipeline.doctype, name)
	if not doc:
		return _no_such_record(pipeline.doctype, name)
	if doc.get(pipeline.stage_field) == job.stage:
		return Outcome(Result.ALREADY_THERE)
	_fill_in(doc, json.loads(job.filled_in or "{}"))
	move = Move(Cause(job.cause or Cause.MANUAL), job.doctype, job.name, job.comment)
	transition.move(doc, pipeline, job.stage, move)
	return Outcome(Result.MOVED)


def _open(doctype: str, name: str) -> Document | None:
	"""Return a record that the user may write: locked from here on, and as it is now, not as it was when
	this transaction first looked."""
	try:
		doc = frappe.get_doc(doctype, name, for_update=True)
	except frappe.DoesNotExistError:
		return None
	return doc if doc.has_permission("write") else None


def _fill_in(doc: Document, values: dict) -> None:
	"""Set fields that are empty: one answer for many records overwrites none of theirs."""
	for fieldname, value in values.items():
		df = doc.meta.get_field(fieldname)
		if df and requirements.is_empty(doc.get(fieldname), df.fieldtype):
			doc.set(fieldname, value)


def _refused(pipeline: Pipeline, name: str, error: Exception) -> Outcome:
	if isinstance(error, StageRequirementError):
		return Outcome(Result.REFUSED, strip_html(str(error)), tuple(error.missing))
	if isinstance(error, frappe.ValidationError | frappe.PermissionError):
		messages = [entry.get("message") for entry in frappe.get_message_log()] or [str(error)]
		return Outcome(Result.REFUSED, strip_html(" ".join(filter(None, messages))))
	log = frappe.log_error(
		_("A bulk move could not save a record"), reference_doctype=pipeline.doctype, reference_name=name
	)
	return Outcome(
		Result.REFUSED, _("{0} could not be saved. See Error Log {1}").format(name, log and log.name)
	)


def _no_such_record(doctype: str, name: str) -> Outcome:
	"""In the same words whether it does not exist, is hidden or may not be changed."""
	return Outcome(
		Result.REFUSED,
		_("There is no {0} {1} that you may change. Check the name, or ask for access").format(
			_(doctype), name
		),
	)


def _busy(pipeline: Pipeline, name: str) -> Outcome:
	return Outcome(
		Result.REFUSED,
		_("Somebody else is changing {0} {1}. Try again later").format(_(pipeline.doctype), name),
	)


def _waiting(bulk_move: str, limit: int) -> dict[str, str]:
	"""Return the next records that wait: name of the row to name of the record."""
	return dict(
		frappe.get_all(
			"Bulk Move Record",
			filters={"bulk_move": bulk_move, "result": Result.WAITING.value},
			fields=["name", "reference_name"],
			order_by="reference_name",
			limit=limit,
			as_list=True,
		)
	)


def _rewrite(bulk_move: str, waiting: dict[str, str], outcomes: Sequence[Outcome]) -> None:
	"""Replace rows that waited: two statements, however different their results."""
	frappe.db.delete("Bulk Move Record", {"name": ["in", list(waiting)]})
	_write(bulk_move, zip(waiting.values(), outcomes, strict=True))


def _write(bulk_move: str, rows: Iterable[tuple[str, Outcome]]) -> None:
	written = {**_written_now(), "bulk_move": bulk_move}
	bulk_insert.insert(
		"Bulk Move Record",
		COLUMNS,
		[
			{
				**written,
				"name": new_name(),
				"reference_name": name,
				"result": outcome.result.value,
				"reason": outcome.reason,
				"missing": json.dumps(outcome.missing, ensure_ascii=False) if outcome.missing else None,
			}
			for name, outcome in rows
		],
	)


def _tell_on_timelines(job: Document, outcomes: dict[str, Outcome]) -> None:
	"""Nobody waits for what a rule moves, so a record that it could not move says so itself."""
	stage = frappe.bold(escape_html(_(job.stage)))
	said = _("It could not move to {0} by itself: {1}")
	written = {**_written_now(), "comment_type": "Info", "reference_doctype": job.reference_doctype}
	rows = [
		{
			**written,
			"name": new_name(),
			"comment_email": frappe.session.user,
			"reference_name": name,
			"content": said.format(stage, escape_html(outcome.reason)),
		}
		for name, outcome in outcomes.items()
		if outcome.result is Result.REFUSED
	]
	if rows:
		bulk_insert.insert("Comment", tuple(rows[0]), rows)


def _written_now() -> dict:
	now, user = now_datetime(), frappe.session.user
	return {"owner": user, "creation": now, "modified": now, "modified_by": user}


def _readable(doctype: str, names: Iterable[str]) -> set[str]:
	return set(_titles(doctype, names))


def _titles(doctype: str, names: Iterable[str]) -> dict[str, str]:
	"""Return the title of each of these records that the user may read, by name."""
	names = list(names)
	if not names:
		return {}
	title = frappe.get_meta(doctype).get_title_field()
	rows = frappe.get_list(
		doctype, filters={"name": ["in", names]}, fields=["name", f"{title} as title"], limit_page_length=0
	)
	return {cstr(row.name): row.title or cstr(row.name) for row in rows}
