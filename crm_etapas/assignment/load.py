"""What each salesperson has on their hands: counted in Sales Rep Load, one row a profile.

A prospect is given under a lock on the rows of those who may get it, always in the order of their names, so of two
that arrive in the same moment the second sees what the first was given. The rows are changed with every change of
owner or stage of a prospect, and counted anew hourly, for not everything is written through a document.
"""

from collections.abc import Iterable, Mapping

import frappe
from frappe.query_builder import Case
from frappe.query_builder.functions import Count
from frappe.utils import getdate, today

from crm_etapas.assignment import PROFILE
from crm_etapas.assignment.rules import Load, week_of
from crm_etapas.pipeline import bulk_insert, stages
from crm_etapas.pipelines import PROSPECT

DOCTYPE = "Sales Rep Load"


def this_week():
	return week_of(getdate(today()))


def is_open(stage: str | None) -> bool:
	"""Tell whether a prospect in this stage is still worked on."""
	known = stages.get_stages(PROSPECT).get(stage)
	return bool(known) and not known.outcome.is_closed


def open_stages() -> list[str]:
	return [name for name, stage in stages.get_stages(PROSPECT).items() if not stage.outcome.is_closed]


def lock(profiles: Iterable[str]) -> dict[str, Load]:
	"""Return the loads of some profiles as they are now, and let nobody else change them until the transaction ends."""
	profiles = sorted(profiles)
	if not profiles:
		return {}
	table = frappe.qb.DocType(DOCTYPE)
	query = frappe.qb.from_(table).where(table.name.isin(profiles)).orderby(table.name)
	return _loads(query.for_update())


def read(profiles: Iterable[str] | None = None) -> dict[str, Load]:
	"""Return the loads of some profiles, or of all, without a lock."""
	table = frappe.qb.DocType(DOCTYPE)
	query = frappe.qb.from_(table)
	return _loads(query if profiles is None else query.where(table.name.isin(sorted(profiles) or [""])))


def add(opened: Mapping[str, int], given: Mapping[str, int] | None = None) -> None:
	"""Change loads, by profile: prospects opened (closed, if less than zero), and given by assignment this week.

	One statement, which locks in the order of the names.
	"""
	given = given or {}
	changed = sorted({name for counts in (opened, given) for name, count in counts.items() if count})
	if not changed:
		return
	table, week = frappe.qb.DocType(DOCTYPE), this_week()
	update = frappe.qb.update(table).set(
		table.open_prospects, table.open_prospects + _by_name(table, changed, opened)
	)
	if any(given.values()):
		# before the week itself: MariaDB sets one column after the other
		so_far = Case().when(table.week == week, table.new_prospects).else_(0)
		update = update.set(table.new_prospects, so_far + _by_name(table, changed, given)).set(table.week, week)
	update.where(table.name.isin(changed)).run()


def create(profile: str) -> None:
	"""Give a new profile its row, counted."""
	if not frappe.db.exists(DOCTYPE, profile):
		frappe.get_doc({"doctype": DOCTYPE, "profile": profile}).insert(
			ignore_permissions=True  # a count that nobody makes by hand
		)
	repair([profile])


def rename(old: str, new: str) -> None:
	table = frappe.qb.DocType(DOCTYPE)
	frappe.qb.update(table).set(table.name, new).set(table.profile, new).where(table.name == old).run()


def delete(profile: str) -> None:
	frappe.db.delete(DOCTYPE, {"name": profile})


def repair(profiles: Iterable[str] | None = None) -> int:
	"""Count anew what prospects and the log say, and return how many loads were wrong.

	The rows are locked first: whoever gives a prospect meanwhile has either been counted or comes after.
	"""
	users = dict(frappe.get_all(PROFILE, fields=["name", "user"], as_list=True))
	wanted = sorted(users if profiles is None else set(profiles) & users.keys())
	_create_missing(wanted)
	kept = lock(wanted)
	opened, given = _open_by_user([users[name] for name in wanted]), _given_by_user()
	true = {name: Load(opened.get(users[name], 0), given.get(users[name], 0)) for name in wanted}
	wrong = {name: load for name, load in true.items() if kept.get(name) != load}
	week = this_week()
	frappe.db.bulk_update(
		DOCTYPE,
		{
			name: {"open_prospects": load.open, "new_prospects": load.new, "week": week}
			for name, load in wrong.items()
		},
		update_modified=False,
	)
	return len(wrong)


def _create_missing(profiles: list[str]) -> None:
	there = set(frappe.get_all(DOCTYPE, pluck="name"))
	rows = [{"name": name, "profile": name} for name in profiles if name not in there]
	if rows:
		bulk_insert.insert(DOCTYPE, ("name", "profile"), rows)


def _open_by_user(users: list[str]) -> dict[str, int]:
	table = frappe.qb.DocType("Lead")
	return dict(
		frappe.qb.from_(table)
		.select(table.lead_owner, Count("*"))
		.where(table.lead_owner.isin(users or [""]) & table.prospect_stage.isin(open_stages() or [""]))
		.groupby(table.lead_owner)
		.run()
	)


def _given_by_user() -> dict[str, int]:
	table = frappe.qb.DocType("Assignment Log")
	return dict(
		frappe.qb.from_(table)
		.select(table.user, Count("*"))
		.where((table.assigned_on >= this_week()) & table.user.isnotnull())
		.groupby(table.user)
		.run()
	)


def _loads(query) -> dict[str, Load]:
	table, week = frappe.qb.DocType(DOCTYPE), this_week()
	rows = query.select(table.name, table.open_prospects, table.new_prospects, table.week).run()
	return {name: Load(opened, new if of == week else 0) for name, opened, new, of in rows}


def _by_name(table, names: list[str], counts: Mapping[str, int]):
	case = Case()
	for name in names:
		case = case.when(table.name == name, counts.get(name, 0))
	return case.else_(0)
