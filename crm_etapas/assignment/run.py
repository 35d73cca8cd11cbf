"""Many prospects find somebody in the background: Assignment Run, a job with its progress.

Prospects of whoever is gone, those that wait in the queue, those that somebody chose in the list. A chunk is one
transaction; what a run that broke off has left undone the next one finds.
"""

import json
from collections.abc import Iterable

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_to_date, getdate, now_datetime, today
from frappe.utils.file_lock import LockTimeoutError

from crm_etapas.assignment import QUEUE, dry_run, handover, load, match, on_save, reps, waiting
from crm_etapas.assignment.log import Cause
from crm_etapas.assignment.rules import Reason
from crm_etapas.exceptions import AssignmentError
from crm_etapas.pipeline import document_job
from crm_etapas.pipeline.deadlock import ATTEMPTS, CONFLICTS

DOCTYPE = "Assignment Run"
HAND_OVER, WAITING, CHOSEN, DRY_RUN = "Hand Over", "Queue", "Chosen Prospects", "Dry Run"
CAUSES = {HAND_OVER: Cause.RETURNED, WAITING: Cause.QUEUE, CHOSEN: Cause.ASKED_FOR}
CHUNK = 50
MATCHED_AT_ONCE = 500
AT_ONCE = 20
MOST_PROBLEMS = 20


def review_soon() -> None:
	"""Look in the background, once this transaction is through, whether somebody's prospects or the queue must move."""
	if on_save.is_on():
		frappe.enqueue(
			"crm_etapas.assignment.run.review",
			queue="long",
			job_id="crm_etapas_assignment_review",
			deduplicate=True,
			enqueue_after_commit=True,
		)


def review() -> None:
	"""Start what is due: prospects of whoever is gone, and those that wait for somebody who fits."""
	if not on_save.is_on():
		return
	day = getdate(today())
	everybody = reps.all_reps().values()
	for rep in everybody:
		missing = rep.missing_on(day)
		leaves = missing in (Reason.ABSENT, Reason.ON_LEAVE) and rep.hands_over
		if rep.away is Reason.USER_DISABLED or leaves:
			hand_over(rep.user, _why(rep.away if rep.away is Reason.USER_DISABLED else missing))
	if _somebody_fits_now(waiting.names()):
		_start(WAITING, reason=_("Somebody may fit now"))


def _somebody_fits_now(names: list[str]) -> bool:
	"""Tell whether any of the prospects that wait would find somebody."""
	return any(
		decision.rep
		for start in range(0, len(names), MATCHED_AT_ONCE)
		for decision in match.match_names(names[start : start + MATCHED_AT_ONCE])
	)


def hand_over(user: str, reason: str) -> Document | None:
	"""Give the open prospects of somebody to colleagues, in the background; not twice at once."""
	if not open_prospects(user, limit=1):
		return None
	return _start(HAND_OVER, from_user=user, reason=reason)


def hand_over_at_once(user: str, reason: str) -> None:
	"""The same within this transaction, of a user who is being deleted.

	:raises AssignmentError: if they are too many for that.
	"""
	names = open_prospects(user, limit=CHUNK + 1)
	if len(names) > CHUNK:
		frappe.throw(
			_(
				"{0} has more than {1} open prospects. Disable the user first: they are handed over then"
			).format(frappe.bold(user), CHUNK),
			AssignmentError,
			title=_("Open Prospects"),
		)
	docs = [frappe.get_doc("Lead", name, for_update=True) for name in names]
	for doc, decision in zip(docs, match.match(docs), strict=True):
		handover.hand(doc, decision, Cause.RETURNED, reason)


def assign_chosen(names: list[str]) -> Document:
	"""Find somebody for some prospects that a user has chosen: at once if they are few."""
	doc = _make(CHOSEN, total=len(names), arguments=json.dumps({"names": names}))
	if len(names) <= AT_ONCE:
		frappe.db.commit()  # a chunk that has to be rolled back must not take the run with it
		execute(doc.name)
		doc.reload()
	else:
		_enqueue(doc)
	return doc


def try_out(arguments: dict) -> Document:
	"""Make a dry run of many prospects, in the background."""
	doc = _make(DRY_RUN, arguments=json.dumps(arguments, default=str))
	_enqueue(doc)
	return doc


def open_prospects(user: str, limit: int | None = None) -> list[str]:
	return frappe.get_all(
		"Lead",
		{"lead_owner": user, "prospect_stage": ["in", load.open_stages()]},
		pluck="name",
		order_by="name asc",
		limit=limit,
	)


def refuse_while_running(doc: Document) -> None:
	document_job.refuse_while_running(doc, AssignmentError)


def execute(name: str) -> None:
	"""Do a run; how it ends, a failure too, is written on it. Whoever comes second has nothing to do."""
	doc = frappe.get_doc(DOCTYPE, name)
	try:
		with document_job.only_one(doc):
			_execute(doc)
	except LockTimeoutError:
		return


def _start(kind: str, **values) -> Document | None:
	under_way = {
		"kind": kind,
		"status": ["in", ["Queued", "Running"]],
		"modified": [">", add_to_date(now_datetime(), seconds=-document_job.TIMEOUT)],
		**({"from_user": values["from_user"]} if "from_user" in values else {}),
	}
	if frappe.db.exists(DOCTYPE, under_way):
		return None
	doc = _make(kind, **values)
	_enqueue(doc)
	return doc


def _make(kind: str, **values) -> Document:
	return frappe.get_doc({"doctype": DOCTYPE, "kind": kind, **values}).insert(
		ignore_permissions=True  # a DocType that nobody makes records of by hand
	)


def _enqueue(doc: Document) -> None:
	document_job.enqueue(doc, "crm_etapas.assignment.run.execute", name=doc.name)


def _execute(doc: Document) -> None:
	doc.db_set({"status": "Running", "started_on": now_datetime(), "finished_on": None}, notify=True)
	frappe.db.commit()  # seen while it runs
	with document_job.language_of_user():
		try:
			ending = _try_out(doc) if doc.kind == DRY_RUN else _Run(doc).run()
		except Exception:
			frappe.db.rollback()
			error = doc.log_error(_("The assignment broke off"))
			message = _("It broke off. What was given stays given. See Error Log {0}")
			ending = {"status": "Failed", "error": message.format(error and error.name)}
		doc.db_set({**ending, "finished_on": now_datetime()}, notify=True)
		if doc.kind in (CHOSEN, DRY_RUN):
			document_job.tell_end(doc)
	frappe.db.commit()  # the outcome outlives whatever the worker does next


def _try_out(doc: Document) -> dict:
	arguments = json.loads(doc.arguments)
	total = dry_run.about(arguments["from_date"], arguments["until_date"])
	result = dry_run.of(**arguments, progress=lambda done: _tell(doc, done, total))
	return {
		"status": "Completed",
		"progress": 100,
		"total": result["total"],
		"result": json.dumps(result),
	}


class _Run:
	"""Gives some prospects, a chunk at a time."""

	def __init__(self, doc: Document):
		self.doc, self.cause = doc, CAUSES[doc.kind]
		self.figures = {"assigned": 0, "queued": 0, "refused": 0}
		self.problems: list[str] = []
		self.first_queued: Document | None = None

	def run(self) -> dict:
		names = self._names()
		self.doc.db_set("total", len(names))
		for start in range(0, len(names), CHUNK):
			self._chunk(names[start : start + CHUNK])
			_tell(self.doc, start + CHUNK, len(names), **self.figures)
			frappe.db.commit()  # a chunk is whole
		if self.first_queued:
			waiting.tell(self.first_queued.get(QUEUE), [self.first_queued], self.figures["queued"])
		return {
			"status": "Partly Refused" if self.figures["refused"] else "Completed",
			"progress": 100,
			"problems": "\n".join(self.problems[:MOST_PROBLEMS]),
			**self.figures,
		}

	def _names(self) -> list[str]:
		if self.doc.kind == HAND_OVER:
			return open_prospects(self.doc.from_user)
		if self.doc.kind == WAITING:
			return waiting.names()
		return json.loads(self.doc.arguments)["names"]

	def _chunk(self, names: list[str]) -> None:
		for attempt in range(1, ATTEMPTS + 1):
			before = dict(self.figures), list(self.problems)
			try:
				return self._give(names)
			except CONFLICTS:
				frappe.db.rollback()
				self.figures, self.problems = before
				if attempt == ATTEMPTS:
					self.figures["refused"] += len(names)
					self.problems.append(_("Somebody else keeps {0} and others locked").format(names[0]))

	def _give(self, names: list[str]) -> None:
		docs = self._still_meant(names)
		for doc, decision in zip(docs, match.match(docs), strict=True):
			frappe.db.savepoint("a_prospect")
			try:
				changed = handover.hand(doc, decision, self.cause, self.doc.reason)
			except (frappe.ValidationError, frappe.PermissionError) as error:
				frappe.db.rollback(save_point="a_prospect")
				frappe.clear_messages()
				self.figures["refused"] += 1
				self.problems.append(f"{doc.name}: {frappe.utils.strip_html(str(error))}")
			else:
				self.figures["assigned"] += bool(changed and decision.rep)
				if changed and not decision.rep:
					self.figures["queued"] += 1
					self.first_queued = self.first_queued or doc

	def _still_meant(self, names: list[str]) -> list[Document]:
		"""Lock the prospects, before the loads as every save does, and return those that nobody has given meanwhile."""
		table = frappe.qb.DocType("Lead")
		rows = (
			frappe.qb.from_(table)
			.select(table.name, table.lead_owner, table.assignment_queue, table.prospect_stage)
			.where(table.name.isin(names))
			.orderby(table.name)
			.for_update()
			.run(as_dict=True)
		)
		return [
			frappe.get_doc("Lead", row.name)
			for row in rows
			if load.is_open(row.prospect_stage)
			and (self.doc.kind != HAND_OVER or row.lead_owner == self.doc.from_user)
			and (self.doc.kind != WAITING or row.assignment_queue)
		]


def _tell(doc: Document, done: int, total: int, **figures) -> None:
	progress = 100 * min(done, total) / max(total, 1)
	frappe.db.set_value(doc.doctype, doc.name, {"progress": progress, **figures}, update_modified=False)
	frappe.publish_realtime(
		"assignment_progress",
		{"document": doc.name, "progress": progress, **figures},
		doctype=doc.doctype,
		docname=doc.name,
		after_commit=True,
	)


def _why(reason: Reason) -> str:
	return {
		Reason.USER_DISABLED: _("the user is disabled"),
		Reason.ABSENT: _("an absence has begun"),
		Reason.ON_LEAVE: _("a leave has begun"),
	}[reason]


def chosen_names(names: Iterable[str]) -> list[str]:
	"""Return those of some prospects that the user may write and that are still worked on, in order."""
	found = frappe.get_list(
		"Lead",
		{"name": ["in", list(names)], "prospect_stage": ["in", load.open_stages()]},
		pluck="name",
		limit=0,
	)
	return [name for name in sorted(found) if frappe.has_permission("Lead", "write", doc=name)]
