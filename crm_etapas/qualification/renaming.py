"""Criteria that compare a link with records by their names, when such a record gets another name."""

import frappe
from frappe.model.document import Document
from frappe.utils import cstr

from crm_etapas.qualification import DOCTYPE, levels

BY_NAME = ("is", "is not", "is one of", "is within")


def after_rename(doc: Document, method: str | None, old: str, new: str, merge: bool = False) -> None:
	"""doc_events handler of every DocType: criteria that name the record call it by its new name."""
	criteria = frappe.get_all(
		levels.CRITERION_DOCTYPE,
		filters={"looks_at": "Field", "operator": ["in", BY_NAME], "value": ["is", "set"]},
		fields=["name", "source", "fieldname", "value"],
	)
	renamed = {row.name: {"value": _with(row.value, old, new)} for row in criteria if _names(row, doc, old)}
	if renamed:
		frappe.db.bulk_update(levels.CRITERION_DOCTYPE, renamed)
		levels.clear_cache()


def _names(criterion: frappe._dict, doc: Document, old: str) -> bool:
	if old not in _lines(criterion.value):
		return False
	df = frappe.get_meta(criterion.source or DOCTYPE).get_field(criterion.fieldname)
	return bool(df) and df.fieldtype == "Link" and df.options == doc.doctype


def _with(value: str, old: str, new: str) -> str:
	lines = [new if line == old else line for line in _lines(value)]
	return "\n".join(dict.fromkeys(lines))  # merged with one that the criterion names too


def _lines(value: str | None) -> list[str]:
	return [line.strip() for line in cstr(value).splitlines() if line.strip()]
