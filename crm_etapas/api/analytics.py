"""What the reports ask for besides themselves."""

from dataclasses import asdict

import frappe
from frappe import _

from crm_etapas.analytics import cards, drilldown
from crm_etapas.events import weekly_figures

MAILED_FROM = "Sales Trends"
"""The report whose readers may have its figures by mail."""


@frappe.whitelist(methods=["GET", "POST"])
@frappe.read_only()
def records(report: str, filters: dict | str, cell: dict | str) -> list[dict]:
	"""Return the records that a cell of a report counts, among those that the user may read.

	:param filters: of the report, as they stand above it.
	:param cell: of the row, with `figure`, the column.
	:return: for each DocType that the cell counts records of: doctype, names (at most 500) and total.
	:raises frappe.PermissionError: if the user may not read the report.
	"""
	_may_read(report)
	found = drilldown.records(report, frappe.parse_json(filters), frappe.parse_json(cell))
	return [asdict(one) for one in found]


@frappe.whitelist(methods=["GET", "POST"])
@frappe.read_only()
def card(filters: dict | str) -> dict:
	"""Return a figure as a number card of the desk asks for it, among the records that the user may read.

	:param filters: `figure`, see `cards.compute`.
	:return: value, fieldtype, precision, options; route and route_options of the report that tells more.
	:raises frappe.PermissionError: if the user may read none of the records that it counts.
	"""
	found = cards.compute(frappe.parse_json(filters).get("figure"))
	return {
		"value": found.value,
		"fieldtype": found.fieldtype,
		"precision": found.precision,
		"options": found.currency,
		"route": ["query-report", found.report],
		"route_options": found.filters,
	}


@frappe.whitelist(methods=["POST"])
def send_weekly_figures() -> None:
	"""Mail the user the figures of the last full week now.

	:raises frappe.OutgoingEmailError: if the site sends no mail.
	:raises frappe.PermissionError: if there is nothing that they may read.
	"""
	_may_read(MAILED_FROM)
	weekly_figures.send(frappe.session.user)


@frappe.whitelist(methods=["POST"])
def want_weekly_figures(wanted: bool) -> None:
	"""Say whether the user wants the week's figures by mail. Whoever switches it on gets the next ones."""
	_may_read(MAILED_FROM)
	frappe.db.set_value("User", frappe.session.user, weekly_figures.WANTED, int(wanted))


@frappe.whitelist(methods=["GET", "POST"])
def wants_weekly_figures() -> dict:
	"""Return `wanted`: whether the user gets the week's figures by mail, and `day`: on which weekday, if on any."""
	_may_read(MAILED_FROM)
	return {
		"wanted": bool(frappe.db.get_value("User", frappe.session.user, weekly_figures.WANTED)),
		"day": frappe.get_cached_doc("CRM Etapas Settings").weekly_figures_day,
	}


def _may_read(report: str) -> None:
	if not frappe.get_cached_doc("Report", report).is_permitted():
		frappe.throw(_("You may not read {0}").format(_(report)), frappe.PermissionError)
