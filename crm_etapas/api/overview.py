"""Whitelisted methods that the number cards and charts of the workspace ask."""

import frappe

from crm_etapas import overview


@frappe.whitelist(methods=["GET", "POST"])
def contacts_due(filters: list | dict | str | None = None) -> dict:
	"""Count the contacts that the user is to make today, overdue ones too.

	:return: value, fieldtype and route, as number cards take it.
	"""
	frappe.has_permission("Lead", "read", throw=True)
	return overview.contacts_due()


@frappe.whitelist(methods=["GET", "POST"])
def new_prospects(filters: list | dict | str | None = None) -> dict:
	"""Count the prospects of this week that the user may read, without junk.

	:return: value, fieldtype, and for the list: route, route_options.
	"""
	frappe.has_permission("Lead", "read", throw=True)
	return overview.new_prospects()


@frappe.whitelist(methods=["GET", "POST"])
def prospects_by_stage(
	chart_name: str | None = None,
	filters: list | dict | str | None = None,
	refresh: int | None = None,
	time_interval: str | None = None,
	timespan: str | None = None,
	from_date: str | None = None,
	to_date: str | None = None,
	heatmap_year: str | None = None,
) -> dict:
	"""Count the prospects under way by stage. The arguments are those that every chart sends.

	:return: labels and datasets, as charts take them; empty if there is nothing to draw.
	"""
	frappe.has_permission("Lead", "read", throw=True)
	return overview.prospects_by_stage()


@frappe.whitelist(methods=["GET", "POST"])
def value_by_stage(
	chart_name: str | None = None,
	filters: list | dict | str | None = None,
	refresh: int | None = None,
	time_interval: str | None = None,
	timespan: str | None = None,
	from_date: str | None = None,
	to_date: str | None = None,
	heatmap_year: str | None = None,
) -> dict:
	"""Add up the opportunities under way by stage. The arguments are those that every chart sends.

	:return: labels and datasets, as charts take them; empty if there is nothing to draw.
	"""
	frappe.has_permission("Opportunity", "read", throw=True)
	return overview.value_by_stage()
