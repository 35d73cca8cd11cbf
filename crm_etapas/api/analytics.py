"""What the reports ask for besides themselves."""

from dataclasses import asdict

import frappe
from frappe import _

from crm_etapas.analytics import drilldown


@frappe.whitelist(methods=["GET", "POST"])
@frappe.read_only()
def records(report: str, filters: dict | str, cell: dict | str) -> dict:
	"""Return the records that a cell of a report counts, among those that the user may read.

	:param filters: of the report, as they stand above it.
	:param cell: of the row, with `figure`, the column.
	:return: doctype, names (at most 500) and total.
	:raises frappe.PermissionError: if the user may not read the report.
	"""
	if not frappe.get_cached_doc("Report", report).is_permitted():
		frappe.throw(_("You may not read {0}").format(_(report)), frappe.PermissionError)
	return asdict(drilldown.records(report, frappe.parse_json(filters), frappe.parse_json(cell)))
