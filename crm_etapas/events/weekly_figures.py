"""The week's figures by mail: to everybody who wants them, with their rights and in their language."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import frappe
from frappe import _
from frappe.utils import cstr, escape_html, get_fullname, get_link_to_report, getdate

from crm_etapas import language
from crm_etapas.analytics import weekly
from crm_etapas.follow_up import local_time, words
from crm_etapas.follow_up.words import Words
from crm_etapas.pipeline.working_time import working_hours

KIND = "Cifras de la Semana"
WANTED, SENT_ON = "weekly_figures", "weekly_figures_sent_on"
REPORT = "Sales Trends"
SAVEPOINT = "sending_weekly_figures"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def send_due() -> int:
	"""Send the figures to whoever wants them and has not had them since the last day for it: a job of its own.

	:return: how many mails were sent.
	"""
	day = frappe.get_cached_doc("CRM Etapas Settings").weekly_figures_day
	if day not in WEEKDAYS:
		return 0
	sent = 0
	for user, today in _whose_day_has_come(WEEKDAYS.index(day)):
		sent += _send_one(user)
		frappe.db.set_value("User", user, SENT_ON, today, update_modified=False)
		frappe.db.commit()  # a job: whoever has got them gets them once
	return sent


def send(user: str) -> None:
	"""Send a user the figures of the last full week, of the records that they may read.

	:raises frappe.OutgoingEmailError: if the site sends no mail.
	:raises frappe.PermissionError: if there is nothing that they may read.
	"""
	with _acting_as(user), language.speaking_to(user):
		values = weekly.values(local_time.now(local_time.zone_of(user)).date())
		values |= {
			"user": get_fullname(user),
			"link": get_link_to_report(REPORT, _(REPORT), "Script Report"),
		}
		words.mail(user, words.of(KIND, values, _builtin(values)))


def _whose_day_has_come(weekday: int) -> Iterator[tuple[str, date]]:
	opens, closes = working_hours()
	users = frappe.get_all(
		"User", {"enabled": 1, "user_type": "System User", WANTED: 1}, ["name", "time_zone", SENT_ON]
	)
	for user in users:
		there = local_time.now(local_time.zone(user.time_zone))
		due = there.date() - timedelta(days=(there.weekday() - weekday) % 7)
		is_open = opens >= closes or opens <= there.time() < closes
		# who has just switched it on waits for the next time
		sent_on = getdate(user[SENT_ON]) if user[SENT_ON] else there.date() - timedelta(days=1)
		if is_open and sent_on < due:
			yield user.name, there.date()


def _send_one(user: str) -> bool:
	"""One user who cannot be sent anything keeps nobody else from getting theirs."""
	frappe.db.savepoint(SAVEPOINT)
	try:
		send(user)
		return True
	except Exception:
		frappe.db.rollback(save_point=SAVEPOINT)
		frappe.log_error(title=_("{0} could not be sent the week's figures").format(user))
		return False


@contextmanager
def _acting_as(user: str) -> Iterator[None]:
	before = frappe.session.user
	if user == before:
		yield
		return
	frappe.set_user(user)
	try:
		yield
	finally:
		frappe.set_user(before)


def _builtin(values: dict) -> Words:
	subject = _("Week's figures: {0} to {1}").format(values["from_date"], values["to_date"])
	rows = "".join(
		"<tr>{}</tr>".format(
			"".join(
				f"<td>{escape_html(cstr(figure[key]))}</td>" for key in ("label", "value", "before", "change")
			)
		)
		for figure in values["figures"]
	)
	return Words(subject, f"<p>{subject}</p><table>{rows}</table><p>{values['link']}</p>")
