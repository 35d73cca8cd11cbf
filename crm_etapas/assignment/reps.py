"""The salespeople as assignment sees them: all at once, from the cache, for the day that it is."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date

import frappe
from frappe.query_builder.functions import Coalesce, NullIf
from frappe.utils import flt, getdate, today

from crm_etapas import compat
from crm_etapas.assignment import PROFILE, SETTINGS
from crm_etapas.assignment.rules import Absence, Reason, Rep

CACHE_KEY = "crm_etapas_sales_reps"
# skill tables of a profile, each with the field of its rows
SKILLS = {
	"segments": "business_segment",
	"channels": "sales_channel",
	"territories": "territory",
	"levels": "potential_level",
	"languages": "language",
}


def all_reps() -> dict[str, Rep]:
	"""Return everybody who has a profile, disabled ones too, by user; as they are today."""
	day = today()
	kept = frappe.cache.get_value(CACHE_KEY)
	if not kept or kept[0] != day:
		kept = (day, _read(getdate(day)))
		frappe.cache.set_value(CACHE_KEY, kept)
	return kept[1]


def forget(doc=None, method: str | None = None, *_of_a_rename) -> None:
	"""Read them anew: at once, and again when the transaction ends, for others may have read the old ones.

	Hangs on whatever tells who is there (users, employees, leaves, holiday lists), on territories, and on the
	renaming of what skills name.
	"""
	frappe.cache.delete_value(CACHE_KEY)
	for moment in (frappe.db.after_commit, frappe.db.after_rollback):
		moment.add(lambda: frappe.cache.delete_value(CACHE_KEY))


def is_available(user: str | None) -> bool:
	"""Tell whether somebody is a salesperson who is there today."""
	rep = user and all_reps().get(user)
	return bool(rep) and not rep.missing_on(getdate(today()))


def from_document(doc, below: Callable[[set[str]], dict[str, set[str]]] | None = None) -> Rep:
	"""Return the salesperson that a profile describes, saved or not; only their own absences are known."""
	skills = {
		table: frozenset(row.get(field) for row in doc.get(table) or [] if row.get(field))
		for table, field in SKILLS.items()
	}
	attributes: dict[str, set[str]] = {}
	for row in doc.get("attributes") or []:
		attributes.setdefault(row.get("attribute"), set()).add((row.get("value") or "").casefold())
	return Rep(
		name=doc.get("name") or doc.get("user"),
		user=doc.get("user"),
		enabled=bool(doc.get("enabled")),
		weight=flt(doc.get("weight")) or 1,
		most_open=doc.get("most_open") or 0,
		most_new=doc.get("most_new") or 0,
		attributes={name: frozenset(values) for name, values in attributes.items()},
		absences=tuple(
			Absence(getdate(row.get("from_date")), getdate(row.get("until_date")))
			for row in doc.get("absences") or []
		),
		hands_over=bool(doc.get("hand_over_while_absent")),
		team=doc.get("team"),
		**{**skills, "territories": _with_all_below(skills["territories"], below or places_below)},
	)


def places_below(names: set[str]) -> dict[str, set[str]]:
	"""Return the territories that lie in some territories, themselves among them, by these."""
	if not names:
		return {}
	above, below = frappe.qb.DocType("Territory").as_("above"), frappe.qb.DocType("Territory").as_("below")
	rows = (
		frappe.qb.from_(above)
		.join(below)
		.on((below.lft >= above.lft) & (below.rgt <= above.rgt))
		.select(above.name, below.name)
		.where(above.name.isin(sorted(names)))
		.run()
	)
	found: dict[str, set[str]] = {}
	for outer, inner in rows:
		found.setdefault(outer, set()).add(inner)
	return found


def _with_all_below(names: Iterable[str], below: Callable) -> frozenset[str]:
	found = below(set(names))
	return frozenset().union(*(found.get(name, {name}) for name in names))


def _read(day: date) -> dict[str, Rep]:
	profiles = frappe.get_all(PROFILE, fields=["*"], order_by="name asc")
	if not profiles:
		return {}
	by_name = {profile.name: profile for profile in profiles}
	for df in frappe.get_meta(PROFILE).get_table_fields():
		rows = frappe.get_all(
			df.options, {"parenttype": PROFILE, "parentfield": df.fieldname}, ["*"], order_by="idx asc"
		)
		for row in rows:
			if row.parent in by_name:
				by_name[row.parent].setdefault(df.fieldname, []).append(row)
	territories = {
		row.territory for profile in profiles for row in profile.get("territories") or [] if row.territory
	}
	found = places_below(territories)
	reps = {profile.user: from_document(profile, lambda names: found) for profile in profiles}
	away = _away(set(reps), day)
	return {user: replace(rep, away=away.get(user)) for user, rep in reps.items()}


def _away(users: set[str], day: date) -> dict[str, Reason]:
	"""Return who is not there on a day, and why, as users, holidays and leaves tell."""
	away: dict[str, Reason] = {}
	if frappe.get_cached_doc(SETTINGS).respect_holidays:
		away |= dict.fromkeys(_on_holiday(users, day), Reason.HOLIDAY)
	if compat.has_leaves():
		away |= dict.fromkeys(_on_leave(users, day), Reason.ON_LEAVE)
	disabled = frappe.get_all("User", {"name": ["in", sorted(users)], "enabled": 0}, pluck="name")
	return away | dict.fromkeys(disabled, Reason.USER_DISABLED)


def _on_holiday(users: set[str], day: date) -> list[str]:
	employee, company = frappe.qb.DocType("Employee"), frappe.qb.DocType("Company")
	holiday = frappe.qb.DocType("Holiday")
	own_list = Coalesce(NullIf(employee.holiday_list, ""), company.default_holiday_list)
	return (
		frappe.qb.from_(employee)
		.left_join(company)
		.on(company.name == employee.company)
		.join(holiday)
		.on((holiday.parent == own_list) & (holiday.parenttype == "Holiday List"))
		.select(employee.user_id)
		.where(employee.user_id.isin(sorted(users)) & (employee.status == "Active"))
		.where(holiday.holiday_date == day)
		.run(pluck=True)
	)


def _on_leave(users: set[str], day: date) -> list[str]:
	employee, leave = frappe.qb.DocType("Employee"), frappe.qb.DocType(compat.LEAVE_DOCTYPE)
	return (
		frappe.qb.from_(leave)
		.join(employee)
		.on(employee.name == leave.employee)
		.select(employee.user_id)
		.where(employee.user_id.isin(sorted(users)))
		.where((leave.docstatus == 1) & (leave.status == "Approved"))
		.where((leave.from_date <= day) & (leave.to_date >= day) & (leave.half_day == 0))
		.run(pluck=True)
	)
