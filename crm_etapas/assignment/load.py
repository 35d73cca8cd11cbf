"""What each salesperson has on their hands: counted in Sales Rep Load, one row a profile.

A prospect is given under a lock on the rows of those who may get it, always in the order of their names, so of two
that arrive in the same moment the second sees what the first was given. The rows are changed with every change of
owner or stage of a prospect, and counted anew hourly, for not everything is written through a document.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache

import frappe
from frappe.query_builder import Case
from frappe.query_builder.functions import Count
from frappe.utils import getdate, today
from pypika.terms import Parameter

from crm_etapas.assignment import PROFILE
from crm_etapas.assignment.rules import Load, week_of
from crm_etapas.pipeline import bulk_insert, stages
from crm_etapas.pipeline.vocabulary import ACTIVE
from crm_etapas.pipelines import PROSPECT

DOCTYPE = "Sales Rep Load"


def this_week():
	return week_of(getdate(today()))


def is_open(stage: str | None) -> bool:
	"""Tell whether a prospect in this stage is still worked on."""
	known = stages.get_stages(PROSPECT).get(stage)
	return bool(known) and not known.outcome.is_closed


def open_stages() -> list[str]:
	return stages.with_outcome(PROSPECT, *ACTIVE)


def lock(profiles: Iterable[str]) -> dict[str, Load]:
	"""Return the loads of some profiles as they are now, and let nobody else change them until the transaction ends."""
	return _loads(sorted(profiles), for_update=True)


def read(profiles: Iterable[str]) -> dict[str, Load]:
	"""Return the loads of some profiles, without a lock."""
	return _loads(sorted(profiles))


def of_all() -> dict[str, Load]:
	"""Return the loads of everybody, without a lock."""
	return read(frappe.get_all(DOCTYPE, pluck="name"))


def add(opened: Mapping[str, int], given: Mapping[str, int] | None = None) -> None:
	"""Change loads, by profile: prospects opened (closed, if less than zero), and given by assignment this week.

	One statement, which locks in the order of the names.
	"""
	given = given or {}
	changed = sorted({name for counts in (opened, given) for name, count in counts.items() if count})
	if not changed:
		return
	week = this_week()
	values = [value for name in changed for value in (name, opened.get(name, 0))]
	values.append(week)
	values += [value for name in changed for value in (name, given.get(name, 0))]
	# built once and kept, see _addition
	frappe.db.sql(_addition(len(changed)), [*values, week, *changed])


def create(profile: str) -> None:
	"""Give a new profile its row, counted."""
	if frappe.db.exists(DOCTYPE, profile):
		return
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

	The rows are locked first, in a transaction that has read nothing yet: whoever gives a prospect meanwhile has either
	been counted or comes after.
	"""
	_lock_all()
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


def _lock_all() -> None:
	table = frappe.qb.DocType(DOCTYPE)
	frappe.qb.from_(table).select(table.name).orderby(table.name).for_update().run()


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


def _loads(profiles: list[str], for_update: bool = False) -> dict[str, Load]:
	if not profiles:
		return {}
	week = this_week()
	# built once by qb and kept, see _selection
	rows = frappe.db.sql(_selection(len(profiles), for_update), profiles)
	return {name: Load(opened, new if of == week else 0) for name, opened, new, of in rows}


# The query builder's own text, built once and kept: building takes longer than running, and every prospect waits for it.


@lru_cache(maxsize=256)
def _selection(count: int, for_update: bool) -> str:
	table = frappe.qb.DocType(DOCTYPE)
	query = (
		frappe.qb.from_(table)
		.select(table.name, table.open_prospects, table.new_prospects, table.week)
		.where(table.name.isin([Parameter("%s")] * count))
		.orderby(table.name)
	)
	return (query.for_update() if for_update else query).get_sql()


@lru_cache(maxsize=256)
def _addition(count: int) -> str:
	table = frappe.qb.DocType(DOCTYPE)
	# before the week itself: MariaDB sets one column after the other
	new = Case().when(table.week == Parameter("%s"), table.new_prospects).else_(0) + _by_name(table, count)
	return (
		frappe.qb.update(table)
		.set(table.open_prospects, table.open_prospects + _by_name(table, count))
		.set(table.new_prospects, new)
		.set(table.week, Parameter("%s"))
		.where(table.name.isin([Parameter("%s")] * count))
		.get_sql()
	)


def _by_name(table, count: int) -> Case:
	case = Case()
	for _number in range(count):
		case = case.when(table.name == Parameter("%s"), Parameter("%s"))
	return case.else_(0)
