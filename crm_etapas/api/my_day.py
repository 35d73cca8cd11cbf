"""Whitelisted methods: what a salesperson has to do today."""

import frappe
from frappe import _

from crm_etapas.exceptions import FollowUpError
from crm_etapas.follow_up import RESPONSIBLE, day, my_day, my_day_rows, people

MANAGERS = ("Sales Manager", "Sales Master Manager", "System Manager")
A_PAGE = 20
MOST = 200  # records of a section in one answer


@frappe.whitelist(methods=["GET", "POST"])
def get(user: str | None = None) -> dict:
	"""Return what a salesperson has to do, a page of each section.

	:param user: whose day; without it one's own. Only managers see that of others, and of it what they may read.
	:return: `user`, `date` (where that user is), `may_choose` (whether others may be asked for),
		`writable` (the DocTypes that may be written) and `sections`: a list of name, `count` and `rows`, see `my_day_rows.read`.
	:raises frappe.PermissionError: if it is another user's and none of their records may be read.
	"""
	user = _whose(user)
	today = day.today_of(user)
	counts = my_day.counts(my_day.SECTIONS, user, today)
	return {
		"user": user,
		"date": today.date,
		"may_choose": _is_manager(),
		"writable": [doctype for doctype in RESPONSIBLE if frappe.has_permission(doctype, "write")],
		"sections": [
			{"name": name, "count": counts[name], "rows": rows}
			for name, rows in _rows(my_day.SECTIONS, user, today, 0, A_PAGE).items()
		],
	}


@frappe.whitelist(methods=["GET", "POST"])
def section(name: str, user: str | None = None, start: int = 0, limit: int = A_PAGE) -> dict:
	"""Return a page of one section, as `get` has them.

	:param name: overdue, today, week, woken, rotting, expired or new.
	:param start, limit: which of its records; at most 200.
	:raises FollowUpError: if there is no such section.
	:raises frappe.PermissionError: as `get`.
	"""
	if name not in my_day.SECTIONS:
		frappe.throw(
			_("My Day has no section {0}. It has: {1}").format(
				frappe.bold(frappe.utils.escape_html(name)), ", ".join(my_day.SECTIONS)
			),
			FollowUpError,
			title=_("My Day"),
		)
	user = _whose(user)
	today = day.today_of(user)
	start, limit = max(start, 0), min(max(limit, 1), MOST)
	return {
		"name": name,
		"count": my_day.counts([name], user, today)[name],
		"rows": _rows([name], user, today, start, limit)[name],
	}


@frappe.whitelist(methods=["GET", "POST"])
def salespeople() -> list[dict]:
	"""Return whose day a manager may look at: those whose records they may read. Others get nobody.

	:return: user and full_name, by name.
	"""
	return people.with_readable_records() if _is_manager() else []


def _rows(sections, user: str, today: day.Day, start: int, limit: int) -> dict[str, list[dict]]:
	found = my_day.page(sections, user, today, start, limit)
	shown = my_day_rows.read(record for records in found.values() for record in records)
	return {name: [shown[record] for record in records if record in shown] for name, records in found.items()}


def _is_manager() -> bool:
	return bool(set(MANAGERS) & set(frappe.get_roles()))


def _whose(user: str | None) -> str:
	if user in (None, "", frappe.session.user):
		return frappe.session.user
	if _is_manager() and people.with_readable_records(user):
		return user
	frappe.throw(
		_("There is no salesperson {0} whose records you may see. Choose another one").format(
			frappe.bold(frappe.utils.escape_html(user))
		),
		frappe.PermissionError,
		title=_("Not Permitted"),
	)
