"""Who sees the history of a record, or what it was converted into: whoever sees the record, nobody else."""

import frappe
from frappe.model.db_query import DatabaseQuery

from crm_etapas.pipeline.registry import get_pipelines


def stage_log_query_conditions(user: str | None = None) -> str:
	"""Limit lists and reports of Stage Log to the stays of records that the user may read."""
	user = user or frappe.session.user
	if user == "Administrator":
		return ""
	conditions = [
		_readable(doctype, user)
		for doctype in sorted({pipeline.doctype for pipeline in get_pipelines().values()})
		if frappe.has_permission(doctype, "read", user=user)
	]
	return " or ".join(conditions) or "1 = 0"


def has_stage_log_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	"""Tell whether the user may read a stay: whether they may read the record that stood there."""
	return ptype in ("read", "select", "report", "export", "print") and frappe.has_permission(
		doc.reference_doctype, "read", doc=doc.reference_name, user=user
	)


def lead_conversion_query_conditions(user: str | None = None) -> str:
	"""Limit lists of Lead Conversion to the leads that the user may read."""
	user = user or frappe.session.user
	if user == "Administrator":
		return ""
	if not frappe.has_permission("Lead", "read", user=user):
		return "1 = 0"
	match = DatabaseQuery("Lead", user=user).build_match_conditions()
	return (
		f"`tabLead Conversion`.lead in (select `tabLead`.name from `tabLead` where {match})" if match else ""
	)


def has_lead_conversion_permission(doc, ptype: str = "read", user: str | None = None) -> bool:
	"""Tell whether the user may read a conversion: whether they may read its lead. Nobody writes one by hand."""
	return ptype in ("read", "select", "report", "export", "print") and frappe.has_permission(
		"Lead", "read", doc=doc.lead, user=user
	)


def _readable(doctype: str, user: str) -> str:
	of_doctype = f"`tabStage Log`.reference_doctype = {frappe.db.escape(doctype)}"
	match = DatabaseQuery(doctype, user=user).build_match_conditions()
	if not match:
		return f"({of_doctype})"
	readable = f"select `tab{doctype}`.name from `tab{doctype}` where {match}"
	return f"({of_doctype} and `tabStage Log`.reference_name in ({readable}))"
