"""The week's figures by mail: who gets them, when, and what they say."""

import email
from datetime import datetime, timedelta
from email.header import decode_header, make_header

import frappe
import pytest
from frappe.utils import add_days

from crm_etapas.analytics import weekly
from crm_etapas.api import analytics as api
from crm_etapas.events import weekly_figures
from crm_etapas.follow_up import local_time
from tests.site.factories import WHY_WON, make_opportunity, make_user
from tests.site.test_notices import mail_account  # noqa: F401

pytestmark = pytest.mark.usefixtures("mail_account")
MONDAY = datetime(2031, 3, 3, 9, 30)


@pytest.fixture
def at(monkeypatch):
	"""Set the clock of all users."""

	def set_clock(moment: datetime) -> None:
		monkeypatch.setattr(local_time, "now", lambda where: moment)

	return set_clock


def reader(**values):
	return make_user("Sales User", "Sales Manager", weekly_figures=1, **values)


def mails() -> list:
	names = frappe.get_all("Email Queue", pluck="name", order_by="creation")
	return [frappe.get_doc("Email Queue", name) for name in names]


def text_of(mail) -> str:
	parts = email.message_from_string(mail.message).walk()
	return "".join(
		part.get_payload(decode=True).decode() for part in parts if part.get_content_type() == "text/html"
	)


def win_last_week(amount: float, owner: str | None = None):
	doc = make_opportunity(**({"opportunity_owner": owner} if owner else {}))
	doc.update({"opportunity_stage": "Cerrado Ganado", **WHY_WON, "opportunity_amount": amount})
	doc.save()
	frappe.db.set_value(
		"Stage Log",
		{"reference_name": doc.name, "stage": doc.opportunity_stage},
		"entered_on",
		MONDAY - timedelta(days=3),
	)
	return doc


# D19: on the day that the settings say, once
def test_they_are_sent_on_mondays_once(at):
	user = reader()
	frappe.db.delete("Email Queue")
	at(MONDAY.replace(hour=7))
	assert weekly_figures.send_due() == 0
	at(MONDAY)
	assert weekly_figures.send_due() == 1
	assert weekly_figures.send_due() == 0
	assert [mail.recipients[0].recipient for mail in mails()] == [user.name]
	at(MONDAY + timedelta(days=3))
	assert weekly_figures.send_due() == 0
	at(MONDAY + timedelta(days=9))  # nothing ran on the next Monday
	assert weekly_figures.send_due() == 1


def test_nobody_gets_what_they_do_not_want(at):
	make_user("Sales Manager")
	reader(enabled=0)
	at(MONDAY)
	assert weekly_figures.send_due() == 0
	reader()
	frappe.db.set_single_value("CRM Etapas Settings", "weekly_figures_day", "")
	frappe.clear_document_cache("CRM Etapas Settings", "CRM Etapas Settings")
	assert weekly_figures.send_due() == 0


def test_whoever_has_just_switched_it_on_waits_for_the_day(at):
	reader()
	at(MONDAY + timedelta(days=2))
	assert weekly_figures.send_due() == 0


# Reports: figures, bars, in the language of whoever reads them
@pytest.mark.parametrize(
	("language", "subject", "label"),
	[("es", "Cifras de la semana: del", "Valor Ganado"), ("en", "Week's figures:", "Won Value")],
)
def test_what_they_say(at, language, subject, label):
	win_last_week(1234)
	reader(language=language)
	frappe.db.delete("Email Queue")
	at(MONDAY)
	assert weekly_figures.send_due() == 1
	(mail,) = mails()
	text = text_of(mail)
	assert label in text and "1" in text and "234" in text
	assert 'bgcolor="#36B37E"' in text and "query-report/Sales" in text
	assert subject in str(make_header(decode_header(email.message_from_string(mail.message)["Subject"])))


# with the rights of whoever gets them
def test_they_are_of_what_the_reader_may_see(at):
	win_last_week(1000)
	user = reader()
	own = win_last_week(77, user.name)
	frappe.db.set_value("Opportunity", own.name, "owner", user.name)
	frappe.permissions.setup_custom_perms("Opportunity")
	for role in ("Sales User", "Sales Manager"):
		frappe.permissions.update_permission_property("Opportunity", role, 0, "if_owner", 1)
	frappe.clear_cache(doctype="Opportunity")
	frappe.set_user(user.name)
	won = next(one for one in weekly.values(MONDAY.date())["figures"] if one["label"] == "Ganadas")
	assert won["value"] == "1"
	frappe.set_user("Administrator")


# one who cannot be sent anything keeps nobody else from getting theirs
def test_a_failure_is_noted(at):
	user = make_user("Employee", weekly_figures=1)
	at(MONDAY)
	assert weekly_figures.send_due() == 0
	assert frappe.db.exists("Error Log", {"method": ["like", f"%{user.name}%"]})
	assert frappe.session.user == "Administrator"


# send me now, and the switch
def test_the_buttons():
	user = make_user("Sales User")
	frappe.db.delete("Email Queue")
	frappe.set_user(user.name)
	assert api.wants_weekly_figures() == {"wanted": False, "day": "Monday"}
	api.want_weekly_figures(True)
	assert api.wants_weekly_figures()["wanted"]
	api.send_weekly_figures()
	frappe.set_user("Administrator")
	assert [mail.recipients[0].recipient for mail in mails()] == [user.name]
	frappe.set_user(make_user("Employee").name)
	for refused in (api.wants_weekly_figures, api.send_weekly_figures, lambda: api.want_weekly_figures(True)):
		with pytest.raises(frappe.PermissionError):
			refused()


def test_the_last_full_weeks_begin_on_a_monday():
	for days in range(7):
		filters = weekly.last_weeks(add_days(MONDAY.date(), days))
		assert filters.from_date.weekday() == 0 and filters.to_date == MONDAY.date() - timedelta(days=1)
		assert (filters.to_date - filters.from_date).days == 7 * weekly.WEEKS - 1
