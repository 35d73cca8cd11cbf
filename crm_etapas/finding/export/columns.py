"""What of a record a user may export: its fields as the form groups them, and its attributes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.model import get_permitted_fields, no_value_fields, std_fields, table_fields
from frappe.model.meta import Meta

from crm_etapas import master
from crm_etapas.exceptions import ExportError

ATTRIBUTE_TABLE = "Customer Attribute Value"
ATTRIBUTE = "attribute:"  # what the key of an attribute's column begins with
NOT_EXPORTED = (*no_value_fields, *table_fields, "Password", "Signature", "Geolocation")
# what fields are that every record has, beside its name
OF_EVERY_RECORD = {
	"creation": "Datetime",
	"owner": "Data",
	"modified": "Datetime",
	"modified_by": "Data",
	"_assign": "Users",
	"_user_tags": "Tags",
}


@dataclass(frozen=True)
class Column:
	"""`key` is the fieldname, or what `ATTRIBUTE` says with the attribute's name; `fieldtype` is Frappe's."""

	key: str
	label: str
	group: str
	fieldtype: str
	options: str | None = None
	precision: str | None = None

	@property
	def attribute(self) -> str | None:
		return self.key.removeprefix(ATTRIBUTE) if self.key.startswith(ATTRIBUTE) else None


def available(doctype: str) -> list[Column]:
	"""Return every column that the user may export, in the order of the form.

	Hidden fields, those that reports leave out and those of a level that the user may not read are not there.
	"""
	meta = frappe.get_meta(doctype)
	return [
		Column("name", _("ID"), _("Record"), "Data"),
		*_fields(meta),
		*_attributes(meta),
		*_of_every_record(doctype),
	]


def choose(doctype: str, keys: Iterable[str] | None) -> list[Column]:
	"""Return the columns with these keys, or all; a key that the user may not export is left out.

	:raises ExportError: if none is left.
	"""
	wanted = None if keys is None else set(keys)
	columns = [column for column in available(doctype) if wanted is None or column.key in wanted]
	if not columns:
		frappe.throw(_("Choose at least one column"), ExportError, title=_("Export to Excel"))
	return columns


def attribute_field(meta: Meta):
	"""Return the table of a DocType that holds attributes, if the user may read it."""
	readable = meta.get_permlevel_access()
	for df in meta.get_table_fields():
		if df.options == ATTRIBUTE_TABLE and not _left_out(df) and df.permlevel in readable:
			return df
	return None


def _fields(meta: Meta) -> Iterator[Column]:
	permitted = set(get_permitted_fields(meta.name, ignore_virtual=True))
	group = _("Details")
	for df in meta.fields:
		if df.fieldtype in ("Section Break", "Tab Break"):
			group = _(df.label, context=meta.name) if df.label else group
		elif df.fieldtype not in NOT_EXPORTED and df.fieldname in permitted and not _left_out(df):
			label = _(df.label or df.fieldname, context=meta.name)
			yield Column(df.fieldname, label, group, df.fieldtype, df.options, df.precision)


def _attributes(meta: Meta) -> Iterator[Column]:
	if not attribute_field(meta):
		return
	for attribute in master.records("Customer Attribute").values():
		several = attribute.multiple and attribute.data_type in ("Number", "Date")
		fieldtype = "Text" if several else attribute.data_type
		yield Column(ATTRIBUTE + attribute.name, _(attribute.name), _("Customer Attributes"), fieldtype)


def _of_every_record(doctype: str) -> Iterator[Column]:
	labels = {field["fieldname"]: field["label"] for field in std_fields}
	kept = frappe.db.get_table_columns(doctype)  # tags and assignments only once there has been one
	for fieldname, fieldtype in OF_EVERY_RECORD.items():
		if fieldname in kept:
			yield Column(fieldname, _(labels[fieldname]), _("Record"), fieldtype)


def _left_out(df) -> bool:
	return bool(df.hidden or df.report_hide)
