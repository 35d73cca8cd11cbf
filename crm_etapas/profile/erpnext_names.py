"""Channels and segments beside ERPNext's own sources and market segments, so that its reports still speak."""

from dataclasses import dataclass

import frappe
from frappe.model.document import Document

from crm_etapas import master
from crm_etapas.compat import SOURCE_DOCTYPE, SOURCE_FIELD, SOURCE_NAME_FIELD


@dataclass(frozen=True)
class Pair:
	"""A master of ours and the list of ERPNext that it stands beside.

	:param fieldname: the field of a record that holds ours; `erpnext_field`, the one that holds ERPNext's.
	:param link: the field of our master that names ERPNext's record.
	"""

	doctype: str
	fieldname: str
	link: str
	erpnext_doctype: str
	erpnext_field: str
	erpnext_name_field: str


CHANNEL = Pair(
	"Sales Channel", "sales_channel", "erpnext_source", SOURCE_DOCTYPE, SOURCE_FIELD, SOURCE_NAME_FIELD
)
SEGMENT = Pair(
	"Business Segment",
	"business_segment",
	"market_segment",
	"Market Segment",
	"market_segment",
	"market_segment",
)
PAIRS = (CHANNEL, SEGMENT)


def give_name(doc: Document) -> None:
	"""Give a master that names no record of ERPNext the one that is called like it, made if there is none."""
	pair = next(pair for pair in PAIRS if pair.doctype == doc.doctype)
	if doc.get(pair.link):
		return
	name = doc.name or doc.get(doc.meta.autoname.removeprefix("field:"))
	if not frappe.db.exists(pair.erpnext_doctype, name):
		# whoever keeps the channels need not be able to edit ERPNext's own lists
		frappe.get_doc({"doctype": pair.erpnext_doctype, pair.erpnext_name_field: name}).insert(
			ignore_permissions=True
		)
	doc.set(pair.link, name)


def keep_true(doc: Document) -> None:
	"""Bring both fields of each pair in line: ours leads, unless only ERPNext's was changed."""
	before = doc.get_doc_before_save()
	for pair in PAIRS:
		if not doc.meta.has_field(pair.fieldname) or not doc.meta.has_field(pair.erpnext_field):
			continue
		ours, theirs = doc.get(pair.fieldname), doc.get(pair.erpnext_field)
		changed = ours != (before and before.get(pair.fieldname))
		if changed and ours:
			doc.set(pair.erpnext_field, name_in_erpnext(pair, ours) or theirs)
		elif theirs != (before and before.get(pair.erpnext_field)):
			doc.set(pair.fieldname, name_of_ours(pair, theirs))
		elif changed:
			doc.set(pair.erpnext_field, None)


def complete(doctype: str, values: dict) -> dict:
	"""Return what the values of a new record say of channel and segment on the other side of each pair."""
	meta, found = frappe.get_meta(doctype), {}
	for pair in PAIRS:
		if not meta.has_field(pair.fieldname) or not meta.has_field(pair.erpnext_field):
			continue
		if ours := values.get(pair.fieldname):
			found[pair.erpnext_field] = name_in_erpnext(pair, ours)
		elif theirs := values.get(pair.erpnext_field):
			found[pair.fieldname] = name_of_ours(pair, theirs)
	return {fieldname: value for fieldname, value in found.items() if value}


def name_in_erpnext(pair: Pair, name: str) -> str | None:
	record = master.records(pair.doctype).get(name)
	return record and record.get(pair.link)


def name_of_ours(pair: Pair, name: str | None) -> str | None:
	"""Return the channel or segment that stands for a name of ERPNext, an enabled one if there is one."""
	rows = [row for row in master.records(pair.doctype).values() if name and row.get(pair.link) == name]
	return min(rows, key=lambda row: row.disabled).name if rows else None
