"""My Day: what a salesperson has to do, each record once, in the day of whoever does it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import frappe
import pytest
from frappe.utils import add_days, get_system_timezone, now_datetime

from crm_etapas.api import my_day as api
from crm_etapas.exceptions import FollowUpError
from crm_etapas.follow_up.day import today_of
from tests.site.factories import make_customer, make_lead, make_opportunity, make_user
from tests.site.test_query_counts import counted

OPEN, ON_HOLD, WON = "Contacto Establecido", "Contactar en un Futuro", "Convertido a Oportunidad"


@pytest.fixture
def seller():
	user = make_user("Sales User")
	frappe.set_user(user.name)
	return user.name


def lead_of(user, **values):
	"""A lead that somebody has spoken to already, so that nothing is to be done with it, but for the values."""
	lead = make_lead()
	values = {"prospect_stage": OPEN, "last_contact_on": add_days(now_datetime(), -1), **values}
	frappe.db.set_value("Lead", lead.name, {"lead_owner": user, **values}, update_modified=False)
	return lead.name


def planned(user, moment, **values):
	return lead_of(user, next_contact_by=user, next_contact_date=moment, **values)


def sections(**arguments) -> dict[str, list[str]]:
	told = api.get(**arguments)["sections"]
	assert all(section["count"] == len(section["rows"]) for section in told)
	return {section["name"]: [row["name"] for row in section["rows"]] for section in told if section["rows"]}


# C5
def test_contacts_stand_in_the_section_of_their_day(seller):
	day = today_of(seller)
	overdue = planned(seller, day.start - timedelta(seconds=1))
	first, last = planned(seller, day.start), planned(seller, day.end - timedelta(seconds=1))
	tomorrow, in_a_week = planned(seller, day.end), planned(seller, day.week_end - timedelta(seconds=1))
	planned(seller, day.week_end)
	assert sections() == {"overdue": [overdue], "today": [first, last], "week": [tomorrow, in_a_week]}


# C5: whoever makes the contact, whosever the record is; not Administrator, who owns nothing here
def test_only_ones_own_contacts_of_every_doctype(seller):
	day = today_of(seller)
	planned("Administrator", day.start)
	names = [planned(seller, day.start)]
	frappe.db.set_value("Lead", names[0], "lead_owner", "Administrator")
	frappe.set_user("Administrator")
	for minutes, doc in ((1, make_opportunity()), (2, make_customer())):
		values = {"next_contact_by": seller, "next_contact_date": day.start + timedelta(minutes=minutes)}
		frappe.db.set_value(doc.doctype, doc.name, values)
		names.append(doc.name)
	frappe.set_user(seller)
	assert sections()["today"] == names


# D19
def test_each_record_stands_where_it_belongs_and_once(seller):
	day, ago = today_of(seller), add_days(now_datetime(), -3)
	earlier = add_days(ago, -1)
	rotting = lead_of(seller, rotting_since=ago.date())
	rotting_longer = lead_of(seller, rotting_since=earlier.date())
	woken = lead_of(seller, woken_on=ago, rotting_since=ago.date())
	expired = lead_of(
		seller, valid_until=add_days(day.date, -1), prospect_stage="Nuevo", last_contact_on=None
	)
	new = lead_of(seller, prospect_stage="Nuevo", last_contact_on=None)
	today = planned(seller, day.start, rotting_since=ago.date())
	woken_planned = planned(seller, day.start, woken_on=earlier)
	of_others = planned(seller, day.end - timedelta(seconds=1), woken_on=ago)
	frappe.db.set_value("Lead", of_others, "lead_owner", "Administrator")
	put_off = planned(
		seller, day.start - timedelta(days=1), woken_on=ago, snoozed_until=add_days(day.date, 1)
	)
	lead_of(seller, prospect_stage=ON_HOLD, valid_until=add_days(day.date, -1))
	lead_of(seller, valid_until=add_days(day.date, -1), snoozed_until=add_days(day.date, 1))
	lead_of(seller, rotting_since=ago.date(), snoozed_until=add_days(day.date, 1))
	lead_of(seller, prospect_stage=WON, rotting_since=ago.date(), woken_on=ago, valid_until=ago.date())
	lead_of(seller, prospect_stage="Nuevo")
	lead_of(
		seller,
		prospect_stage="Nuevo",
		last_contact_on=None,
		next_contact_by=seller,
		next_contact_date=day.end,
	)
	lead_of("Administrator", rotting_since=ago.date(), woken_on=ago)
	found = sections()
	assert len(found.pop("week")) == 1
	assert found == {
		"woken": [woken_planned, woken],
		"overdue": [put_off],
		"today": [today, of_others],
		"rotting": [rotting_longer, rotting],
		"expired": [expired],
		"new": [new],
	}


# D19: snoozed until a day means that it is back on that day; a contact far ahead or of somebody else hides nothing
def test_what_was_snoozed_is_back_on_its_day(seller):
	day = today_of(seller)
	back = lead_of(seller, rotting_since=add_days(day.date, -3), snoozed_until=day.date)
	later = lead_of(
		seller,
		rotting_since=add_days(day.date, -2),
		next_contact_by=seller,
		next_contact_date=add_days(day.week_end, 1),
	)
	others = lead_of(
		seller,
		rotting_since=add_days(day.date, -1),
		next_contact_by="Administrator",
		next_contact_date=day.start,
	)
	assert sections() == {"rotting": [back, later, others]}


# D19: opportunities too
def test_an_opportunity_that_nobody_looks_after(seller):
	frappe.set_user("Administrator")
	opportunity = make_opportunity()
	values = {"opportunity_owner": seller, "rotting_since": "2026-01-01", "last_contact_on": now_datetime()}
	frappe.db.set_value("Opportunity", opportunity.name, values)
	frappe.set_user(seller)
	(row,) = api.section("rotting")["rows"]
	assert (row["doctype"], row["name"]) == ("Opportunity", opportunity.name)
	assert row["stage"]["name"] == opportunity.opportunity_stage
	assert row["stage"]["color"]


# C5: the day is the user's, the moments are the site's
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/Los_Angeles", "Asia/Kathmandu"])
def test_the_day_begins_where_the_user_is(seller, zone):
	frappe.db.set_value("User", seller, "time_zone", zone)
	frappe.clear_cache(user=seller)
	frappe.clear_document_cache("User", seller)
	midnight = datetime.now(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
	in_site = midnight.astimezone(ZoneInfo(get_system_timezone())).replace(tzinfo=None)
	day = today_of(seller)
	assert (day.start, day.date) == (in_site, midnight.date())
	today, before = planned(seller, in_site), planned(seller, in_site - timedelta(seconds=1))
	assert sections() == {"overdue": [before], "today": [today]}


# C5: a day on which clocks change has 23 or 25 hours
def test_a_day_on_which_clocks_change(seller):
	frappe.db.set_value("User", seller, "time_zone", "America/New_York")
	frappe.clear_document_cache("User", seller)
	noon = datetime(2026, 3, 8, 12, tzinfo=ZoneInfo("America/New_York"))
	day = today_of(seller, noon)
	assert day.end - day.start == timedelta(hours=23)


# D19
def test_pages_of_a_section(seller):
	day = today_of(seller)
	names = [planned(seller, day.start + timedelta(minutes=n)) for n in range(3)]
	page = api.section("today", start=1, limit=1)
	assert (page["count"], [row["name"] for row in page["rows"]]) == (3, names[1:2])
	with pytest.raises(FollowUpError, match="overdue"):
		api.section("yesterday")


def test_a_row_says_whom_and_how_to_reach(seller):
	frappe.set_user("Administrator")
	lead = make_lead(company_name="Molinos Ana", mobile_no="+34600111222", email_id="ana@molinos.example")
	values = {"next_contact_by": seller, "next_contact_date": today_of(seller).start, "lead_owner": seller}
	frappe.db.set_value("Lead", lead.name, {**values, "next_contact_medium": "Visit"})
	frappe.set_user(seller)
	(row,) = api.section("today")["rows"]
	assert (row["title"], row["detail"]) == (lead.title, lead.lead_name)
	assert (row["phone"], row["email"]) == ("+34600111222", "ana@molinos.example")
	assert (row["next_contact_medium"], row["responsible"]) == ("Visit", seller)


# C4: what one may not read is neither listed nor counted
def test_records_that_may_not_be_read_are_left_out(seller):
	day = today_of(seller)
	shown, hidden = planned(seller, day.start), planned(seller, day.start)
	frappe.set_user("Administrator")
	territory = frappe.get_all("Territory", {"is_group": 0}, pluck="name")[0]
	frappe.db.set_value("Lead", shown, "territory", territory)
	other = frappe.get_doc({"doctype": "Territory", "territory_name": "Muy Lejos"}).insert()
	frappe.db.set_value("Lead", hidden, "territory", other.name)
	permission = {"doctype": "User Permission", "user": seller, "allow": "Territory", "for_value": territory}
	frappe.get_doc(permission).insert()
	frappe.set_user(seller)
	assert sections() == {"today": [shown]}


# D19: managers look at the day of others
def test_a_manager_sees_the_day_of_others_and_nobody_else_does(seller):
	name = planned(seller, today_of(seller).start)
	manager = make_manager()
	frappe.set_user(manager)
	assert sections(user=seller) == {"today": [name]}
	assert seller in [row["user"] for row in api.salespeople()]
	assert api.get()["may_choose"]
	frappe.set_user(make_as_administrator("Sales User"))
	with pytest.raises(frappe.PermissionError):
		api.get(user=seller)
	assert (api.salespeople(), api.get()["may_choose"]) == ([], False)


# D19: of whom one may read nothing, one learns nothing, not even whether they exist
def test_a_manager_of_another_territory_sees_nobody(seller):
	planned(seller, today_of(seller).start)
	manager = make_manager()
	frappe.set_user("Administrator")
	other = frappe.get_doc({"doctype": "Territory", "territory_name": "Muy Lejos"}).insert()
	frappe.db.set_value("Lead", {"lead_owner": seller}, "territory", "All Territories")
	permission = {
		"doctype": "User Permission",
		"user": manager,
		"allow": "Territory",
		"for_value": other.name,
	}
	frappe.get_doc(permission).insert()
	frappe.db.set_single_value("System Settings", "apply_strict_user_permissions", 1)
	frappe.clear_cache()
	frappe.set_user(manager)
	assert seller not in [row["user"] for row in api.salespeople()]
	messages = []
	for user in (seller, "nadie@example.com"):
		with pytest.raises(frappe.PermissionError) as refused:
			api.get(user=user)
		messages.append(str(refused.value).replace(user, ""))
	assert messages[0] == messages[1]


# D19: whatever the number of records
def test_the_queries_do_not_depend_on_how_much_there_is(seller):
	day = today_of(seller)
	planned(seller, day.start)
	api.get()  # fills the caches
	with counted() as few:
		api.get()
	for _number in range(5):
		planned(seller, day.start)
		lead_of(seller, rotting_since=day.date)
		lead_of(seller, prospect_stage="Nuevo", last_contact_on=None)
	with counted() as many:
		told = api.get()
	assert sum(section["count"] for section in told["sections"]) == 16
	assert len(many) == len(few) <= 4, many  # counted, found, and read a DocType; its time zone


def make_manager():
	return make_as_administrator("Sales User", "Sales Manager")


def make_as_administrator(*roles):
	before = frappe.session.user
	frappe.set_user("Administrator")
	user = make_user(*roles).name
	frappe.set_user(before)
	return user
