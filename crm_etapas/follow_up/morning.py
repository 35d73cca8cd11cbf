"""The contacts of the day, and what nobody looks after, told to everybody when the working day begins where they are: once, whatever the scheduler did.

The day that a user was last told of stands with the user, so days without a scheduler bring one overview, not many.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

import frappe
from frappe import _
from frappe.core.doctype.user_permission.user_permission import get_user_permissions
from frappe.utils import escape_html, format_date, get_fullname, get_url, getdate, now_datetime

from crm_etapas import language
from crm_etapas.follow_up import RESPONSIBLE, local_time, notices, words
from crm_etapas.follow_up.attention import worklist
from crm_etapas.follow_up.words import Words
from crm_etapas.pipeline.working_time import holidays_of, working_hours

TOLD_ON = "contacts_told_on"
OVERDUE_FOR = timedelta(days=30)  # what is older nobody does in a day
MOST = 50  # contacts in a mail
MY_DAY = "/app/my-day"
SAVEPOINT = "telling_of_the_day"


def tell() -> int:
	"""Tell users of their contacts of the day: a job of its own.

	:return: how many were told.
	"""
	if not frappe.get_cached_doc("CRM Etapas Settings").morning_overview:
		return 0
	days = _who_is_up()
	contacts, attention = (_contacts(days), worklist.counts_by_user()) if days else ({}, {})
	concerned = [user for user in days if user in contacts or attention.get(user, {}).get("new")]
	_mark([user for user in days if user not in concerned], days)
	told = 0
	for user in concerned:
		told += _tell_one(user, days[user], contacts.get(user, []), attention.get(user, Counter()))
		_mark([user], days)
		frappe.db.commit()  # a job: whoever has been told is not told again
	return told


def _who_is_up() -> dict[str, date]:
	"""Return the day where they are of all whose working day has begun, and who have not been told of it."""
	opens, closes = working_hours()
	users = frappe.get_all("User", {"enabled": 1, "user_type": "System User"}, ["name", "time_zone", TOLD_ON])
	found = {}
	for user in users:
		there = local_time.now(local_time.zone(user.time_zone))
		is_open = opens >= closes or opens <= there.time() < closes
		if is_open and (not user[TOLD_ON] or getdate(user[TOLD_ON]) < there.date()):
			found[user.name] = there.date()
	return found


def _contacts(days: dict[str, date]) -> dict[str, list[dict]]:
	"""Return what each of these users has to do today or has not done yet, in its order: a query a DocType."""
	ends = {user: _end_of(day, user) for user, day in days.items()}
	found: dict[str, list[dict]] = {}
	for doctype in RESPONSIBLE:
		table = frappe.qb.DocType(doctype)
		rows = (
			frappe.qb.from_(table)
			.select("*")
			.where(table.next_contact_by.isin(list(days)))
			.where(table.next_contact_date > now_datetime() - OVERDUE_FOR)
			.where(table.next_contact_date < max(ends.values()))
			.run(as_dict=True)
		)
		for row in rows:
			user = row.next_contact_by
			if row.next_contact_date < ends[user] and _may_see(user, doctype, row):
				row.update(doctype=doctype, title=row.get(frappe.get_meta(doctype).get_title_field()))
				found.setdefault(user, []).append(row)
	return {user: sorted(planned, key=lambda row: row.next_contact_date) for user, planned in found.items()}


def _end_of(day: date, user: str) -> datetime:
	midnight = datetime.combine(day + timedelta(days=1), time.min)
	return local_time.of_site(midnight, local_time.zone_of(user))


def _may_see(user: str, doctype: str, row: frappe._dict) -> bool:
	"""Tell whether a user may read a record; only those with User Permissions need its tables, and so a query."""
	is_restricted = get_user_permissions(user)
	doc = frappe.get_doc(doctype, row.name) if is_restricted else frappe.get_doc({**row, "doctype": doctype})
	return bool(frappe.has_permission(doctype, "read", doc=doc, user=user))


def _tell_one(user: str, day: date, planned: list[dict], attention: Counter) -> bool:
	"""One user who cannot be told keeps nobody else from being told."""
	begins = local_time.of_site(datetime.combine(day, time.min), local_time.zone_of(user))
	overdue = [row for row in planned if row.next_contact_date < begins]
	if len(overdue) == len(planned) and day in holidays_of(frappe.db.get_default("company")):
		return False
	frappe.db.savepoint(SAVEPOINT)
	try:
		with language.speaking_to(user):
			values = {
				"user": get_fullname(user),
				"day": format_date(day),
				"today": len(planned) - len(overdue),
				"overdue": len(overdue),
				"contacts": [
					{**notices.values_of(row.doctype, row, user), "overdue": row in overdue}
					for row in planned[:MOST]
				],
				"more": max(len(planned) - MOST, 0),
				"neglected": attention["neglected"],
				"new": attention["new"],
				"expired": attention["expired"],
				"link": f'<a href="{get_url(MY_DAY)}">{_("My Day")}</a>',
			}
			told = words.of(words.MORNING, values, _builtin(values))
			words.tell(user, told, {"link": MY_DAY})
		return True
	except Exception:
		frappe.db.rollback(save_point=SAVEPOINT)
		frappe.log_error(title=_("{0} could not be told of the day's contacts").format(user))
		return False


def _builtin(values: dict) -> Words:
	subject = _("Contacts today: {0}, overdue: {1}").format(values["today"], values["overdue"])
	lines = "".join(
		f"<li>{contact['when']}: {contact['link']}, {escape_html(contact['about'])}</li>"
		for contact in values["contacts"]
	)
	needed = _("Neglected: {0}, of them since today: {1}. Expired: {2}").format(
		values["neglected"], values["new"], values["expired"]
	)
	return Words(subject, f"<p>{subject}</p><ul>{lines}</ul><p>{needed}. {values['link']}</p>")


def _mark(users: Iterable[str], days: dict[str, date]) -> None:
	table = frappe.qb.DocType("User")
	for day in {days[user] for user in users}:
		names = [user for user in users if days[user] == day]
		frappe.qb.update(table).set(table[TOLD_ON], day).where(table.name.isin(names)).run()
