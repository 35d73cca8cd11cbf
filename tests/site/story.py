"""A deal told step by step: after each of them every document is as the story says, and its history whole."""

import frappe

from crm_etapas.pipeline import history
from crm_etapas.pipeline.registry import pipelines_of
from tests.site.invariants import assert_whole

STAGES = {"Lead": ("prospect", "prospect_stage"), "Opportunity": ("opportunity", "opportunity_stage")}
SHOWN = {
	"Lead": ("prospect_stage", "status"),
	"Opportunity": ("opportunity_stage", "status", "probability", "opportunity_amount"),
	"Quotation": ("status", "net_total"),
	"Sales Order": ("docstatus", "net_total"),
	"Customer": ("docstatus",),
}


class Story:
	"""The documents of one deal by a name of their own, what is expected of each, and where it has been."""

	def __init__(self):
		self.docs, self.expected, self.paths = {}, {}, {}

	def step(self, action, *, because=None, through=(), **expected) -> None:
		"""Do something, then compare every document with what the story has said of it last.

		:param action: returns a document that is new, or None.
		:param because: name of the document behind the last stay of every record that moves in this step.
		:param through: stages that the record that moves passes on its way.
		:param expected: what has changed, by name of the document; None for one that is gone.
		"""
		made = action()
		frappe.db.before_commit.run()
		for name, row in expected.items():
			if name not in self.docs:
				self.docs[name] = made
			self._expect(name, row, through)
			if because and row and self.docs[name].doctype in STAGES:
				self._assert_caused(name, because)
		differences = self.differences()
		assert not differences, differences
		for name, doc in self.docs.items():
			if doc.doctype in STAGES and self.expected[name]:
				assert_whole(doc)
				assert self.path(doc) == self.paths[name], f"{name}: {self.path(doc)}"

	def differences(self) -> list[str]:
		picture = {name: self.row(doc) for name, doc in self.docs.items()}
		return [
			f"{name} is {row}, not {self.expected[name]}"
			for name, row in picture.items()
			if row != self.expected[name]
		]

	def row(self, doc) -> tuple | None:
		row = frappe.db.get_value(doc.doctype, doc.name, SHOWN[doc.doctype])
		return (row if isinstance(row, tuple) else (row,)) if row is not None else None

	def path(self, doc) -> list[str]:
		return [row.stage for row in self.stays(doc)]

	def stays(self, doc) -> list:
		(pipeline,) = (p for p in pipelines_of(doc.doctype) if p.name == STAGES[doc.doctype][0])
		return history.of(doc.doctype, doc.name, pipeline.name)

	def _expect(self, name: str, row: tuple | None, through) -> None:
		path = self.paths.setdefault(name, [])
		if row and self.docs[name].doctype in STAGES and path[-1:] != [row[0]]:
			path += [*through, row[0]]
		self.expected[name] = row

	def _assert_caused(self, name: str, because: str) -> None:
		last, behind = self.stays(self.docs[name])[-1], self.docs[because]
		assert (last.cause_doctype, last.cause_name) == (behind.doctype, behind.name), name
