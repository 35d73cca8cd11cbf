"""Saves the records of a conversion; what keeps one from being saved is told by document and field."""

from collections.abc import Iterator
from contextlib import contextmanager

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import escape_html

from crm_etapas.exceptions import ConversionError


@contextmanager
def told_of(doctype: str) -> Iterator[None]:
	"""Say which document of the conversion it was that could not be made, and why."""
	told = len(frappe.local.message_log)
	try:
		yield
	except ConversionError:
		raise
	except frappe.PermissionError as error:
		del frappe.local.message_log[told:]
		frappe.throw(
			_("You may not create {0}: {1}. Leave it out, or ask somebody who may").format(
				frappe.bold(_(doctype)), _said(error)
			),
			frappe.PermissionError,
			title=_("Not Converted"),
		)
	except (frappe.ValidationError, frappe.NameError) as error:
		del frappe.local.message_log[told:]
		frappe.throw(
			_("{0} cannot be created: {1}").format(frappe.bold(_(doctype)), _said(error)),
			ConversionError,
			title=_("Not Converted"),
		)


def insert(doc: Document, values: dict | None = None) -> Document:
	"""Insert a document with the rights of the user.

	:param values: what the user has filled in.
	:raises ConversionError: with `missing`, if it lacks mandatory fields.
	"""
	doc.update(_filled_in(doc, values or {}))
	told = len(frappe.local.message_log)
	try:
		return doc.insert()
	except frappe.MandatoryError:
		missing = _missing(doc)
		if not missing:
			raise  # of a document that is saved along with this one
		del frappe.local.message_log[told:]
		_refuse_incomplete(doc, missing)


def _filled_in(doc: Document, values: dict) -> dict:
	"""Return the values, all of fields that the form would let the user fill in."""
	writable = {df.fieldname for df in doc.meta.fields if not df.read_only}
	if unknown := sorted(set(values) - writable):
		frappe.throw(
			_("{0} has no field that can be filled in called: {1}").format(
				_(doc.doctype), escape_html(", ".join(unknown))
			),
			ConversionError,
		)
	return values


def _missing(doc: Document) -> list[dict]:
	of_rows = [_entry(row, df, askable=False) for row in doc.get_all_children() for df in _lacking(row)]
	return [_entry(doc, df) for df in _lacking(doc)] + of_rows


def _refuse_incomplete(doc: Document, missing: list[dict]) -> None:
	frappe.local.response["missing"] = missing
	message = _("{0} cannot be created yet. It lacks: {1}").format(
		frappe.bold(_(doc.doctype)), ", ".join(entry["label"] for entry in missing)
	)
	frappe.msgprint(
		message,
		title=_("Something Is Missing"),
		indicator="orange",
		raise_exception=ConversionError(message, missing),
	)


def _lacking(doc: Document) -> list:
	fieldnames = (fieldname for fieldname, _message in doc._get_missing_mandatory_fields())
	return list(filter(None, map(doc.meta.get_field, fieldnames)))


def _entry(doc: Document, df, askable: bool = True) -> dict:
	"""Describe a missing field as `crm_etapas.pipeline.requirements` does, with its document.

	One in a row of a table has no fieldname: nobody can be asked for it in a dialog.
	"""
	label = _(df.label, context=df.parent)
	return {
		"document": doc.doctype,
		"fieldname": df.fieldname if askable else None,
		"label": label if askable else f"{_(doc.doctype)}, {doc.idx}: {label}",
		"kind": "Field",
		"fieldtype": df.fieldtype,
		"options": df.options,
	}


def _said(error: Exception) -> str:
	return str(error).rstrip(". ") or type(error).__name__
