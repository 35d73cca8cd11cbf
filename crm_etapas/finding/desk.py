"""The list of leads as the desk asks for it: Frappe's own arguments and answer, found another way."""

import frappe
from frappe.desk import reportview

from crm_etapas.finding.leads import DOCTYPE, Leads


def page(args: dict, text: str | None) -> dict | list:
	"""Return what `frappe.desk.reportview.get` does for these arguments, with free text besides the filters."""
	args = _validated(args)
	leads = Leads(args.filters, text)
	rows = leads.page(args.fields, args.order_by, args.start, args.page_length)
	if args.with_comment_count:
		for row in rows:
			row._comment_count = len(frappe.parse_json(row.get("_comments") or "[]"))
	return reportview.compress(rows, args=args)


def count(filters: list | dict | str | None, text: str | None) -> dict:
	"""Return `count` and `is_exact`, see `Leads.count`; with text also the `names`, if these are all."""
	leads = Leads(_validated({"fields": ["name"], "filters": filters}).filters, text)
	if not (text or "").strip():
		found, is_exact = leads.count()
		return {"count": found, "is_exact": is_exact}
	names, is_exact = leads.names()
	return {"count": len(names), "is_exact": is_exact, "names": names if is_exact else None}


def _validated(args: dict) -> frappe._dict:
	"""Refuse fields and filters as Frappe's own list does, and leave out fields that the user may not read."""
	return reportview.validate_args(frappe._dict({**args, "doctype": DOCTYPE}))
