"""What a new document goes through before Frappe writes it, without a question to the database.

The document is a real one: its own methods and the handlers of its events run on it, those that look at nothing
else. What the others ask is answered for many documents at once, see `ways`.
"""

from collections.abc import Callable, Hashable
from functools import cache

import frappe
from frappe.model.document import Document
from frappe.utils import now

from crm_etapas.capture import ways
from crm_etapas.capture.screening import Screening


class Memory:
	"""Runs documents of an import through their checks; what it found out once it does not ask again."""

	def __init__(self):
		self._handlers = cache(_handlers)
		looked_at: set[tuple[str, str]] = set()
		self._screening = cache(lambda doctype: Screening(doctype, looked_at))
		self._remembered: dict[Hashable, dict | Exception] = {}

	def begin(self, doc: Document) -> None:
		"""Make a document a new one of whoever is logged in."""
		doc.set("__islocal", True)
		doc.owner = doc.modified_by = frappe.session.user
		doc.creation = doc.modified = now()
		doc.docstatus = 0
		doc._action = "save"
		doc.flags.in_insert = True

	def run(self, doc: Document) -> None:
		"""Run what happens before a new document is written.

		:raises frappe.ValidationError: if the document cannot be saved.
		"""
		self._run_handlers(doc, "before_validate")
		doc.validate()
		self._run_handlers(doc, "validate")
		doc.set_title_field()

	def check(self, doc: Document) -> list[tuple[str, str]]:
		"""Return what is mandatory and missing, as fieldname and message; keep the columns to be written.

		:raises frappe.ValidationError: if a value does not fit its field.
		"""
		doc.flags.record, missing = self._screening(doc.doctype).check(doc)
		for row in doc.get_all_children():
			row.parent, row.parenttype = "new", doc.doctype
			row.owner, row.modified_by = doc.owner, doc.modified_by
			row.creation = row.modified = doc.modified
			row.flags.record, lacking = self._screening(row.doctype).check(row)
			missing += lacking
		return missing

	def _run_handlers(self, doc: Document, event: str) -> None:
		for handler, fields in self._handlers(doc.doctype, event):
			if fields:
				self._run_remembered(doc, event, handler, fields)
			else:
				handler(doc, event)

	def _run_remembered(self, doc: Document, event: str, handler: Callable, fields: tuple[str, ...]) -> None:
		"""Run a handler once for every combination of the values that it looks at and sets."""
		key = (doc.doctype, handler, *(doc.get(field) for field in fields))
		if key not in self._remembered:
			try:
				handler(doc, event)
				self._remembered[key] = {field: doc.get(field) for field in fields if doc.get(field)}
			except frappe.ValidationError as error:
				self._remembered[key] = error
		outcome = self._remembered[key]
		if isinstance(outcome, Exception):
			raise outcome
		doc.update(outcome)


def _handlers(doctype: str, event: str) -> list[tuple[Callable, tuple[str, ...]]]:
	"""Return the handlers that look at the document alone, each with the fields it may be remembered by."""
	return [
		(frappe.get_attr(path), ways.REMEMBERED.get(path, ()))
		for path in ways.handlers_of(doctype, event)
		if path in ways.RUN_FOR_EACH or path in ways.REMEMBERED
	]
