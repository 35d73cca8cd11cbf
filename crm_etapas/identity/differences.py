"""What two records of the same prospect or customer say differently, and what becomes of it when they are one."""

from collections.abc import Iterable
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.model import data_fieldtypes
from frappe.model.base_document import BaseDocument
from frappe.model.document import Document
from frappe.utils import cstr, strip_html
from frappe.utils.formatters import format_value

from crm_etapas import master
from crm_etapas.exceptions import MergeError
from crm_etapas.pipeline.registry import pipelines_of

# fields that say one thing together: none of them is taken over alone where another one clashes
TOGETHER = (
	("salutation", "first_name", "middle_name", "last_name", "gender"),
	("identification_type", "identification_number"),
	("city", "state", "country"),
)
# what stays true whichever of the two it was said of
STRONGER = {"party_condition": "Customer", "unsubscribed": 1, "notifications_enabled": 0}
# values that belong to the record and not to whom it is about
ITS_OWN = (
	"naming_series",
	"disqualification_reason",
	"disqualified_on",
	"disqualified_by",
	"learned_score",
	# of two next contacts one stands as a whole, see `follow_up.calendar.join`
	"next_contact_date",
	"next_contact_by",
	"next_contact_medium",
	"next_contact_subject",
	# counted anew
	"last_contact_on",
	"last_answer_on",
	"contact_attempts",
	"contact_answers",
	"tries_since_answer",
)
# tables that are taken over as a whole or not at all: the shares of a sales team are a hundred per cent, and a
# question has one answer
WHOLE = ("Sales Team", "Qualification Answer")
FIGURES = ("Date", "Datetime", "Time", "Currency", "Float", "Int", "Percent", "Duration")


@dataclass(frozen=True)
class Difference:
	"""A field of which the record that goes has a value and the one kept has another one or none.

	:param takes_gone: whether the value of the one that goes is taken if nobody chooses.
	:param is_asked: whether a form would let the user fill the field in.
	"""

	df: frappe._dict
	gone: object
	kept: object
	takes_gone: bool
	is_asked: bool

	@property
	def fieldname(self) -> str:
		return self.df.fieldname


def of(gone: Document, kept: Document) -> list[Difference]:
	"""Return the fields in which the one that goes knows something else, in the order of the form."""
	differing = {
		df.fieldname: df
		for df in comparable(gone.meta)
		if not _is_empty(df, gone.get(df.fieldname))
		and not _is_same(gone.get(df.fieldname), kept.get(df.fieldname))
	}
	clashing = {field for field, df in differing.items() if not _is_empty(df, kept.get(field))}
	held_back = {field for group in TOGETHER if clashing.intersection(group) for field in group}
	levels = kept.get_permlevel_access("write")
	return [
		Difference(
			df,
			gone=gone.get(field),
			kept=kept.get(field),
			takes_gone=(field not in clashing and field not in held_back)
			or (field in STRONGER and gone.get(field) == STRONGER[field]),
			is_asked=_is_asked(df, levels),
		)
		for field, df in differing.items()
	]


def chosen(differing: Iterable[Difference], doc: Document, values: dict) -> dict:
	"""Return the values that the user chose, of those fields that still differ.

	:raises MergeError: naming the fields that a form would not let the user fill in.
	"""
	levels = doc.get_permlevel_access("write")
	open_to_user = {df.fieldname for df in comparable(doc.meta) if _is_asked(df, levels)}
	if unknown := sorted(set(values) - open_to_user):
		frappe.throw(
			_("{0} has no field that can be filled in called: {1}").format(
				_(doc.doctype), ", ".join(unknown)
			),
			MergeError,
		)
	return {d.fieldname: values[d.fieldname] for d in differing if d.fieldname in values}


def left(differing: Iterable[Difference], doc: Document) -> list[str]:
	"""Return what neither was kept nor may be hidden from who reads the record, a line a value."""
	lines = []
	for difference in differing:
		df, final = difference.df, doc.get(difference.fieldname)
		if df.permlevel or (df.read_only and not df.unique):
			continue
		for value in (difference.gone, difference.kept):
			if not _is_empty(df, value) and not _is_same(value, final):
				lines.append(f"{_(df.label, context=doc.doctype)}: {_in_words(df, value)}")
	return lines


def add_rows(old: Document, doc: Document) -> list[str]:
	"""Give the record kept the rows that it lacks; return those that it did not get, a line each."""
	left = []
	for df in doc.meta.get_table_fields():
		theirs, ours = old.get(df.fieldname) or [], doc.get(df.fieldname) or []
		known = {_identity(row): row for row in ours}
		for row in theirs:
			if not (df.options in WHOLE and ours) and _identity(row) not in known:
				doc.append(df.fieldname, _values(row))
			elif not _says_nothing_more(row, known.get(_identity(row))) and not df.permlevel:
				words = ", ".join(cstr(value) for value in _values(row).values() if value)
				left.append(f"{_(df.label, context=doc.doctype)}: {strip_html(words)}")
	return left


def comparable(meta) -> list:
	"""Return the fields whose values belong to whom the record is about. A status follows from its stage."""
	pipelines = pipelines_of(meta.name)
	engine = {p.entered_on_field for p in pipelines} | {p.process_status_field for p in pipelines}
	engine |= {p.status.fieldname for p in pipelines if p.status}
	engine |= {field for p in pipelines for field in p.own_fields}
	return [
		df
		for df in meta.fields
		if df.fieldtype in data_fieldtypes
		and df.fieldtype != "Password"
		and df.fieldname not in (*engine, *ITS_OWN)
		and not df.get("is_virtual")
		and not df.fetch_from
	]


def _is_empty(df, value) -> bool:
	"""Tell whether a field says nothing. An unticked box says no."""
	return df.fieldtype != "Check" and (not value or not cstr(value).strip())


def _is_same(one, other) -> bool:
	return one == other or cstr(one).strip() == cstr(other).strip()


def _in_words(df, value) -> str:
	if df.fieldtype == "Check":
		return _("Yes") if value else _("No")
	if df.fieldtype == "Select":
		return _(value, context=df.parent)
	if df.fieldtype in FIGURES:
		return strip_html(cstr(format_value(value, df)))
	return strip_html(cstr(value))


def _is_asked(df, levels: list[int]) -> bool:
	return not df.hidden and not df.read_only and df.permlevel in levels


def _identity(row: BaseDocument) -> tuple:
	"""Return what makes a row the same as another one: the record that its first column names, or all it says."""
	values = _values(row)
	first = row.meta.get_field(next(iter(values)))
	if first.fieldtype != "Link" or _may_have_several(row):
		return tuple(cstr(value) for value in values.values())
	return (row.get(first.fieldname),)


def _may_have_several(row: BaseDocument) -> bool:
	if row.doctype != "Customer Attribute Value":
		return False
	attribute = master.records("Customer Attribute").get(row.attribute)
	return bool(attribute and attribute.multiple)


def _says_nothing_more(row: BaseDocument, than: BaseDocument | None) -> bool:
	return bool(than) and all(
		_is_same(value, than.get(field)) for field, value in _values(row).items() if value
	)


def _values(row: BaseDocument) -> dict:
	return {df.fieldname: row.get(df.fieldname) for df in row.meta.fields if df.fieldtype in data_fieldtypes}
