"""What users are told of their contacts: in whose words, in which time zone, how often."""

from contextlib import contextmanager
from datetime import datetime, time, timedelta
from email import message_from_string

import frappe
import pytest
from frappe.utils import add_days, add_to_date, format_datetime, get_datetime, getdate, now_datetime

from crm_etapas.events.scheduler import every_five_minutes
from crm_etapas.follow_up import local_time, morning, words
from crm_etapas.setup import email_templates
from tests.site.factories import make_customer, make_lead, make_opportunity, make_user
from tests.site.test_query_counts import counted

DUE_ES = "Próximo Contacto (es)"


@pytest.fixture
def mail_account(monkeypatch):
	"""The site sends mails: they wait in the queue."""
	monkeypatch.setitem(frappe.flags, "mute_emails", False)
	monkeypatch.setitem(frappe.local.conf, "mute_emails", 0)
	frappe.local.outgoing_email_account = {}
	account = frappe.get_doc(
		{
			"doctype": "Email Account",
			"email_account_name": frappe.generate_hash(length=8),
			"email_id": f"{frappe.generate_hash(length=8)}@example.com",
			"enable_outgoing": 1,
			"default_outgoing": 1,
			"smtp_server": "127.0.0.1",
			"no_smtp_authentication": 1,
		}
	)
	account.flags.ignore_validate = True  # it would connect
	yield account.insert()
	frappe.local.outgoing_email_account = {}


@pytest.fixture
def whole_day():
	"""The working day has begun everywhere."""
	set_hours("00:00", "00:00")


@pytest.fixture
def without_overview():
	"""Whatever the clock shows while the test runs, nobody is told of their day."""
	switch_overview_off()


@pytest.fixture
def seller():
	return make_user("Sales User", last_name="López").name


def set_hours(begins: str, ends: str) -> None:
	settings = frappe.get_doc("CRM Etapas Settings")
	settings.update({"working_day_begins": begins, "working_day_ends": ends})
	settings.save()


def switch_overview_off() -> None:
	settings = frappe.get_doc("CRM Etapas Settings")
	settings.morning_overview = 0
	settings.save()


@contextmanager
def site_in(zone: str):
	settings = frappe.get_doc("System Settings")
	before = settings.time_zone
	set_zone(zone)
	try:
		yield
	finally:
		set_zone(before)


def set_zone(zone: str) -> None:
	frappe.db.set_single_value("System Settings", "time_zone", zone)
	frappe.clear_document_cache("System Settings", "System Settings")
	frappe.local.system_settings = None


def make_due(record, moment=None) -> None:
	frappe.db.set_value(record.doctype, record.name, "next_contact_date", moment or now_datetime())


def make_of_today(record, moment=None) -> None:
	"""Of today, and told of as due."""
	make_due(record, moment)
	frappe.db.set_value(record.doctype, record.name, "next_contact_notified", 1)


def planned_by(user: str, make=make_lead, **values):
	return make(next_contact_date=add_to_date(now_datetime(), days=3), next_contact_by=user, **values)


def notices(user: str) -> list[str]:
	return frappe.get_all("Notification Log", {"for_user": user}, pluck="subject", order_by="creation asc")


def mails(user: str) -> list[str]:
	queued = frappe.get_all(
		"Email Queue Recipient", {"recipient": user}, pluck="parent", order_by="creation asc"
	)
	return [text_of(frappe.get_doc("Email Queue", name)) for name in queued]


def text_of(queued) -> str:
	parts = message_from_string(queued.message).walk()
	html = next(part for part in parts if part.get_content_type() == "text/html")
	return str(html.get_payload(decode=True), "utf-8")


# D19: an admin edits the words
def test_the_words_are_those_of_the_template_in_the_users_language(seller, mail_account, without_overview):
	english = make_user("Sales User", language="en").name
	template = frappe.get_doc("Email Template", DUE_ES)
	template.update(
		{"subject": "Toca llamar a {{ title }}", "response": "<p>{{ user }}: {{ link }}, {{ about }}</p>"}
	)
	template.save()
	ours, theirs = planned_by(seller, next_contact_subject="<i>Oferta"), planned_by(english)
	for record in (ours, theirs):
		make_due(record)
	every_five_minutes()
	assert notices(seller) == [f"Toca llamar a {ours.get_title()}"]
	assert notices(english)[0].startswith("Now: ")
	(mail,) = mails(seller)
	assert f"/app/lead/{ours.name}" in mail
	assert "López" in mail
	assert "&lt;i&gt;Oferta" in mail


# D19: deleted, renamed or broken: somebody is told nevertheless
@pytest.mark.parametrize("broken", [False, True])
def test_without_a_template_that_can_be_used_the_words_are_built_in(seller, broken, without_overview):
	if broken:
		frappe.db.set_value("Email Template", DUE_ES, "subject", "{{ title.nothing.at.all }}")
		frappe.clear_document_cache("Email Template", DUE_ES)
	else:
		frappe.delete_doc("Email Template", DUE_ES)
	lead = planned_by(seller, next_contact_subject="Demostración")
	make_due(lead)
	every_five_minutes()
	(subject,) = notices(seller)
	assert subject == f"Ahora: {lead.get_title()}, Demostración"


# D19: what an admin has written stays, what is deleted comes back with no update
def test_templates_are_created_once():
	frappe.db.set_value("Email Template", DUE_ES, "subject", "Mío")
	email_templates.create()
	assert frappe.db.get_value("Email Template", DUE_ES, "subject") == "Mío"
	assert len(frappe.get_all("Email Template", {"name": ["like", f"{words.MORNING} (%"]})) == 2


# D19: by preference
def test_who_wants_no_mails_of_events_gets_none(seller, mail_account, whole_day):
	frappe.db.set_value("Notification Settings", seller, "enable_email_event_reminders", 0)
	lead = planned_by(seller)
	make_due(lead)
	every_five_minutes()
	assert len(notices(seller)) == 2  # it is due, and it is of today
	assert not mails(seller)


# D19, C5: the moment as the user's clock shows it
def test_times_are_those_of_the_users_time_zone(seller, mail_account, without_overview):
	with site_in("America/Caracas"):
		frappe.db.set_value("User", seller, "time_zone", "Europe/Madrid")
		frappe.clear_document_cache("User", seller)
		lead = planned_by(seller)
		moment = add_to_date(now_datetime().replace(second=0, microsecond=0), minutes=-10)
		make_due(lead, moment)
		every_five_minutes()
		there = local_time.local(moment, local_time.zone("Europe/Madrid"))
		assert there - moment in (timedelta(hours=5), timedelta(hours=6))
		assert format_datetime(there) in mails(seller)[0]
		assert format_datetime(moment) not in mails(seller)[0]


# D19: with and without daylight saving time on either side
@pytest.mark.parametrize(
	("moment", "there"),
	[
		(datetime(2030, 3, 1, 10), datetime(2030, 3, 1, 4)),
		(
			datetime(2030, 3, 20, 10),
			datetime(2030, 3, 20, 5),
		),  # New York has changed its clocks, Madrid has not
		(datetime(2030, 4, 1, 10), datetime(2030, 4, 1, 4)),
		(datetime(2030, 3, 10, 8, 30), datetime(2030, 3, 10, 3, 30)),
	],
)
def test_a_moment_is_the_same_on_both_sides_of_a_change_of_clocks(moment, there):
	new_york = local_time.zone("America/New_York")
	with site_in("Europe/Madrid"):
		assert local_time.local(moment, new_york) == there
		assert local_time.of_site(there, new_york) == moment


# D19
def test_an_unknown_time_zone_is_that_of_the_site():
	assert local_time.zone("Luna/Mar de la Tranquilidad") == local_time.zone(None)


# D19: in the morning for the day
def test_everybody_is_told_once_of_what_there_is_to_do_today(seller, mail_account, whole_day):
	today = [planned_by(seller, make) for make in (make_lead, make_opportunity, make_customer)]
	late, tomorrow = planned_by(seller), planned_by(seller)
	midnight = datetime.combine(local_time.now(local_time.zone_of(seller)).date(), time.min)
	begins = local_time.of_site(midnight, local_time.zone_of(seller))
	for record in today:
		make_of_today(record, add_to_date(begins, hours=23))
	make_of_today(late, add_to_date(begins, days=-2))
	make_due(tomorrow, add_to_date(begins, hours=24))
	for _number in range(3):
		every_five_minutes()
	assert notices(seller) == ["Contactos de hoy: 3, atrasados: 1"]
	(mail,) = mails(seller)
	for record in (*today, late):
		assert frappe.utils.escape_html(record.get_title()) in mail
	assert frappe.utils.escape_html(tomorrow.get_title()) not in mail
	assert mail.count("(atrasado)") == 1


# D19: nothing is planned, and yet somebody is waiting
def test_whoever_has_newly_neglected_records_is_told_how_many(seller, mail_account, whole_day):
	for since in (0, -1, -1):
		lead = make_lead(lead_owner=seller)
		frappe.db.set_value("Lead", lead.name, "rotting_since", add_days(getdate(), since))
	frappe.db.set_value("Lead", make_lead(lead_owner=seller).name, "valid_until", add_days(getdate(), -1))
	other = make_user("Sales User").name
	frappe.db.set_value("Lead", make_lead(lead_owner=other).name, "rotting_since", add_days(getdate(), -1))
	for _number in range(2):
		every_five_minutes()
	assert notices(seller) == ["Contactos de hoy: 0, descuidados nuevos: 1"]
	assert not notices(other)
	(mail,) = mails(seller)
	assert "Descuidados: 3, de ellos desde hoy: 1" in mail
	assert "Con la vigencia vencida: 1" in mail
	assert "/app/my-day" in mail


# D19: the scheduler was down for days
def test_after_days_without_a_scheduler_there_is_one_overview(seller, whole_day):
	frappe.db.set_value("User", seller, morning.TOLD_ON, add_days(now_datetime(), -4))
	make_of_today(planned_by(seller))
	every_five_minutes()
	every_five_minutes()
	assert len(notices(seller)) == 1
	told_on = frappe.db.get_value("User", seller, morning.TOLD_ON)
	assert told_on == local_time.now(local_time.zone_of(seller)).date()


# D19: when the working day begins where the user is
@pytest.mark.parametrize(("hour", "is_told"), [(3, False), (12, True), (20, False)])
def test_it_is_told_when_the_working_day_begins_there(seller, hour, is_told):
	set_hours("09:00", "18:00")
	ahead = (hour - datetime.now(local_time.zone("UTC")).hour + 12) % 24 - 12  # hours before UTC: -12 to 11
	zone = f"Etc/GMT{'-' if ahead >= 0 else '+'}{abs(ahead)}"
	frappe.db.set_value("User", seller, "time_zone", zone)
	frappe.clear_document_cache("User", seller)
	make_of_today(planned_by(seller))
	morning.tell()
	assert bool(notices(seller)) == is_told


# D19: an admin may not want it
def test_it_can_be_switched_off(seller, whole_day):
	switch_overview_off()
	make_of_today(planned_by(seller))
	morning.tell()
	assert not notices(seller)


# D19: nobody is told of what they may not see
def test_the_overview_leaves_out_what_a_user_may_not_see(seller, whole_day):
	hidden, shown = planned_by(seller), planned_by(seller)
	for record in (hidden, shown):
		make_of_today(record)
	frappe.get_doc(
		{
			"doctype": "User Permission",
			"user": seller,
			"allow": "Lead",
			"for_value": shown.name,
			"apply_to_all_doctypes": 1,
		}
	).insert()
	morning.tell()
	assert notices(seller) == ["Contactos de hoy: 1"]


# D19: as many queries for many users as for one
def test_the_contacts_of_all_users_are_read_at_once(whole_day):
	morning.tell()
	for _number in range(4):
		user = make_user("Sales User").name
		make_of_today(planned_by(user))
	with counted() as statements:
		assert morning.tell() == 4
	read = [
		text
		for text in statements
		if "next_contact_by" in text and text.lstrip().upper().startswith("SELECT *")
	]
	assert len(read) == 3


# C5: the calendar of whoever makes the contact, and of nobody else
def test_the_event_of_a_contact_is_seen_by_whoever_makes_it(seller):
	lead, stranger = planned_by(seller), make_user("Sales User").name
	event = frappe.get_doc("Event", lead.next_contact_event)
	assert frappe.has_permission("Event", "read", doc=event, user=seller)
	assert not frappe.has_permission("Event", "read", doc=event, user=stranger)


# C5: an event that lasts all day has no hour of its own
def test_an_event_that_is_moved_to_a_whole_day_is_due_when_work_begins():
	set_hours("08:30", "17:00")
	lead = planned_by("Administrator")
	event = frappe.get_doc("Event", lead.next_contact_event)
	day = add_days(now_datetime(), 10).date()
	event.update({"starts_on": datetime.combine(day, time.min), "all_day": 1})
	event.save()
	assert lead.reload().next_contact_date == datetime.combine(day, time(8, 30))
	lead.next_contact_subject = "Otra cosa"
	lead.save()
	assert frappe.db.get_value("Event", event.name, "all_day") == 1
	lead.next_contact_date = datetime.combine(day, time(15))
	lead.save()
	assert frappe.db.get_value("Event", event.name, ["all_day", "starts_on"]) == (
		0,
		get_datetime(datetime.combine(day, time(15))),
	)
