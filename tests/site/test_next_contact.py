"""The next contact with a record and its one event in the calendar."""

from functools import cache

import frappe
import pytest
from frappe.desk.doctype.event.event import get_events
from frappe.utils import add_days, add_to_date, get_datetime, now_datetime

from crm_etapas.api import follow_up as api
from crm_etapas.events.scheduler import every_five_minutes
from crm_etapas.exceptions import FollowUpError
from tests.site.factories import (
	WHY_LOST,
	change_stage,
	make_customer,
	make_event,
	make_lead,
	make_opportunity,
	make_stage,
	make_user,
)


@cache
def tomorrow(hours: int = 0):
	"""The same moment in each test, a day from the first one."""
	return (
		add_to_date(now_datetime().replace(microsecond=0), days=1)
		if not hours
		else add_to_date(tomorrow(), hours=hours)
	)


def events_of(doc) -> list[frappe._dict]:
	names = frappe.get_all(
		"Event Participants",
		{"reference_doctype": doc.doctype, "reference_docname": doc.name},
		pluck="parent",
	)
	return frappe.get_all(
		"Event",
		{"name": ["in", names]},
		["name", "subject", "starts_on", "status", "owner", "event_category"],
	)


def open_events_of(doc) -> list[frappe._dict]:
	return [event for event in events_of(doc) if event.status == "Open"]


def in_calendar_of(user: str, day) -> set[str]:
	return {event.name for event in get_events(day.date(), day.date(), user)}


@pytest.fixture
def seller():
	return make_user("Sales User").name


@pytest.fixture(params=[make_lead, make_opportunity, make_customer])
def record(request):
	return request.param()


# C5
def test_saving_a_next_contact_puts_it_into_that_users_calendar(record, seller):
	moment = tomorrow()
	record.update({"next_contact_date": moment, "next_contact_by": seller, "next_contact_medium": "Visit"})
	record.save()
	(event,) = events_of(record)
	assert (event.starts_on, event.owner, event.event_category) == (moment, seller, "Meeting")
	assert record.get_title() in event.subject
	assert event.name in in_calendar_of(seller, moment)
	assert record.reload().next_contact_event == event.name


# C5
def test_a_new_record_can_bring_its_next_contact(seller):
	lead = make_lead(next_contact_date=tomorrow(), next_contact_by=seller, next_contact_subject="Presentar")
	(event,) = events_of(lead)
	assert (event.subject, event.owner) == ("Presentar", seller)


# C5: whoever is answerable, by phone
def test_what_is_not_said_is_completed(seller):
	lead = make_lead(lead_owner=seller, next_contact_date=tomorrow())
	assert (lead.next_contact_by, lead.next_contact_medium) == (seller, "Phone")
	assert make_customer(next_contact_date=tomorrow()).next_contact_by == "Administrator"


# C5: one event, whatever is done
def test_it_is_moved_and_handed_over(record, seller):
	other = make_user("Sales User").name
	record.update({"next_contact_date": tomorrow(), "next_contact_by": seller})
	record.save()
	later = tomorrow(hours=3)
	record.update({"next_contact_date": later, "next_contact_by": other})
	record.save()
	(event,) = events_of(record)
	assert (event.starts_on, event.owner) == (later, other)
	assert event.name in in_calendar_of(other, later)
	assert event.name not in in_calendar_of(seller, later)


# C5
def test_without_a_date_it_is_cancelled(record, seller):
	record.update({"next_contact_date": tomorrow(), "next_contact_by": seller})
	record.save()
	record.next_contact_date = None
	record.save()
	assert [event.status for event in events_of(record)] == ["Cancelled"]
	assert not record.reload().next_contact_by
	assert not record.next_contact_event


# C5
def test_moving_the_event_in_the_calendar_moves_the_next_contact(record):
	record.next_contact_date = tomorrow()
	record.save()
	event = frappe.get_doc("Event", record.next_contact_event)
	event.starts_on = tomorrow(hours=5)
	event.save()
	assert record.reload().next_contact_date == tomorrow(hours=5)


# C5
@pytest.mark.parametrize("status", ["Cancelled", "Closed", "Completed"])
def test_ending_the_event_in_the_calendar_ends_the_next_contact(record, status):
	record.next_contact_date = tomorrow()
	record.save()
	event = frappe.get_doc("Event", record.next_contact_event)
	event.status = status
	event.save()
	assert not record.reload().next_contact_date
	assert not record.next_contact_event


# C5
def test_deleting_the_event_ends_the_next_contact_and_deleting_the_record_its_event(record):
	record.next_contact_date = tomorrow()
	record.save()
	frappe.delete_doc("Event", record.next_contact_event)
	assert not record.reload().next_contact_date
	record.next_contact_date = tomorrow()
	record.save()
	event = record.next_contact_event
	frappe.delete_doc(record.doctype, record.name)
	assert not frappe.db.exists("Event", event)


# C5, A6: ERPNext's daily job opens whatever has an open event
def test_a_record_that_closes_keeps_no_open_event():
	closing = make_stage(outcome="Lost", process_status="No Interesado", status_to_set="Do Not Contact")
	lead = make_lead(next_contact_date=tomorrow())
	lead.prospect_stage = closing.name
	lead.save()
	assert not open_events_of(lead)
	assert not lead.reload().next_contact_date
	lead.next_contact_date = tomorrow()
	with pytest.raises(FollowUpError, match=lead.get_title()):
		lead.save()


# C5: nobody contacts a customer who is disabled
def test_a_disabled_customer_keeps_no_next_contact():
	customer = make_customer(next_contact_date=tomorrow())
	customer.disabled = 1
	customer.save()
	assert not customer.reload().next_contact_date
	assert not open_events_of(customer)
	customer.next_contact_date = tomorrow()
	with pytest.raises(FollowUpError, match=customer.get_title()):
		customer.save()


# C5: Frappe would have Google invite the client to our own reminder
def test_only_who_is_to_meet_us_is_invited():
	def invited(**values):
		lead = make_lead(
			email_id=f"{frappe.generate_hash(length=8)}@cliente.example",
			next_contact_date=tomorrow(),
			**values,
		)
		event = frappe.get_doc("Event", lead.next_contact_event)
		event.description = "Llevar el folleto"
		event.save()
		return lead, bool(event.event_participants[0].email)

	assert not invited(next_contact_medium="Phone")[1]
	lead, is_invited = invited(next_contact_medium="Meeting")
	assert is_invited
	assert not invited(next_contact_medium="Visit", notifications_enabled=0)[1]
	assert make_event(lead).event_participants[0].email, "what somebody plans in the calendar is Frappe's"
	lead.reload().next_contact_medium = "Phone"
	lead.save()
	assert not frappe.get_doc("Event", lead.next_contact_event).event_participants[0].email


# C5
def test_what_cannot_be_is_refused(record, seller):
	record.next_contact_date = add_days(now_datetime(), -1)
	with pytest.raises(FollowUpError, match="pasado"):
		record.save()
	disabled = make_user("Sales User", enabled=0).name
	record.reload().update({"next_contact_date": tomorrow(), "next_contact_by": disabled})
	with pytest.raises(FollowUpError, match=disabled):
		record.save()
	blind = make_user("Website Manager").name
	record.reload().update({"next_contact_date": tomorrow(), "next_contact_by": blind})
	with pytest.raises(FollowUpError, match=blind):
		record.save()
	assert not events_of(record)


# A7: a far contact moves the record on, and the form has the record as it is then
def test_a_far_next_contact_enters_its_stage_in_the_same_save():
	stage = make_stage(
		outcome="On Hold",
		process_status="En Gestión",
		triggers=[{"event": "Next Contact Far Ahead"}],
		position=2,
	)
	for other in frappe.get_all("Prospect Stage", {"name": ["!=", stage.name]}, pluck="name"):
		if frappe.db.exists("Stage Trigger", {"parent": other, "event": "Next Contact Far Ahead"}):
			change_stage(other, triggers=[])
	lead = make_lead()
	lead.next_contact_date = add_days(now_datetime(), 90)
	lead.save()
	assert lead.prospect_stage == stage.name
	assert lead.next_contact_event == open_events_of(lead)[0].name
	lead.job_title = "Compras"
	lead.save()


# C5: two records become one
def test_merged_records_have_one_next_contact():
	from crm_etapas.api.prospects import merge

	for ours in (None, tomorrow()):
		kept = make_lead(company_name="Uno", next_contact_date=ours)
		gone = make_lead(company_name="Dos", next_contact_date=tomorrow(hours=1))
		merge("Lead", gone.name, kept.name)
		kept.reload()
		assert kept.next_contact_date == (ours or tomorrow(hours=1))
		assert [event.name for event in open_events_of(kept)] == [kept.next_contact_event]


# C5, D19: once, also when the scheduler was down for days
def test_whoever_makes_it_is_told_once_when_it_is_due(record, seller):
	record.update({"next_contact_date": tomorrow(), "next_contact_by": seller})
	record.save()
	every_five_minutes()
	assert not notices(record)
	frappe.db.set_value(record.doctype, record.name, "next_contact_date", add_days(now_datetime(), -2))
	every_five_minutes()
	every_five_minutes()
	(notice,) = notices(record)
	assert notice.for_user == seller
	assert record.get_title() in notice.subject
	record.reload().next_contact_date = tomorrow()
	record.save()
	frappe.db.set_value(record.doctype, record.name, "next_contact_date", add_days(now_datetime(), -1))
	every_five_minutes()
	assert len(notices(record)) == 2


# C5: who may not see the record any more is not told of it
def test_nobody_is_told_of_what_they_may_not_see(seller):
	lead = make_lead(next_contact_date=tomorrow(), next_contact_by=seller)
	frappe.db.set_value("Lead", lead.name, "next_contact_date", add_days(now_datetime(), -1))
	frappe.get_doc("User", seller).remove_roles("Sales User")
	every_five_minutes()
	assert seller not in {notice.for_user for notice in notices(lead)}


def notices(record):
	return frappe.get_all(
		"Notification Log",
		{"document_type": record.doctype, "document_name": record.name, "type": "Alert"},
		["for_user", "subject"],
	)


# C5
def test_the_api_plans_moves_and_cancels(record, seller):
	told = api.schedule(record.doctype, record.name, str(tomorrow()), seller, "Email", "Enviar folleto")
	assert get_datetime(told["next_contact_date"]) == tomorrow()
	assert frappe.db.get_value("Event", told["next_contact_event"], "subject") == "Enviar folleto"
	api.schedule(record.doctype, record.name)
	assert not open_events_of(record)
	with pytest.raises(FollowUpError):
		api.schedule("Item", record.name, str(tomorrow()))


# C5: planning needs the right to write the record, not one on other users' calendars
def test_who_may_not_write_the_record_plans_nothing(seller):
	lead, colleague, stranger = make_lead(), make_user("Sales User").name, make_user("Website Manager").name
	frappe.set_user(stranger)
	with pytest.raises(frappe.PermissionError):
		api.schedule("Lead", lead.name, str(tomorrow()))
	frappe.set_user(colleague)
	assert api.schedule("Lead", lead.name, str(tomorrow()), seller)["next_contact_by"] == seller


# C5: nobody reaches another one's event by naming it
def test_whoever_saves_does_not_say_which_event_is_the_records(seller):
	theirs = make_lead(next_contact_date=tomorrow(), next_contact_by=seller)
	mine = make_lead(next_contact_event=theirs.next_contact_event)
	assert not mine.next_contact_event
	mine.update({"next_contact_event": theirs.next_contact_event, "next_contact_date": tomorrow(hours=2)})
	mine.save()
	assert mine.next_contact_event not in (None, theirs.next_contact_event)
	frappe.db.set_value("Lead", mine.name, "next_contact_event", theirs.next_contact_event)
	mine.reload().next_contact_date = None
	mine.save()
	assert frappe.db.get_value("Event", theirs.next_contact_event, "status") == "Open"


# C5: what was added to the event in the calendar stays
def test_rescheduling_keeps_participants_and_duration(record, seller):
	record.next_contact_date = tomorrow()
	record.save()
	event = frappe.get_doc("Event", record.next_contact_event)
	other = make_lead()
	event.add_participant("Lead", other.name)
	event.ends_on = tomorrow(hours=1)
	event.save()
	record.reload().next_contact_date = tomorrow(hours=4)
	record.save()
	event.reload()
	assert (event.starts_on, event.ends_on) == (tomorrow(hours=4), tomorrow(hours=5))
	assert other.name in {row.reference_docname for row in event.event_participants}


# C4, C5
def test_a_contact_goes_along_with_its_record(seller):
	colleague, third = make_user("Sales User").name, make_user("Sales User").name
	lead = make_lead(lead_owner=seller, next_contact_date=tomorrow())
	lead.lead_owner = colleague
	lead.save()
	assert lead.next_contact_by == colleague
	assert frappe.db.get_value("Event", lead.next_contact_event, "owner") == colleague
	lead.next_contact_by = third
	lead.save()
	lead.lead_owner = seller
	lead.save()
	assert lead.next_contact_by == third


# A8, C8: the work goes on in the opportunity
def test_a_new_opportunity_takes_over_what_was_planned(seller):
	lead = make_lead(
		next_contact_date=tomorrow(), next_contact_by=seller, next_contact_subject="Enviar oferta"
	)
	opportunity = make_opportunity(lead)
	assert (opportunity.next_contact_date, opportunity.next_contact_by) == (tomorrow(), seller)
	assert opportunity.next_contact_subject == "Enviar oferta"
	assert len(open_events_of(opportunity)) == 1
	assert not open_events_of(lead)


# A8: what was planned keeps nobody from making an opportunity
def test_an_opportunity_is_made_whoever_was_to_make_the_contact(seller):
	lead = make_lead(next_contact_date=tomorrow(), next_contact_by=seller)
	frappe.get_doc("User", seller).remove_roles("Sales User")
	opportunity = make_opportunity(lead)
	assert (opportunity.next_contact_date, opportunity.next_contact_by) == (tomorrow(), "Administrator")
	lead = make_lead(next_contact_date=tomorrow())
	assert not make_opportunity(lead, opportunity_stage="Cerrado Perdido", **WHY_LOST).next_contact_date


# D19: somebody is told, also when whoever was to make it is gone
def test_whoever_is_answerable_is_told_when_the_other_is_gone(seller):
	owner = make_user("Sales User").name
	lead = make_lead(lead_owner=owner, next_contact_date=tomorrow(), next_contact_by=seller)
	frappe.db.set_value("Lead", lead.name, "next_contact_date", add_days(now_datetime(), -1))
	frappe.db.set_value("User", seller, "enabled", 0)
	frappe.clear_document_cache("User", seller)
	every_five_minutes()
	assert [notice.for_user for notice in notices(lead)] == [owner]


# A7: whoever may not write a record does not move it by an event of their own
def test_an_event_of_a_stranger_moves_nothing():
	lead, stranger = make_lead(), make_user("Website Manager").name
	frappe.set_user(stranger)
	make_event(lead, starts_on=add_days(now_datetime(), 90))
	frappe.set_user("Administrator")
	assert lead.reload().prospect_stage == "Nuevo"
	make_event(lead, starts_on=add_days(now_datetime(), 90))
	assert lead.reload().prospect_stage == "Contactar en un Futuro"


# C5: what cannot be planned with one keeps nobody from planning with the others
def test_the_same_contact_with_several_records(seller):
	open_lead, closed, hidden = make_lead(lead_owner=seller), make_lead(), make_lead()
	frappe.db.set_value("Lead", closed.name, "prospect_stage", "Spam")
	names = [open_lead.name, closed.name, "CRM-LEAD-0000-00000"]
	frappe.clear_messages()
	results = {row["name"]: row for row in api.schedule_many("Lead", names, str(tomorrow()), subject="Feria")}
	assert results[open_lead.name]["reason"] is None
	assert "cerrado" in results[closed.name]["reason"]
	assert results["CRM-LEAD-0000-00000"]["title"] == "CRM-LEAD-0000-00000"
	open_lead.reload()
	assert (open_lead.next_contact_date, open_lead.next_contact_by) == (tomorrow(), seller)
	(event,) = events_of(open_lead)
	assert event.subject == "Feria"
	assert not events_of(closed) and not events_of(hidden)
	assert not frappe.get_message_log()


# C5
def test_too_many_at_once_are_refused():
	with pytest.raises(FollowUpError, match="100"):
		api.schedule_many("Lead", [str(number) for number in range(101)], str(tomorrow()))
