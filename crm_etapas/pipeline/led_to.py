"""What leads records to a stage: nothing may, once the stage is disabled."""

import frappe
from frappe import _
from frappe.model.document import Document

from crm_etapas.exceptions import StageError
from crm_etapas.pipeline import neglect

HOOK = "crm_etapas_leads_to_stage"


def refuse_disabling(stage: Document) -> None:
	"""Refuse to disable a stage that something still leads records to.

	Those are stages whose neglected records go there, and what the hook names: a list of dicts with `doctype`, `field`
	(Link, or Dynamic Link) and, where the field counts for some records only, `filters`.

	:raises StageError: naming what leads there.
	"""
	if not stage.disabled or stage.is_new() or not stage.has_value_changed("disabled"):
		return
	ways = frappe.get_hooks(HOOK)
	if stage.meta.has_field(neglect.FIELD):
		ways = [{"doctype": stage.doctype, "field": neglect.FIELD, "filters": {"disabled": 0}}, *ways]
	led_by = [where for way in ways for where in _leading(stage, **way)]
	if led_by:
		frappe.throw(
			_(
				"{0} cannot be disabled, for records are led there by: {1}. Choose another stage there first"
			).format(frappe.bold(_(stage.name)), ", ".join(led_by)),
			StageError,
		)


def _leading(stage: Document, doctype: str, field: str, filters: dict | None = None) -> list[str]:
	"""Return the records that lead to the stage with a field, as a person reads them."""
	meta = frappe.get_meta(doctype)
	df = meta.get_field(field)
	if df.fieldtype == "Link" and df.options != stage.doctype:
		return []
	if meta.issingle:
		leads = frappe.db.get_single_value(doctype, field) == stage.name
		return [f"{_(doctype)}: {frappe.bold(_(df.label))}"] if leads else []
	of_kind = {df.options: stage.doctype} if df.fieldtype == "Dynamic Link" else {}
	names = frappe.get_all(doctype, {field: stage.name, **of_kind, **(filters or {})}, pluck="name")
	return [f"{_(doctype)} {frappe.bold(frappe.utils.escape_html(_(name)))}" for name in names]
