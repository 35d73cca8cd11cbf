"""Stage Log: one row a stay. Only this module writes it.

A record has one open stay a pipeline; stays follow each other without gap or overlap and the last one
is the record's current stage. The unique index on record, pipeline and stay number keeps two writers
from opening a stay at once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.model.dynamic_links import invalidate_distinct_link_doctypes
from frappe.query_builder import Order
from frappe.utils import cint, format_datetime, get_datetime, now_datetime

from crm_etapas.exceptions import StageError
from crm_etapas.pipeline import bulk_insert
from crm_etapas.pipeline.registry import Pipeline, get_pipeline
from crm_etapas.pipeline.vocabulary import Cause
from crm_etapas.pipeline.working_time import holidays_of, working_seconds

COLUMNS = (
	"name",
	"owner",
	"creation",
	"modified",
	"modified_by",
	"reference_doctype",
	"reference_name",
	"pipeline",
	"sequence",
	"cycle",
	"cycle_entered_on",
	"stage_doctype",
	"stage",
	"previous_stage",
	"entered_on",
	"left_on",
	"seconds",
	"working_seconds",
	"cause",
	"cause_doctype",
	"cause_name",
	"moved_by",
	"responsible",
	"comment",
	"correction",
	"checklist",
	"company",
	"territory",
	"channel",
	"segment",
	"currency",
	"amount",
	"expected_closing",
)


@dataclass(frozen=True)
class Move:
	"""Why a record is being moved: what Stage Log keeps beside the stage itself.

	`on` is when it happened, for what is only told to the site later; without it, now. `takes_back` undoes an
	earlier move: no rule is asked, and no new cycle begins. With `resumes`, that one was a mistake: its stay goes, and
	the one before, which began at `on`, goes on.
	"""

	cause: Cause = Cause.MANUAL
	cause_doctype: str | None = None
	cause_name: str | None = None
	comment: str | None = None
	on: datetime | None = None
	takes_back: bool = False
	resumes: bool = False


def enter(doc: Document, pipeline: Pipeline, move: Move, new_cycle: bool) -> None:
	"""Close the record's open stay and open one in its current stage, at its entering time."""
	insert([next_stay(doc, pipeline, move, new_cycle)])


def next_stay(doc: Document, pipeline: Pipeline, move: Move, new_cycle: bool) -> dict:
	"""Close the record's open stay; return the one in its current stage, not written yet."""
	entered_on = get_datetime(doc.get(pipeline.entered_on_field))
	last = None if doc.flags.in_insert else last_stay(pipeline, doc.name, for_update=True)
	if last and not last.left_on:
		close(last, entered_on)
	return stay(doc, pipeline, move, last, new_cycle)


def last_stay(pipeline: Pipeline, name: str, for_update: bool = False) -> frappe._dict | None:
	"""Return the record's newest stay, open or not."""
	log = frappe.qb.DocType("Stage Log")
	query = (
		_stays_of(pipeline.doctype, name, pipeline.name)
		.select(
			log.name,
			log.sequence,
			log.cycle,
			log.cycle_entered_on,
			log.stage,
			log.entered_on,
			log.left_on,
			log.checklist,
			log.company,
			log.cause,
			log.cause_doctype,
			log.cause_name,
		)
		.orderby(log.sequence, order=Order.desc)
		.limit(1)
	)
	rows = (query.for_update() if for_update else query).run(as_dict=True)
	return rows[0] if rows else None


def close(last: frappe._dict, left_on: datetime) -> None:
	"""End an open stay at a moment, with its calendar and its working time."""
	log = frappe.qb.DocType("Stage Log")
	(
		frappe.qb.update(log)
		.set(log.left_on, left_on)
		.set(log.seconds, max((left_on - last.entered_on).total_seconds(), 0))
		.set(log.working_seconds, working_seconds(last.entered_on, left_on, holidays_of(last.company)))
		.set(log.modified, now_datetime())
		.set(log.modified_by, frappe.session.user)
		.where(log.name == last.name)
		.run()
	)


def resume(pipeline: Pipeline, name: str) -> None:
	"""Take the record's open stay out; the one before it goes on as if it had not ended."""
	mistake = last_stay(pipeline, name, for_update=True)
	frappe.db.delete("Stage Log", {"name": mistake.name})
	log = frappe.qb.DocType("Stage Log")
	(
		frappe.qb.update(log)
		.set(log.left_on, None)
		.set(log.seconds, 0)
		.set(log.working_seconds, 0)
		.set(log.modified, now_datetime())
		.set(log.modified_by, frappe.session.user)
		.where((log.reference_doctype == pipeline.doctype) & (log.reference_name == name))
		.where((log.pipeline == pipeline.name) & (log.sequence == mistake.sequence - 1))
		.run()
	)


def stay(doc: Document, pipeline: Pipeline, move: Move, last: frappe._dict | None, new_cycle: bool) -> dict:
	"""Return the row of Stage Log for a record's entry into its current stage."""
	now, user = now_datetime(), frappe.session.user
	row = {
		"name": new_name(),
		"owner": user,
		"creation": now,
		"modified": now,
		"modified_by": user,
		"reference_doctype": doc.doctype,
		"reference_name": doc.name,
		"pipeline": pipeline.name,
		"sequence": last.sequence + 1 if last else 1,
		"cycle": (last.cycle if last else _first_cycle(doc, pipeline)) + new_cycle,
		"cycle_entered_on": last.cycle_entered_on if last and not new_cycle else None,
		"stage_doctype": pipeline.stage_doctype,
		"stage": doc.get(pipeline.stage_field),
		"previous_stage": last.stage if last else None,
		"entered_on": doc.get(pipeline.entered_on_field),
		"cause": move.cause.value,
		"cause_doctype": move.cause_doctype,
		"cause_name": move.cause_name,
		"moved_by": user,
		"responsible": pipeline.responsible_field and doc.get(pipeline.responsible_field),
		"comment": move.comment,
	}
	for column, fieldname in pipeline.snapshot.items():
		row[column] = doc.get(fieldname)
	return row


def insert(stays: Iterable[dict]) -> None:
	"""Write stays as they are, in one statement a thousand rows.

	One that does not say when its cycle began is in the cycle that the first of these of its record began.
	"""
	rows = _with_cycles({**row, **_numbers(row)} for row in stays)
	if not rows:
		return
	bulk_insert.insert("Stage Log", COLUMNS, rows)
	for column in ("reference_doctype", "stage_doctype", "cause_doctype"):
		for doctype in {row.get(column) for row in rows} - {None}:
			# renaming one of them renames it here too, if Frappe knows that history speaks of such
			invalidate_distinct_link_doctypes("Stage Log", column, doctype)


def of(doctype: str, name: str, pipeline: str | None = None, for_update: bool = False) -> list[frappe._dict]:
	"""Return every stay of a record, oldest first."""
	log = frappe.qb.DocType("Stage Log")
	query = (
		_stays_of(doctype, name, pipeline)
		.select(*(log[column] for column in COLUMNS if column not in ("owner", "modified", "modified_by")))
		.orderby(log.pipeline, log.sequence)
	)
	return (query.for_update() if for_update else query).run(as_dict=True)


def has_been_in(pipeline: Pipeline, name: str, stage: str) -> bool:
	log = frappe.qb.DocType("Stage Log")
	query = _stays_of(pipeline.doctype, name, pipeline.name).where(log.stage == stage)
	return bool(query.select(log.name).limit(1).run())


def moved_by(cause_doctype: str, cause_name: str) -> set[tuple[str, str]]:
	"""Return (record, pipeline) of every record that a document has moved."""
	rows = frappe.get_all(
		"Stage Log",
		filters={
			"cause_doctype": cause_doctype,
			"cause_name": cause_name,
			"cause": ["!=", Cause.RULE.value],
		},
		fields=["reference_name", "pipeline"],
		as_list=True,
	)
	return set(rows)


def standing(stays: Iterable[frappe._dict]) -> list[frappe._dict]:
	"""Return the stays that have not been taken back, oldest first; the last one says why it stands there.

	A stay by rule with a document behind it takes the one before it back.
	"""
	stack = []
	for stay in stays:
		if stay.cause == Cause.RULE.value and stay.cause_name:
			del stack[-1:]
		else:
			stack.append(stay)
	return stack


def knows(stage_doctype: str, stage: str) -> bool:
	"""Tell whether any record stands or has stood in a stage."""
	return bool(frappe.db.exists("Stage Log", {"stage_doctype": stage_doctype, "stage": stage}))


def merge(pipeline: Pipeline, gone: str, kept: str) -> None:
	"""Give a record the stays that another one, merged into it, had before its own first stay."""
	ours = of(pipeline.doctype, kept, pipeline.name, for_update=True)
	theirs = of(pipeline.doctype, gone, pipeline.name, for_update=True)
	joined = join(theirs, ours)
	for name in (gone, kept):
		frappe.db.delete(
			"Stage Log",
			{"reference_doctype": pipeline.doctype, "reference_name": name, "pipeline": pipeline.name},
		)
	now, user = now_datetime(), frappe.session.user
	written = {"modified": now, "modified_by": user, "reference_name": kept}
	insert({"owner": row.moved_by, **row, **written} for row in joined)


def join(earlier: list[frappe._dict], later: list[frappe._dict]) -> list[frappe._dict]:
	"""Return one history of two: `later` whole, before it what of `earlier` lies before its begin.

	Both are the stays of one record, oldest first. The last stay taken over ends where `later` begins.
	"""
	begin = later[0].entered_on if later else datetime.max
	joined = [frappe._dict(stay) for stay in earlier if stay.entered_on < begin]
	if joined and later:
		cut = joined[-1]
		cut.left_on = begin
		cut.seconds = (begin - cut.entered_on).total_seconds()
		cut.working_seconds = working_seconds(cut.entered_on, begin, holidays_of(cut.company))
	joined += [frappe._dict(stay) for stay in later]
	for number, stay in enumerate(joined):
		stay.sequence = number + 1
		stay.cycle_entered_on = None
		stay.previous_stage = joined[number - 1].stage if number else None
	return joined


def correct(name: str, entered_on: datetime, reason: str) -> frappe._dict:
	"""Move the boundary between a stay and the one before it; what was written there before is kept beside it.

	:param name: of the stay in Stage Log.
	:return: reference_doctype, reference_name and pipeline of the record.
	:raises StageError: if the moment is not within the two stays, or no reason is given.
	"""
	columns = ["reference_doctype", "reference_name", "pipeline"]
	reference = frappe.db.get_value("Stage Log", name, columns)
	if not reference:
		frappe.throw(_("There is no stay {0}").format(frappe.bold(name)), StageError)
	frappe.db.get_value(*reference[:2], "name", for_update=True)  # the record first, as every move does
	stays = of(*reference, for_update=True)
	stay = next(stay for stay in stays if stay.name == name)
	before = next((other for other in stays if other.sequence == stay.sequence - 1), None)
	_check_correction(stay, before, entered_on, reason)
	was = f"{format_datetime(stay.entered_on)} → {format_datetime(entered_on)}"
	note = f"{frappe.session.user}, {format_datetime(now_datetime())}: {was}. {reason}"
	if stay.left_on:
		close(frappe._dict(stay, entered_on=entered_on), stay.left_on)
	if before:
		close(before, entered_on)
	log = frappe.qb.DocType("Stage Log")
	(
		frappe.qb.update(log)
		.set(log.entered_on, entered_on)
		.set(log.correction, "\n".join(filter(None, (stay.correction, note))))
		.where(log.name == name)
		.run()
	)
	pipeline = get_pipeline(stay.reference_doctype, stay.pipeline)
	if not before or before.cycle != stay.cycle:
		(
			frappe.qb.update(log)
			.set(log.cycle_entered_on, entered_on)
			.where(log.name.isin([other.name for other in stays if other.cycle == stay.cycle]))
			.run()
		)
	if not stay.left_on:
		frappe.db.set_value(
			pipeline.doctype,
			stay.reference_name,
			pipeline.entered_on_field,
			entered_on,
			update_modified=False,
		)
	return stay


def _check_correction(stay: frappe._dict, before: frappe._dict | None, moment: datetime, reason: str) -> None:
	if not (reason or "").strip():
		frappe.throw(_("Say why the history of {0} is corrected").format(stay.reference_name), StageError)
	earliest = before.entered_on if before else None
	latest = stay.left_on or now_datetime()
	if (earliest and moment < earliest) or moment > latest:
		frappe.throw(
			_("{0} can only have entered {1} between {2} and {3}").format(
				frappe.bold(stay.reference_name),
				frappe.bold(_(stay.stage)),
				format_datetime(earliest) if earliest else "…",
				format_datetime(latest),
			),
			StageError,
			title=_("Wrong Moment"),
		)


def new_name() -> str:
	return frappe.generate_hash(length=16)


def _stays_of(doctype: str, name: str, pipeline: str | None):
	log = frappe.qb.DocType("Stage Log")
	query = frappe.qb.from_(log).where(log.reference_doctype == doctype).where(log.reference_name == name)
	return query.where(log.pipeline == pipeline) if pipeline else query


def _first_cycle(doc: Document, pipeline: Pipeline) -> int:
	return cint(pipeline.cycle_field and doc.get(pipeline.cycle_field)) or 1


def _with_cycles(rows: Iterable[dict]) -> list[dict]:
	begun: dict[tuple, datetime] = {}
	completed = []
	for row in rows:
		cycle = tuple(row.get(key) for key in ("reference_doctype", "reference_name", "pipeline", "cycle"))
		begin = begun.setdefault(cycle, row.get("cycle_entered_on") or row["entered_on"])
		completed.append({**row, "cycle_entered_on": begin})
	return completed


def _numbers(row: dict) -> dict:
	return {column: row.get(column) or 0 for column in ("seconds", "working_seconds", "amount")}
