"""What a stage asks of a record that wants to enter it."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cstr

from crm_etapas.exceptions import StageRequirementError
from crm_etapas.pipeline.stages import Stage


def missing(doc: Document, stage: Stage, comment: str | None) -> list[dict]:
	"""List what the stage asks for and the record lacks.

	Each entry has the keys fieldname, label, kind, fieldtype and options, enough for a form to ask for
	it. A field that the record's DocType no longer has is not asked for.
	"""
	lacking = []
	for requirement in stage.requirements:
		if requirement.kind == "Comment":
			if not (comment or "").strip():
				lacking.append(_ask("comment", _("Comment"), "Comment", "Small Text"))
		elif (df := doc.meta.get_field(requirement.fieldname)) and is_empty(doc.get(df.fieldname), df):
			lacking.append(
				_ask(df.fieldname, _(df.label, context=doc.doctype), "Field", df.fieldtype, df.options)
			)
	return lacking


def check(doc: Document, stage: Stage, comment: str | None) -> None:
	"""Refuse a record that lacks what the stage asks for.

	:raises StageRequirementError: with the list of what is missing.
	"""
	lacking = missing(doc, stage, comment)
	if not lacking:
		return
	frappe.local.response["missing"] = lacking
	message = _("{0} cannot enter {1} yet. Fill in: {2}").format(
		frappe.bold(doc.get_title() or doc.name or _("New {0}").format(_(doc.doctype))),
		frappe.bold(_(stage.name)),
		", ".join(entry["label"] for entry in lacking),
	)
	frappe.msgprint(
		message,
		title=_("Something Is Missing"),
		indicator="orange",
		raise_exception=StageRequirementError(message, lacking),
	)


def is_empty(value, df) -> bool:
	"""Tell whether a field of this type counts as not filled in. A number's 0 and an unticked box do."""
	if df.fieldtype in ("Check", "Int", "Float", "Currency", "Percent", "Duration"):
		return not value
	if isinstance(value, list):
		return not value
	return not frappe.utils.strip_html(cstr(value)).strip() and "<img" not in cstr(value)


def _ask(fieldname, label, kind, fieldtype, options=None) -> dict:
	return {
		"fieldname": fieldname,
		"label": label,
		"kind": kind,
		"fieldtype": fieldtype,
		"options": options,
	}
