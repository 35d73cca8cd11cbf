"""How past prospects would have spread with other profiles, beside how they did. Nothing is written."""

from collections import Counter
from collections.abc import Callable, Iterator

import frappe
from frappe.utils import add_days, get_datetime, getdate

from crm_etapas.assignment import PROFILE, features, load, reps, rules
from crm_etapas.assignment.rules import Past, Rep

CHUNK = 2000
MOST_AT_ONCE = 3000


def are_many(from_date, until_date) -> bool:
	"""Tell whether a period has more prospects than a request should replay."""
	some = frappe.get_list("Lead", _period(from_date, until_date), pluck="name", limit=MOST_AT_ONCE + 1)
	return len(some) > MOST_AT_ONCE


def about(from_date, until_date) -> int:
	"""Return how many prospects came in a period, whoever may read them: for the progress of a job."""
	return frappe.db.count("Lead", _period(from_date, until_date))


def of(
	changes: list[dict],
	from_date: str,
	until_date: str,
	progress: Callable[[int], None] = lambda done: None,
) -> dict:
	"""Replay the prospects that came in a period, once with the profiles as they are and once with the changes.

	Each begins with nothing on their hands, and only absences that stand in the profiles are known. Owners of
	existing customers are left out: today's customers were not customers then.

	:param changes: profiles as they would be, by fieldname; those that do not exist yet are added.
	:return: total, and rows of user, full_name, actual, today and changed; `user` is None for the queue.
	"""
	before = [reps.from_document(frappe.get_doc(PROFILE, name)) for name in _profiles()]
	by_user = {rep.user: rep for rep in before}
	after = {**by_user, **{rep.user: rep for rep in map(reps.from_document, changes) if rep.user}}
	prospects, actual = [], Counter()
	for owner, past in _past(from_date, until_date, progress):
		prospects.append(past)
		actual[owner if owner in after else None] += 1
	today, changed = rules.replay(prospects, before), rules.replay(prospects, after.values())
	return {"total": len(prospects), "rows": _rows(after.values(), actual, today, changed)}


def _profiles() -> list[str]:
	return frappe.get_all(PROFILE, pluck="name", order_by="name asc")


def _rows(everybody, actual: Counter, today: dict, changed: dict) -> list[dict]:
	users: list[Rep | None] = [*sorted(everybody, key=lambda rep: rep.name), None]
	names = dict(
		frappe.get_all(
			"User", {"name": ["in", [rep.user for rep in users if rep]]}, ["name", "full_name"], as_list=True
		)
	)
	return [
		{
			"user": user,
			"full_name": names.get(user),
			"weight": rep.weight if rep else None,
			"actual": actual[user],
			"today": today.get(user, 0),
			"changed": changed.get(user, 0),
		}
		for rep in users
		for user in (rep.user if rep else None,)
	]


def _past(from_date, until_date, progress: Callable[[int], None]) -> Iterator[tuple[str | None, Past]]:
	fields = [*features.columns(), "creation", "prospect_stage_entered_on"]
	done, last = 0, ""
	while True:
		rows = frappe.get_list(
			"Lead",
			[*_period(from_date, until_date), ["name", ">", last]],
			fields,
			order_by="name asc",
			limit=CHUNK,
		)
		attributes = features.attributes_of([row.name for row in rows]) if rows else {}
		for row in rows:
			closed = None if load.is_open(row.prospect_stage) else get_datetime(row.prospect_stage_entered_on)
			found = rules.without_holder(features.of(row, attributes.get(row.name, ())))
			yield row.lead_owner, Past(found, row.creation, closed)
		done += len(rows)
		progress(done)
		if len(rows) < CHUNK:
			return
		last = rows[-1].name


def _period(from_date, until_date) -> list[list]:
	return [
		["creation", ">=", getdate(from_date)],
		["creation", "<", add_days(getdate(until_date), 1)],
	]
