"""Records that nobody looks after: marked, shown, moved on; those that may wait; those whose validity is over."""

from collections import Counter

import frappe
import pytest
from frappe.utils import add_days, getdate, now_datetime, today

from crm_etapas.api import follow_up as api
from crm_etapas.api.stages import bulk_move_results, get_path, history
from crm_etapas.boot import extend_bootinfo
from crm_etapas.events.scheduler import see_to_the_neglected
from crm_etapas.exceptions import DisabledStageError, FollowUpError
from crm_etapas.follow_up.attention import moves, rotting, worklist
from crm_etapas.pipeline import bulk_job
from tests.site.factories import (
	change_stage,
	make_interaction,
	make_lead,
	make_opportunity,
	make_stage,
	make_user,
)
from tests.site.test_query_counts import counted, queries_of_a_save

SETTINGS = "CRM Etapas Settings"
ENTERED = {"Lead": "prospect_stage_entered_on", "Opportunity": "opportunity_stage_entered_on"}


@pytest.fixture(params=[make_lead, make_opportunity])
def record(request):
	return request.param()


def age(doc, days: int = 40, **values):
	"""Let a record stand in its stage for so long, without anybody having been in contact since."""
	entered_on = add_days(now_datetime(), -days)
	frappe.db.set_value(
		doc.doctype, doc.name, {ENTERED[doc.doctype]: entered_on, "last_contact_on": None, **values}
	)
	return doc.reload()


def make_neglected(doc):
	age(doc)
	rotting.mark_all()
	assert doc.reload().rotting_since
	return doc


def mark(doc):
	rotting.mark_all()
	return doc.reload().rotting_since


def night() -> None:
	see_to_the_neglected()


def stage_of(doc) -> str:
	return doc.reload().get("prospect_stage" if doc.doctype == "Lead" else "opportunity_stage")


def days_of(doc) -> int:
	stage_doctype = {"Lead": "Prospect Stage", "Opportunity": "Opportunity Stage"}[doc.doctype]
	return frappe.db.get_value(stage_doctype, stage_of(doc), "days_until_rotting")


# A, D19: exactly from the day on, and the form says the same
def test_the_night_marks_what_rots(record):
	days = days_of(record)
	assert not mark(age(record, days))
	assert not get_path(record.doctype, record.name)["rotten"]
	assert mark(age(record, days + 1)) == getdate()
	assert get_path(record.doctype, record.name)["rotten"]
	assert mark(age(record, days + 4)) == getdate(), "the day it began stays"


# A: since when, also of those from before
def test_the_mark_says_since_when(record):
	assert mark(age(record, 40)) == getdate(add_days(today(), days_of(record) + 1 - 40))


# A: holidays of the record's company are no days
def test_holidays_do_not_count():
	company = frappe.get_all("Company", pluck="name")[0]
	lead, of_nobody = make_lead(company=company), make_lead()
	frappe.db.set_value("Lead", of_nobody.name, "company", None)
	days = days_of(lead)
	holidays = [{"holiday_date": add_days(today(), -day), "description": "Puente"} for day in (1, 2)]
	holiday_list = frappe.get_doc(
		{
			"doctype": "Holiday List",
			"holiday_list_name": "Puente",
			"from_date": add_days(today(), -20),
			"to_date": today(),
			"holidays": holidays,
		}
	).insert()
	frappe.get_doc("Company", company).db_set("default_holiday_list", holiday_list.name)
	frappe.clear_document_cache("Company", company)
	assert not mark(age(lead, days + 1))
	assert mark(age(of_nobody, days + 1)) == getdate()
	assert not mark(age(lead, days + 2))
	assert mark(age(lead, days + 3)) == getdate()


# A6, A7: closed ones never, those on hold only if their stage says days
def test_where_nothing_rots():
	closed = make_lead(prospect_stage=make_stage(outcome="Junk", days_until_rotting=1).name)
	on_hold = make_stage(outcome="On Hold")
	waiting = make_lead(prospect_stage=on_hold.name)
	for lead in (closed, waiting):
		assert not mark(age(lead))
	change_stage(on_hold.name, days_until_rotting=5)
	assert mark(age(waiting))
	change_stage(on_hold.name, days_until_rotting=0)
	assert not mark(waiting)


# A: what stands in a disabled stage still needs somebody
def test_a_disabled_stage_keeps_its_days():
	stage = make_stage(days_until_rotting=5)
	lead = make_lead(prospect_stage=stage.name)
	change_stage(stage.name, disabled=1)
	assert mark(age(lead))


# C5: a contact that is planned stops the clock, one that is past does not
def test_a_planned_contact_stops_the_clock(record):
	age(record, next_contact_date=add_days(now_datetime(), 3))
	assert not mark(record)
	frappe.db.set_value(record.doctype, record.name, "next_contact_date", add_days(now_datetime(), -1))
	assert mark(record) == getdate(), "not before the day after the contact"


# D13: a contact is activity
def test_a_contact_is_activity(record):
	assert not mark(age(record, last_contact_on=now_datetime()))
	assert mark(age(record, last_contact_on=add_days(now_datetime(), -39)))
	frappe.db.set_value(record.doctype, record.name, "last_contact_on", now_datetime())
	assert not mark(record)


# D13, C5, D19: at once, with what happened
def test_activity_takes_the_mark_off(record):
	if record.doctype == "Lead":  # a stage that a call does not lead on from
		record.update({"prospect_stage": "Interesado Sin Decisión"}).save()
	make_neglected(record)
	record.save()
	assert record.reload().rotting_since, "a save alone is no activity"
	make_interaction(record, communication_date=add_days(now_datetime(), -39))
	assert record.reload().rotting_since, "that was before"
	make_interaction(record)
	assert not record.reload().rotting_since

	make_neglected(record)
	record.next_contact_date = add_days(now_datetime(), 1)
	record.save()
	assert not record.reload().rotting_since

	other = make_neglected(make_lead())
	other.prospect_stage = "Contacto Establecido"
	other.save()
	assert not other.reload().rotting_since


# C5: moved in the calendar
def test_an_event_moved_in_the_calendar_takes_the_mark_off(record):
	record.next_contact_date = add_days(now_datetime(), 1)
	record.save()
	age(record, next_contact_date=add_days(now_datetime(), -2))
	assert mark(record)
	event = frappe.get_doc("Event", record.next_contact_event)
	event.starts_on = add_days(now_datetime(), 4)
	event.save()
	assert not record.reload().rotting_since


# C2, D19
def test_keeping_the_mark_true_costs_a_save_no_query():
	for doc in (make_lead(), make_opportunity()):
		queries_of_a_save(doc)
		queries_of_a_save(doc, territory=None)
		plain = queries_of_a_save(doc, territory=None)
		make_neglected(doc)
		assert queries_of_a_save(doc, territory=None) <= plain


# D19: only the app writes these
def test_nobody_sets_or_removes_a_mark_by_saving(record):
	record.update(
		{"rotting_since": today(), "snoozed_until": add_days(today(), 5), "snooze_reason": "x"}
	).save()
	assert not any(
		record.reload().get(field) for field in ("rotting_since", "snoozed_until", "snooze_reason")
	)
	make_neglected(record)
	record.update({"rotting_since": None}).save()
	assert record.reload().rotting_since


# D19: what closes needs nobody
def test_a_closed_record_loses_its_marks():
	lead = make_neglected(make_lead())
	lead.prospect_stage = "Spam"
	lead.save()
	assert not lead.reload().rotting_since
	lead = make_lead()
	api.snooze("Lead", lead.name, add_days(today(), 5), "Feria")
	lead.reload().prospect_stage = "Spam"
	lead.save()
	assert not lead.reload().snoozed_until and not lead.snooze_reason


# D19
def test_a_snooze_waits_with_a_reason_and_ends_by_itself(record):
	make_neglected(record)
	until = add_days(today(), 10)
	told = api.snooze(record.doctype, record.name, until, "De vacaciones hasta el día <b>10</b>")
	assert told["snoozed_until"] == getdate(until) and not told["rotting_since"]
	comment = frappe.get_all(
		"Comment", {"reference_name": record.name, "comment_type": "Info"}, pluck="content", limit=1
	)[0]
	assert "De vacaciones" in comment and "<b>10" not in comment
	assert not mark(record)
	assert record.snooze_reason.startswith("De vacaciones")
	# its day has come: the days of the stage begin anew
	frappe.db.set_value(record.doctype, record.name, "snoozed_until", today())
	assert not mark(record)
	frappe.db.set_value(record.doctype, record.name, "snoozed_until", add_days(today(), -days_of(record) - 1))
	assert mark(record)


# D19
def test_ending_a_snooze_marks_at_once_what_rots(record):
	age(record)
	api.snooze(record.doctype, record.name, add_days(today(), 10), "Feria")
	told = api.unsnooze(record.doctype, record.name)
	assert not told["snoozed_until"] and not told["snooze_reason"] and told["rotting_since"]
	assert record.reload().rotting_since


# D19
def test_what_cannot_be_snoozed_is_refused(record):
	later = add_days(today(), 5)
	for until, reason, match in (
		(later, " ", "por qué"),
		(today(), "Feria", "posterior"),
		(add_days(today(), 181), "Feria", "180"),
		(later, "x" * 141, "140"),
	):
		with pytest.raises(FollowUpError, match=match):
			api.snooze(record.doctype, record.name, until, reason)
	frappe.db.set_single_value(SETTINGS, "snooze_at_most_days", 0)
	api.snooze(record.doctype, record.name, add_days(today(), 400), "Año sabático")
	with pytest.raises(FollowUpError, match="cerrado"):
		api.snooze("Lead", make_lead(prospect_stage="Spam").name, later, "Feria")
	with pytest.raises(FollowUpError):
		api.snooze("Customer", record.name, later, "Feria")


# D19
def test_whoever_may_not_write_a_record_does_not_snooze_it(record):
	frappe.set_user(make_user("Website Manager").name)
	for method, arguments in ((api.snooze, (add_days(today(), 5), "Feria")), (api.unsnooze, ())):
		with pytest.raises(frappe.PermissionError):
			method(record.doctype, record.name, *arguments)
	with pytest.raises(frappe.PermissionError):
		api.snooze_many(record.doctype, [record.name], add_days(today(), 5), "Feria")


# D19: from the list
def test_many_are_snoozed_and_the_others_said():
	leads = [make_lead() for _number in range(3)]
	closed = make_lead(prospect_stage="Spam")
	names = [lead.name for lead in (*leads, closed)]
	outcome = api.snooze_many("Lead", [*names, "CRM-LEAD-0000-00000"], add_days(today(), 5), "Feria")
	reasons = {row["name"]: row["reason"] for row in outcome}
	assert {name for name, reason in reasons.items() if reason} == {closed.name, "CRM-LEAD-0000-00000"}
	assert "<" not in reasons[closed.name]
	assert all(lead.reload().snoozed_until for lead in leads)


# D19: if the admin says so, through the door
def test_neglected_records_go_where_their_stage_says():
	target = make_stage(outcome="On Hold").name
	change_stage("Nuevo", stage_when_rotten=target, days_until_moved=2)
	lead, opportunity = make_lead(), make_opportunity()
	days = days_of(lead)
	age(lead, days + 2)
	age(opportunity)
	night()
	assert (stage_of(lead), lead.rotting_since) == ("Nuevo", getdate(add_days(today(), -1)))
	frappe.db.set_value("Lead", lead.name, "rotting_since", add_days(today(), -2))
	night()
	assert stage_of(lead) == target and not lead.rotting_since
	stay = history("Lead", lead.name)[-1]
	assert (stay.cause, stay.cause_doctype) == ("Rule", "Bulk Move")
	assert "Nuevo" in stay.comment
	assert stage_of(opportunity) == "Cotización Solicitada" and opportunity.rotting_since


# D19, D7
def test_expired_records_go_where_the_settings_say():
	target = make_stage(outcome="Lost", process_status="No Interesado").name
	leads = {
		"expired": make_lead(validity_days=10),
		"valid": make_lead(validity_days=10),
		"planned": make_lead(validity_days=10, next_contact_date=add_days(now_datetime(), 2)),
		"snoozed": make_lead(validity_days=10),
		"closed": make_lead(validity_days=10, prospect_stage="Spam"),
	}
	api.snooze("Lead", leads["snoozed"].name, add_days(today(), 3), "Feria")
	for which, lead in leads.items():
		if which != "valid":
			frappe.db.set_value("Lead", lead.name, "valid_until", add_days(today(), -1))
	before = {which: stage_of(lead) for which, lead in leads.items()}
	night()
	assert {which: stage_of(lead) for which, lead in leads.items()} == before, "only a mark"
	frappe.db.set_single_value(SETTINGS, "stage_of_expired_leads", target)
	night()
	assert {which: stage_of(lead) for which, lead in leads.items()} == {**before, "expired": target}
	assert history("Lead", leads["expired"].name)[-1].comment


# D7
def test_prolonging_the_validity_takes_a_record_off_the_worklist():
	lead = make_lead(validity_days=10)
	frappe.db.set_value("Lead", lead.name, {"creation": add_days(now_datetime(), -20)})
	lead.reload().update({"validity_days": 15}).save()
	assert lead.name in on_list("expired")
	assert make_lead().name not in on_list("expired"), "without days it is valid without end"
	lead.update({"validity_days": 30}).save()
	assert lead.name not in on_list("expired")


# D7, D19: put off is not forgotten, in the list, the counts and the morning
def test_what_is_put_off_has_not_expired():
	owner = make_user("Sales User").name
	leads = {
		"expired": make_lead(validity_days=10),
		"planned": make_lead(validity_days=10, next_contact_date=add_days(now_datetime(), 2)),
		"snoozed": make_lead(validity_days=10),
		"on hold": make_lead(validity_days=10, prospect_stage=make_stage(outcome="On Hold").name),
	}
	api.snooze("Lead", leads["snoozed"].name, add_days(today(), 3), "Feria")
	for lead in leads.values():
		values = {"valid_until": add_days(today(), -1), "lead_owner": owner}
		frappe.db.set_value("Lead", lead.name, values)
	assert worklist.counts_by_user()[owner] == Counter(expired=1)
	assert leads["on hold"].name not in on_list("expired")
	assert leads["expired"].name in on_list("expired")


def on_list(which: str, doctype: str = "Lead") -> list[str]:
	asked = api.worklist({"doctype": doctype, "which": which})
	names = frappe.get_list(doctype, filters=asked["route_options"], pluck="name", limit=0)
	assert asked["value"] == len(names)
	return names


# D19: refused ones stop nobody, say why, and are not tried again until somebody has changed them
def test_a_record_that_cannot_move_is_told_of_once():
	target = make_stage(
		outcome="On Hold", requirements=[{"kind": "Field", "fieldname": "annual_revenue"}]
	).name
	change_stage("Nuevo", stage_when_rotten=target)
	good, bad = make_lead(annual_revenue=1000), make_lead()
	for lead in (good, bad):
		age(lead)
		frappe.db.set_value(
			"Lead", lead.name, "modified", add_days(now_datetime(), -1), update_modified=False
		)
	rotting.mark_all()
	(job,) = moves.move_all()
	results = bulk_move_results(job)
	assert (results["moved"], results["refused"], results["status"]) == (1, 1, "Partly Refused")
	assert stage_of(good) == target and stage_of(bad) == "Nuevo"
	assert bad.rotting_since
	assert len(comments_of(bad)) == 1 and target in comments_of(bad)[0]
	assert not moves.move_all()
	bad.job_title = "Compras"
	bad.save()
	assert len(moves.move_all()) == 1
	assert len(comments_of(bad)) == 2
	bad.annual_revenue = 500
	bad.save()
	moves.move_all()
	assert stage_of(bad) == target


def comments_of(doc) -> list[str]:
	return frappe.get_all("Comment", {"reference_name": doc.name, "comment_type": "Info"}, pluck="content")


# D19: one stage that cannot be entered keeps no other from its moves, nor the night from ending
def test_what_goes_wrong_in_one_stage_stops_no_other(throwaway_site):
	gone, target = make_stage(outcome="On Hold").name, make_stage(outcome="On Hold").name
	change_stage("Nuevo", stage_when_rotten=gone)
	change_stage("Contacto Establecido", stage_when_rotten=target)
	frappe.db.set_value("Prospect Stage", gone, "disabled", 1)
	frappe.cache.delete_value("crm_etapas_stages")
	stuck, goes = make_lead(), make_lead(prospect_stage="Contacto Establecido")
	age(stuck)
	age(goes)
	frappe.db.commit()
	errors = frappe.db.count("Error Log")
	night()
	assert (stage_of(stuck), stage_of(goes)) == ("Nuevo", target)
	assert frappe.db.count("Error Log") > errors


# D19: what broke off goes on the next night
def test_a_broken_off_move_goes_on(monkeypatch):
	target = make_stage(outcome="On Hold").name
	change_stage("Nuevo", stage_when_rotten=target)
	lead = make_neglected(make_lead())
	with monkeypatch.context() as patch:
		patch.setattr(bulk_job, "start", lambda doc, waiting: None)
		(job,) = moves.move_all()
		assert not moves.move_all(), "it waits already"
	frappe.db.set_value("Bulk Move", job, "status", "Running")
	moves.move_all()
	assert stage_of(lead) == target


# A: onwards, never round in circles
def test_a_stage_cannot_send_its_neglected_nowhere():
	first, second, third = (make_stage(days_until_rotting=5).name for _number in range(3))
	with pytest.raises(frappe.ValidationError, match="círculos"):
		change_stage(first, stage_when_rotten=first)
	change_stage(first, stage_when_rotten=second)
	change_stage(second, stage_when_rotten=third)
	with pytest.raises(frappe.ValidationError, match="círculos"):
		change_stage(third, stage_when_rotten=first)
	with pytest.raises(frappe.ValidationError, match=first):
		change_stage(second, disabled=1)
	disabled = make_stage(disabled=1).name
	with pytest.raises(frappe.ValidationError, match="desactivada"):
		change_stage(third, stage_when_rotten=disabled)
	with pytest.raises(frappe.ValidationError, match="detrás"):
		change_stage(third, stage_when_rotten="Spam", allowed_next_stages=[{"stage": first}])
	settings = frappe.get_doc(SETTINGS)
	settings.stage_of_expired_leads = disabled
	with pytest.raises(DisabledStageError):
		settings.save()


# D19: one message a day for each, not one a record
def test_what_needs_each_user_is_counted_in_a_few_queries():
	seller, other = make_user("Sales User").name, make_user("Sales User").name
	for days in (40, days_of(make_lead()) + 1):
		age(make_lead(lead_owner=seller), days)
	age(make_opportunity(opportunity_owner=seller))
	expired = make_lead(lead_owner=other, validity_days=3)
	frappe.db.set_value("Lead", expired.name, "valid_until", add_days(today(), -1))
	closed = make_lead(lead_owner=other, validity_days=3, prospect_stage="Spam")
	frappe.db.set_value("Lead", closed.name, "valid_until", add_days(today(), -1))
	rotting.mark_all()
	with counted() as statements:
		counts = worklist.counts_by_user()
	assert len(statements) == 4
	assert counts[seller] == Counter(neglected=3, new=1)
	assert counts[other] == Counter(expired=1)


# D19: whoever may not see a record does not count it
def test_a_worklist_counts_what_one_may_read():
	lead = make_neglected(make_lead())
	assert lead.name in on_list("neglected")
	user, stranger = make_user("Sales User").name, make_user("Website Manager").name
	frappe.get_doc(
		{"doctype": "User Permission", "user": user, "allow": "Lead", "for_value": make_lead().name}
	).insert()
	frappe.set_user(user)
	assert not on_list("neglected")
	frappe.set_user(stranger)
	with pytest.raises(frappe.PermissionError):
		on_list("neglected")


# D19: many records, few statements
def test_the_night_writes_set_by_set(monkeypatch):
	leads = [make_lead() for _number in range(12)]
	rotting.mark_all()
	with counted() as nothing:
		rotting.mark_all()
	for lead in leads:
		age(lead)
	with counted() as statements:
		rotting.mark_all()
	assert len(statements) <= len(nothing) + 3
	assert all(lead.reload().rotting_since for lead in leads)
	monkeypatch.setattr(rotting, "CHUNK", 5)
	for number, lead in enumerate(leads):
		age(lead, 40 + number // 7, rotting_since=None)
	rotting.mark_all()
	assert all(lead.reload().rotting_since for lead in leads)
	frappe.db.set_value(
		"Lead", {"name": ["in", [lead.name for lead in leads]]}, "last_contact_on", now_datetime()
	)
	rotting.mark_all()
	assert not any(lead.reload().rotting_since for lead in leads)


# A, D19: the lists of the desk know where records are worked on
def test_the_desk_knows_the_open_stages():
	boot = frappe._dict()
	extend_bootinfo(boot)
	prospect = next(row for row in boot.crm_etapas_pipelines if row["name"] == "prospect")
	assert "Nuevo" in prospect["open_stages"] and "Spam" not in prospect["open_stages"]


# D19
def test_the_number_cards_are_there():
	shown = {}
	for card in frappe.get_all("Number Card", {"module": "CRM Etapas"}, ["name", "method", "filters_json"]):
		asked = frappe.call(card.method, filters=card.filters_json)
		assert asked["route"][0] in ("List", "query-report", "my-day")
		shown[card.name] = asked["route"][0]
	ours = ("Neglected Prospects", "Neglected Opportunities", "Expired Prospects", "Expired Opportunities")
	assert {shown[name] for name in ours} == {"List"}
