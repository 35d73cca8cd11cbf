"""Frappe's checks of a document's values, run only on documents that could fail them.

Frappe looks at every field of a document for every kind of mistake. For a hundred thousand of one DocType most of
that is known beforehand: which fields are mandatory, how long each may be. A look at the values tells whether one
could be wrong; then Frappe itself checks, in its own words.
"""

from functools import cached_property

import frappe
from frappe.model.document import Document
from frappe.utils import cint, cstr, flt

# Data fields whose options say how their text must look
LOOKS = ("Email", "Name", "Phone", "URL", "IBAN")
# the largest number that a column of this type holds
LARGEST = {"int": 2**31 - 1, "bigint": 2**63 - 1, "smallint": 2**15 - 1, "tinyint": 1}
# checks of Frappe's that a DocType has only if it has fields of these types
CHECKS_BY_TYPE = {"_fix_rating_value": ("Rating",), "_validate_code_fields": ("Code",)}


class Screening:
	"""The checks of one DocType."""

	def __init__(self, doctype: str, looked_at: set[tuple[str, str]]):
		"""
		:param looked_at: pairs of options and text that look as they must, whatever the DocType: a contact has
			its prospect's email.
		"""
		self.meta = frappe.get_meta(doctype)
		self._looked_at = looked_at

	def check(self, doc: Document) -> tuple[dict, list[tuple[str, str]]]:
		"""Check a document and make its markup harmless.

		:return: its columns as they are written, and what is mandatory and missing, as fieldname and message.
		:raises frappe.ValidationError: if a value does not fit its field.
		"""
		for check in self._always:
			getattr(doc, check)()
		missing = doc._get_missing_mandatory_fields() if self._lacks_something(doc) else []
		self._look_at_texts(doc)
		if any(flt(doc.get(fieldname)) < 0 for fieldname in self._non_negative):
			doc._validate_non_negative()
		record = doc.get_valid_dict(ignore_virtual=True)
		too_large, markup = False, False
		for fieldname, value in record.items():
			if isinstance(value, str):
				too_large = too_large or len(value) > self._limits.get(fieldname, len(value))
				markup = markup or "<" in value or ">" in value
			elif value and fieldname in self._largest:
				too_large = too_large or abs(value) > self._largest[fieldname]
		if too_large:
			doc._validate_length()
		if markup:
			doc._sanitize_content()
			record = doc.get_valid_dict(ignore_virtual=True)
		return record, missing

	def _lacks_something(self, doc: Document) -> bool:
		return any(not cstr(doc.get(fieldname)).strip() for fieldname in self._mandatory)

	def _look_at_texts(self, doc: Document) -> None:
		"""Check what must look like an email, a phone number…; a value that did so once does so again."""
		new = {
			(options, value)
			for fieldname, options in self._looks
			if (value := doc.get(fieldname)) and (options, value) not in self._looked_at
		}
		if new:
			doc._validate_data_fields()
			self._looked_at |= new

	@cached_property
	def _always(self) -> list[str]:
		types = {df.fieldtype for df in self.meta.fields}
		return [check for check, needed in CHECKS_BY_TYPE.items() if types & set(needed)]

	@cached_property
	def _mandatory(self) -> list[str]:
		return [df.fieldname for df in self.meta.fields if df.reqd]

	@cached_property
	def _looks(self) -> list[tuple[str, str]]:
		texts = [(df.fieldname, df.options) for df in self.meta.get_data_fields() if df.options in LOOKS]
		return [*texts, *((df.fieldname, df.fieldtype) for df in self.meta.get_phone_fields())]

	@cached_property
	def _non_negative(self) -> list[str]:
		return [df.fieldname for df in self.meta.fields if df.non_negative]

	@cached_property
	def _limits(self) -> dict[str, int]:
		return {
			df.fieldname: cint(df.length) or cint(width)
			for df, column, width in self._columns
			if column == "varchar"
		}

	@cached_property
	def _largest(self) -> dict[str, int]:
		return {
			df.fieldname: LARGEST["bigint" if cint(df.length) > 11 else column]
			for df, column, _width in self._columns
			if column in LARGEST and df.fieldtype != "Check"
		}

	@cached_property
	def _columns(self) -> list[tuple]:
		types = frappe.db.type_map
		return [(df, *types[df.fieldtype]) for df in self.meta.fields if df.fieldtype in types]
