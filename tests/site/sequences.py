"""A small company that works with its pipelines: what can be done to leads, opportunities and all around them.

Every step is a request: it is carried through whole, or refused and leaves nothing behind.
"""

from contextlib import contextmanager

import frappe

from crm_etapas.pipeline import history, stages, truth
from crm_etapas.pipeline.vocabulary import Outcome
from crm_etapas.pipelines import OPPORTUNITY, PROSPECT
from tests.site.factories import WHY_LOST, WHY_WON
from tests.site.invariants import assert_no_history_without_a_record, assert_whole

PIPELINES = {"Lead": PROSPECT, "Opportunity": OPPORTUNITY}
KINDS = ("Lead", "Opportunity", "Quotation", "Sales Order", "Customer", "Communication", "Event")

# what a request may answer with; anything else is an error of the app
REFUSALS = (frappe.ValidationError, frappe.PermissionError)


class Company:
	"""The documents that a sequence has made, and which of its records were written past the door."""

	def __init__(self):
		frappe.db.rollback()  # what a sequence that broke off has left
		self.names = {kind: [] for kind in KINDS}
		self.past_the_door = set()
		self.refused = []
		_forget_what_waits()

	def gone(self) -> None:
		"""Roll all of it back: in one transaction Frappe refuses to write as much as many sequences do."""
		frappe.db.rollback()
		_forget_what_waits()

	def pick(self, kind: str, number: int, docstatus: int | None = None):
		"""Return one of the company's documents as it is now, or None if it has none."""
		names = self.names[kind]
		if docstatus is not None:
			names = [name for name in names if frappe.db.get_value(kind, name, "docstatus") == docstatus]
		return frappe.get_doc(kind, names[number % len(names)]) if names else None

	def pick_record(self, number: int):
		"""Return a lead or an opportunity."""
		records = [(kind, name) for kind in PIPELINES for name in self.names[kind]]
		return frappe.get_doc(*records[number % len(records)]) if records else None

	def add(self, doc) -> None:
		self.names[doc.doctype].append(doc.name)

	def renamed(self, doctype: str, old: str, new: str) -> None:
		names = self.names[doctype]
		names.remove(old)
		if new not in names:
			names.append(new)
		if (doctype, old) in self.past_the_door:
			self.past_the_door.add((doctype, new))

	@contextmanager
	def request(self):
		"""Commit what is done, or undo all of it if it is refused."""
		frappe.db.savepoint("a_request")
		before = self.picture()
		try:
			yield
			frappe.db.before_commit.run()
		except REFUSALS as refusal:
			self.refused.append(refusal)
			frappe.db.rollback(save_point="a_request")
			_forget_what_waits()
			assert self.picture() == before
		finally:
			frappe.db.before_commit.reset()
			frappe.db.after_commit.reset()
			frappe.local.message_log = []

	def picture(self) -> dict:
		"""Return stage, status and number of stays of every record."""
		return {
			(doctype, name): (
				*frappe.db.get_value(doctype, name, [PIPELINES[doctype].stage_field, "status"]),
				frappe.db.count("Stage Log", {"reference_doctype": doctype, "reference_name": name}),
			)
			for doctype in PIPELINES
			for name in self.names[doctype]
		}

	def assert_whole(self) -> None:
		for doctype in PIPELINES:
			for name in self.names[doctype]:
				if (doctype, name) not in self.past_the_door:
					assert_whole(frappe._dict(doctype=doctype, name=name))
			assert_no_history_without_a_record(doctype)

	def repair(self) -> None:
		truth.repair()
		frappe.db.before_commit.run()
		self.past_the_door.clear()

	def forget_deleted(self) -> None:
		"""Deleting one document can delete others."""
		for kind, names in self.names.items():
			names[:] = [name for name in names if frappe.db.exists(kind, name)]


def stage_name(doctype: str, number: int) -> str:
	names = list(stages.get_stages(PIPELINES[doctype]))
	return names[number % len(names)]


def why(doctype: str, stage: str) -> dict | None:
	"""Return what a closing stage asks of an opportunity."""
	outcome = stages.get_stage(PIPELINES[doctype], stage).outcome
	if doctype == "Lead":
		return None
	return {Outcome.LOST: {**WHY_LOST, "close_quotations": 1}, Outcome.WON: WHY_WON}.get(outcome)


def statuses(doctype: str) -> list[str]:
	return list(PIPELINES[doctype].status.outcomes)


def stays(doc) -> list:
	return history.of(doc.doctype, doc.name, PIPELINES[doc.doctype].name)


def _forget_what_waits() -> None:
	frappe.db.before_commit.reset()
	frappe.db.after_commit.reset()
	frappe.db.after_rollback.run()
	frappe.flags.pop("records_to_make_true", None)
	frappe.flags.currently_saving = []
	for pipeline in PIPELINES.values():
		stages.clear_cache(pipeline.stage_doctype)
