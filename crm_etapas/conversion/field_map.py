"""Fields that go along when one document is made of another: as the settings say, beside those of the same name.

Frappe's mapper calls `after_mapping`; ERPNext makes a prospect's organisation without it, so `carry` does both there.
"""

import frappe
from frappe import _
from frappe.model import child_table_fields, default_fields, no_value_fields, numeric_fieldtypes, table_fields
from frappe.model.document import Document
from frappe.utils import cstr

from crm_etapas.exceptions import FieldMapError

SETTINGS = "CRM Etapas Settings"
# what any single value can be written into
TEXT = ("Data", "Small Text", "Text", "Long Text", "Text Editor", "Read Only")
WHOLE, DAYS = ("Int", "Check"), ("Date", "Datetime")


def after_mapping(doc: Document, method: str | None = None, source_doc: Document | None = None) -> None:
	"""Fill what the settings say of a document that is being made of another. No query."""
	for row in frappe.get_cached_doc(SETTINGS).mapped_fields if source_doc else ():
		if (row.from_doctype, row.to_doctype) != (source_doc.doctype, doc.doctype):
			continue
		_copy(source_doc, row.from_field, doc, row.to_field)


def carry(doc: Document, source: Document) -> None:
	"""Give a new document the custom fields of the same name and type, and what the settings say."""
	for df in source.meta.fields:
		target = doc.meta.get_field(df.fieldname)
		if target and target.get("is_custom_field") and not (df.no_copy or target.no_copy):
			if not doc.get(df.fieldname) and not misfit(df, target):
				_copy(source, df.fieldname, doc, df.fieldname)
	after_mapping(doc, source_doc=source)


def validate(rows: list[Document]) -> None:
	"""Refuse a row of the settings by which a value could not go along.

	:raises FieldMapError: naming the row and the mend.
	"""
	seen = set()
	for row in rows:
		source = _field(row, row.from_doctype, row.from_field)
		target = _field(row, row.to_doctype, row.to_field)
		if reason := misfit(source, target):
			_refuse(row, reason)
		way = (row.from_doctype, row.to_doctype, row.to_field)
		if way in seen:
			_refuse(row, _("another row fills the same field. Leave one of them"))
		seen.add(way)


def misfit(source, target) -> str | None:
	"""Return why a field's value cannot be that of another one, in the user's language; None if it can."""
	kinds = (source.fieldtype, target.fieldtype)
	names = _("{0} is a {1}, {2} a {3}").format(
		_(source.label, context=source.parent),
		_(kinds[0]),
		_(target.label, context=target.parent),
		_(kinds[1]),
	)
	if any(kind in table_fields for kind in kinds) or kinds in (
		("Link", "Link"),
		("Dynamic Link", "Dynamic Link"),
	):
		return (
			None
			if kinds[0] == kinds[1] and source.options == target.options
			else _mend(names, source, target)
		)
	if kinds == ("Select", "Select"):
		more = set(_options(source)) - set(_options(target))
		return more and _("{0} does not have: {1}. Add it there").format(
			_(target.label, context=target.parent), ", ".join(sorted(more))
		)
	numbers = all(kind in numeric_fieldtypes for kind in kinds) and (
		kinds[1] not in WHOLE or kinds[0] in WHOLE
	)
	days = kinds[0] in DAYS and kinds[1] in DAYS
	return None if kinds[0] == kinds[1] or kinds[1] in TEXT or numbers or days else _mend(names)


def _mend(names: str, source=None, target=None) -> str:
	if source and source.fieldtype == target.fieldtype:
		names += f" ({_(source.options)}, {_(target.options)})"
	return _("{0}. Choose fields of the same type").format(names)


def _copy(source: Document, fieldname: str, doc: Document, target: str) -> None:
	value = source.get(fieldname)
	if value in (None, "", []):
		return
	if isinstance(value, list):
		own = {*default_fields, *child_table_fields}
		doc.set(target, [])
		for row in value:
			doc.append(target, {key: cell for key, cell in row.as_dict().items() if key not in own})
	else:
		doc.set(target, value)


def _field(row: Document, doctype: str, fieldname: str):
	df = frappe.get_meta(doctype).get_field(fieldname)
	if not df:
		_refuse(
			row,
			_("{0} has no field {1}. Choose one from the list").format(
				frappe.bold(_(doctype)), frappe.bold(fieldname)
			),
		)
	if df.fieldtype in no_value_fields and df.fieldtype not in table_fields:
		_refuse(row, _("{0} holds no value. Choose another field").format(frappe.bold(fieldname)))
	return df


def _options(df) -> list[str]:
	return [option for option in cstr(df.options).split("\n") if option]


def _refuse(row: Document, reason: str) -> None:
	frappe.throw(
		_("Fields that go along, row {0}: {1}").format(row.idx, reason),
		FieldMapError,
		title=_("Mapped Fields"),
	)
