"""What was put off wakes, and what was lost is tried again: by themselves, once, to somebody who is there."""

from datetime import timedelta

import frappe
import pytest
from frappe.query_builder import Interval
from frappe.utils import add_days, add_to_date, get_datetime, getdate, now_datetime, today

from crm_etapas.api import conversion
from crm_etapas.conversion import origin
from crm_etapas.cycle import PIPELINES, on_save, recompute, wake
from crm_etapas.cycle.loyalty import RULE
from crm_etapas.cycle.reminder import at_work
from crm_etapas.events import coming_back
from crm_etapas.events.scheduler import come_back
from crm_etapas.exceptions import ComingBackError, StageRequirementError
from crm_etapas.pipeline import history
from crm_etapas.pipeline.working_time import working_hours
from crm_etapas.setup import cycle
from tests.site.factories import (
	change_stage,
	make_customer,
	make_interaction,
	make_lead,
	make_opportunity,
	make_stage,
	make_user,
)
from tests.site.invariants import assert_whole
from tests.site.reps import assign_by_skill, make_rep
from tests.site.test_query_counts import counted

LATER, BACK = "Contactar en un Futuro", "Intento de Contacto"
LOST = "Cerrado Perdido"


def make_seller() -> str:
	user = make_user("Sales User").name
	frappe.db.set_value(
		"Notification Settings", user, "enable_email_notifications", 0
	)  # there is no mail here
	return user


@pytest.fixture
def seller():
	return make_seller()


def in_days(days: int):
	return add_to_date(now_datetime().replace(microsecond=0), days=days)


def sleeping(days: int = 40, **values):
	return make_lead(prospect_stage=LATER, next_contact_date=in_days(days), **values)


def day_comes(doc):
	"""Let the day of a record have come yesterday, as if time had passed."""
	past = {"wake_up_on": add_days(today(), -1)}
	if doc.get("next_contact_date"):
		past["next_contact_date"] = add_days(now_datetime(), -1)
	else:
		field = PIPELINES[doc.doctype].entered_on_field
		log, earlier = frappe.qb.DocType("Stage Log"), Interval(days=400)
		update = frappe.qb.update(log).set(log.entered_on, log.entered_on - earlier)
		update = update.set(log.cycle_entered_on, log.cycle_entered_on - earlier)
		update = update.set(log.left_on, log.left_on - earlier)
		update.where(log.reference_name == doc.name).where(log.pipeline != "qualification").run()
		past[field] = get_datetime(doc.get(field)) - timedelta(days=400)
	frappe.db.set_value(doc.doctype, doc.name, past, update_modified=False)


def make_reason(**values):
	return frappe.get_doc(
		{
			"doctype": "Opportunity Lost Reason",
			"lost_reason": f"Motivo {frappe.generate_hash(length=6)}",
			**values,
		}
	).insert()


def lose(opportunity, *reasons):
	opportunity.update(
		{
			"opportunity_stage": LOST,
			"lost_reasons": [{"lost_reason": reason.name} for reason in reasons],
		}
	)
	return opportunity.save()


def renewed(opportunity):
	names = frappe.get_all("Opportunity", {"previous_opportunity": opportunity.name}, pluck="name")
	return [frappe.get_doc("Opportunity", name) for name in names]


def last_stay(doc):
	return history.of(doc.doctype, doc.name, PIPELINES[doc.doctype].name)[-1]


def comments(doc) -> str:
	rows = frappe.get_all(
		"Comment", {"reference_doctype": doc.doctype, "reference_name": doc.name}, pluck="content"
	)
	return " ".join(filter(None, rows))


# A7
def test_the_day_is_that_of_the_next_contact_and_follows_it():
	lead = sleeping(40)
	assert getdate(lead.wake_up_on) == getdate(in_days(40))
	lead.next_contact_date = in_days(50)
	lead.save()
	assert getdate(lead.reload().wake_up_on) == getdate(in_days(50))
	event = frappe.get_doc("Event", lead.next_contact_event)
	event.starts_on = in_days(60)
	event.save()
	assert getdate(lead.reload().wake_up_on) == getdate(in_days(60))
	frappe.delete_doc("Event", event.name)
	waits = frappe.db.get_value("Prospect Stage", LATER, "days_until_waking")
	assert getdate(lead.reload().wake_up_on) == getdate(add_days(today(), waits))


# A7
def test_without_a_date_it_waits_as_long_as_the_stage_says():
	change_stage(LATER, days_until_waking=25)
	assert getdate(make_lead(prospect_stage=LATER).wake_up_on) == getdate(add_days(today(), 25))
	change_stage(LATER, days_until_waking=0)
	assert not make_lead(prospect_stage=LATER).wake_up_on
	change_stage(LATER, wakes_into=None)
	assert not sleeping().wake_up_on


# A7: a contact that was due by today is not the day that was agreed
@pytest.mark.parametrize("hours", [-30, 0])
def test_what_is_put_on_hold_does_not_wake_at_once(hours):
	lead = make_lead(next_contact_date=in_days(1))
	moment = add_to_date(now_datetime().replace(hour=23, minute=59), hours=hours)
	frappe.db.set_value("Lead", lead.name, "next_contact_date", moment)
	lead.reload().prospect_stage = LATER
	lead.save()
	waits = frappe.db.get_value("Prospect Stage", LATER, "days_until_waking")
	assert getdate(lead.reload().wake_up_on) == getdate(add_days(today(), waits))
	assert not lead.next_contact_date
	assert not frappe.db.exists("Event", {"name": lead.next_contact_event or "", "status": "Open"})
	come_back()
	assert lead.reload().prospect_stage == LATER


# A7
def test_a_contact_that_is_ahead_is_the_day_it_wakes_on():
	lead = make_lead(next_contact_date=in_days(3))
	lead.prospect_stage = LATER
	lead.save()
	assert getdate(lead.reload().wake_up_on) == getdate(in_days(3))


# A7, B1: what a stage asks for may come with the save
def test_a_stage_that_asks_for_a_next_contact_takes_what_plans_one(seller):
	for stage in (LATER, BACK):
		change_stage(stage, requirements=[{"kind": "Next Contact"}])
	lead = make_lead(lead_owner=seller)
	lead.prospect_stage = LATER
	with pytest.raises(StageRequirementError):
		lead.save()
	lead.reload().update({"prospect_stage": LATER, "next_contact_date": in_days(20)})
	lead.save()
	assert lead.reload().prospect_stage == LATER
	lead.next_contact_date = None
	lead.save()
	day_comes(lead.reload())
	come_back()
	assert lead.reload().prospect_stage == BACK


# A7
def test_it_wakes_with_an_owner_a_to_do_and_a_contact(seller):
	lead = make_lead(prospect_stage=LATER, lead_owner=seller)
	day_comes(lead)
	come_back()
	lead.reload()
	assert (lead.prospect_stage, lead.lead_owner, lead.next_contact_by) == (BACK, seller, seller)
	assert not lead.wake_up_on
	assert lead.woken_on
	assert get_datetime(lead.next_contact_date) >= now_datetime()
	assert frappe.db.exists("ToDo", {"reference_name": lead.name, "allocated_to": seller, "status": "Open"})
	stay = last_stay(lead)
	assert (stay.cause, stay.cycle) == ("Rule", 1)
	assert "90" in stay.comment
	assert_whole(lead)


# A7: days without a scheduler, and again
def test_a_job_that_comes_late_or_twice_wakes_it_once():
	lead = sleeping(5)
	day_comes(lead)
	assert wake.wake_due(coming_back.give)["woken"] == 1
	before = history.of("Lead", lead.name, "prospect")
	assert not wake.wake_due(coming_back.give)
	assert history.of("Lead", lead.name, "prospect") == before
	assert lead.reload().next_contact_date < now_datetime()  # what was agreed stands, overdue


# A7, D7
def test_what_comes_back_is_valid_anew():
	lead = sleeping(validity_days=10)
	day_comes(lead)
	frappe.db.set_value("Lead", lead.name, "valid_until", add_days(today(), -30))
	come_back()
	assert getdate(lead.reload().valid_until) == getdate(add_days(today(), 10))
	lead.save()
	assert getdate(lead.valid_until) == getdate(add_days(today(), 10))


# A7
def test_nothing_wakes_before_its_day():
	lead = sleeping(1)
	come_back()
	assert lead.reload().prospect_stage == LATER
	day_comes(lead)
	frappe.db.set_value("Lead", lead.name, "next_contact_date", in_days(9))  # put off past everything
	come_back()
	assert lead.reload().prospect_stage == LATER
	assert getdate(lead.wake_up_on) == getdate(in_days(9))


# A7
def test_moved_by_hand_before_its_day_it_does_not_come_back():
	lead = sleeping()
	lead.prospect_stage = "Calificación en Progreso"
	lead.save()
	assert not lead.wake_up_on


# A7
def test_that_it_woke_is_no_news_once_somebody_has_contacted_or_moved_it():
	leads = [sleeping(), sleeping()]
	for lead in leads:
		day_comes(lead)
	come_back()
	make_interaction(leads[0])
	assert not leads[0].reload().woken_on
	leads[1].reload().prospect_stage = "Interesado Sin Decisión"
	leads[1].save()
	assert not leads[1].reload().woken_on


# A7, D19
def test_open_forms_are_told_that_somebody_looks_after_it(monkeypatch):
	lead = sleeping()
	day_comes(lead)
	come_back()
	frappe.db.set_value("Lead", lead.name, "rotting_since", today())
	told = []
	monkeypatch.setattr(
		frappe, "publish_realtime", lambda event, message=None, **where: told.append((event, message))
	)
	make_interaction(lead)
	values = [message["values"] for event, message in told if event == "contacts_made"]
	assert {"woken_on": None} in values
	assert {"rotting_since": None} in values


# A7: nobody is to call on a holiday, nor at night
def test_the_contact_of_what_wakes_is_in_working_time():
	company = frappe.get_all("Company", pluck="name")[0]
	holiday_list = frappe.get_doc(
		{
			"doctype": "Holiday List",
			"holiday_list_name": "Puente",
			"from_date": today(),
			"to_date": add_days(today(), 1),
			"holidays": [{"holiday_date": add_days(today(), day), "description": "Puente"} for day in (0, 1)],
		}
	).insert()
	frappe.get_doc("Company", company).db_set("default_holiday_list", holiday_list.name)
	frappe.clear_document_cache("Company", company)
	opens, closes = working_hours()
	moment = at_work(company)
	assert getdate(moment) == getdate(add_days(today(), 2))
	assert opens <= moment.time() <= closes
	assert opens <= at_work(None).time() <= closes


# A7
def test_only_the_app_says_when_a_record_comes_back():
	lead = sleeping()
	lead.update({"wake_up_on": today(), "woken_on": now_datetime()})
	lead.save()
	assert getdate(lead.wake_up_on) == getdate(in_days(40))
	assert not lead.woken_on
	opportunity = make_opportunity(previous_opportunity=make_opportunity().name, sales_cycle=7)
	assert not opportunity.previous_opportunity
	assert not opportunity.sales_cycle


# A7: told once, and never tried again in silence
@pytest.mark.parametrize("reason", ["asks", "disabled", "closed"])
def test_what_cannot_move_is_told_to_its_owner_once(seller, reason):
	lead = sleeping(lead_owner=seller)
	day_comes(lead)
	if reason == "asks":
		change_stage(BACK, requirements=[{"kind": "Field", "fieldname": "website"}])
	elif reason == "disabled":
		frappe.db.set_value("Prospect Stage", BACK, "disabled", 1)
	else:
		frappe.db.set_value("Prospect Stage", BACK, "outcome", "On Hold")
	frappe.clear_cache()
	assert wake.wake_due(coming_back.give)["refused"] == 1
	assert not wake.wake_due(coming_back.give)
	lead.reload()
	assert (lead.prospect_stage, lead.wake_up_on) == (LATER, None)
	assert lead.woken_on
	assert "no pudo volver por sí solo" in comments(lead)
	assert_whole(lead)


# A7
def test_one_that_cannot_move_keeps_no_other_from_waking(monkeypatch):
	leads = [sleeping() for _number in range(3)]
	for lead in leads:
		day_comes(lead)
	give = coming_back.give

	def broken(doc, comes):
		if doc.name == leads[1].name:
			raise ZeroDivisionError
		return give(doc, comes)

	assert wake.wake_due(broken) == {"woken": 2, "failed": 1}
	assert leads[2].reload().prospect_stage == BACK


# A7: an outage is no reason to stay asleep
def test_what_may_pass_is_tried_again_for_some_days(seller):
	lead = sleeping(lead_owner=seller)
	day_comes(lead)

	def broken(doc, comes):
		raise ConnectionError

	errors = frappe.db.count("Error Log")
	assert wake.wake_due(broken) == {"failed": 1}
	assert frappe.db.count("Error Log") == errors + 1
	assert not lead.reload().woken_on
	assert wake.wake_due(coming_back.give) == {"woken": 1}
	given_up = sleeping(lead_owner=seller)
	day_comes(given_up)
	frappe.db.set_value("Lead", given_up.name, "wake_up_on", add_days(today(), -4))
	assert wake.wake_due(broken) == {"refused": 1}
	assert not given_up.reload().wake_up_on
	assert "no pudo volver por sí solo" in comments(given_up)


# A7
def test_an_owner_who_is_gone_is_replaced(seller):
	other = make_seller()
	change_stage(LATER, comes_back_user=other)
	lead = sleeping(lead_owner=seller)
	day_comes(lead)
	frappe.db.set_value("User", seller, "enabled", 0)
	frappe.clear_cache()
	come_back()
	assert (lead.reload().lead_owner, lead.next_contact_by) == (other, other)


# A7: nobody at all is there
def test_it_wakes_even_if_nobody_is_there(seller):
	lead = make_lead(prospect_stage=LATER, lead_owner=seller)
	day_comes(lead)
	frappe.db.set_value("User", seller, "enabled", 0)
	frappe.clear_cache()
	come_back()
	assert lead.reload().prospect_stage == BACK
	assert not lead.next_contact_date


# A7, F2
def test_assignment_finds_somebody_for_it(seller):
	rep = make_rep(user=make_seller())
	assign_by_skill()
	change_stage(LATER, comes_back_to="By Assignment")
	lead = sleeping(lead_owner=seller)
	day_comes(lead)
	come_back()
	assert lead.reload().lead_owner == rep.user


# F8, F5: whoever converts the prospect again gets the one that came back
@pytest.mark.parametrize("is_customer", [False, True])
def test_the_new_one_is_of_the_same_prospect(is_customer):
	lead = make_lead()
	opportunity = make_opportunity(lead)
	if is_customer:
		make_customer(lead_name=lead.name)
	opportunity = lose(opportunity.reload(), make_reason(comes_back_after_days=30))
	day_comes(opportunity)
	come_back()
	(new,) = renewed(opportunity)
	assert origin.lead_of(new) == lead.name
	assert new.opportunity_from == ("Customer" if is_customer else "Lead")
	assert conversion.convert(lead.name)["opportunity"] == new.name


# F8, F2
@pytest.mark.parametrize("is_customer", [False, True])
def test_assignment_finds_somebody_for_a_lost_opportunity(is_customer):
	rep = make_rep(user=make_seller())
	reason = make_reason(comes_back_after_days=30, comes_back_to="By Assignment")
	party = {"opportunity_from": "Customer", "party_name": make_customer().name} if is_customer else {}
	opportunity = lose(make_opportunity(**party), reason)
	assign_by_skill()
	day_comes(opportunity)
	come_back()
	assert renewed(opportunity)[0].opportunity_owner == rep.user


# A7
def test_a_merged_lead_wakes_on_the_day_of_the_contact_that_it_takes_over():
	kept, gone = make_lead(prospect_stage=LATER), sleeping(20)
	frappe.rename_doc("Lead", gone.name, kept.name, merge=True, force=True)
	assert getdate(kept.reload().wake_up_on) == getdate(in_days(20))


# F8
def test_of_several_reasons_the_shortest_wait_counts_and_never_is_never():
	short, long, never = (
		make_reason(comes_back_after_days=30),
		make_reason(comes_back_after_days=300),
		make_reason(never_comes_back=1),
	)
	opportunity = lose(make_opportunity(), long, short)
	assert getdate(opportunity.wake_up_on) == getdate(add_days(today(), 30))
	opportunity.set("lost_reasons", [{"lost_reason": long.name}])
	opportunity.save()
	assert getdate(opportunity.wake_up_on) == getdate(add_days(today(), 300))
	opportunity.append("lost_reasons", {"lost_reason": never.name})
	opportunity.save()
	assert not opportunity.wake_up_on


# F8: old losses that are put in order do not all come back next morning
def test_another_reason_for_an_old_loss_brings_nothing_back_at_once():
	opportunity = lose(make_opportunity(), make_reason(comes_back_after_days=500))
	day_comes(opportunity)
	opportunity.reload().set("lost_reasons", [{"lost_reason": make_reason(comes_back_after_days=30).name}])
	opportunity.save()
	assert not opportunity.wake_up_on


# F8
def test_a_reason_that_says_nothing_waits_as_the_stage_says():
	change_stage(LOST, "Opportunity Stage", days_until_waking=77)
	opportunity = lose(make_opportunity(), make_reason())
	assert getdate(opportunity.wake_up_on) == getdate(add_days(today(), 77))
	opportunity.opportunity_stage = "En Negociación"
	opportunity.save()
	assert not opportunity.wake_up_on


# F8: the lost one stays lost
def test_a_lost_opportunity_comes_back_as_a_new_one_in_the_next_cycle(seller):
	reason = make_reason(comes_back_after_days=30, comes_back_into="Análisis")
	opportunity = lose(make_opportunity(opportunity_owner=seller, opportunity_amount=5000), reason)
	day_comes(opportunity)
	before = history.of("Opportunity", opportunity.name)
	come_back()
	come_back()
	(new,) = renewed(opportunity)
	assert (new.opportunity_stage, new.status, new.opportunity_owner) == ("Análisis", "Open", seller)
	assert (new.sales_cycle, last_stay(new).cycle, new.opportunity_amount) == (2, 2, 5000)
	assert new.woken_on
	assert not new.lost_reasons
	assert new.probability == frappe.db.get_value("Opportunity Stage", "Análisis", "probability")
	assert (new.next_contact_by, reason.name in last_stay(new).comment) == (seller, True)
	opportunity.reload()
	assert (opportunity.opportunity_stage, opportunity.status) == (LOST, "Lost")
	assert not opportunity.wake_up_on
	assert history.of("Opportunity", opportunity.name) == before
	lose(new, reason)
	day_comes(new)
	come_back()
	assert renewed(new)[0].sales_cycle == 3
	assert_whole(new)


# F8
def test_a_lost_opportunity_and_the_new_one_can_become_one():
	opportunity = lose(make_opportunity(), make_reason(comes_back_after_days=30))
	day_comes(opportunity)
	come_back()
	(new,) = renewed(opportunity)
	frappe.rename_doc("Opportunity", opportunity.name, new.name, merge=True, force=True)
	assert not new.reload().previous_opportunity
	assert_whole(new)


# F8
def test_a_lost_opportunity_may_reopen_instead():
	reason = make_reason(comes_back_after_days=30, comes_back_as="Same Opportunity")
	opportunity = lose(make_opportunity(), reason)
	day_comes(opportunity)
	come_back()
	opportunity.reload()
	assert opportunity.opportunity_stage == "Cotización Solicitada"
	assert opportunity.status == "Open"
	assert last_stay(opportunity).cycle == 2
	assert not renewed(opportunity)


# F8
def test_nobody_is_tried_again_whom_somebody_has_taken_up():
	opportunity = lose(make_opportunity(), make_reason(comes_back_after_days=30))
	day_comes(opportunity)
	other = make_opportunity(frappe.get_doc("Lead", opportunity.party_name))
	come_back()
	assert not renewed(opportunity)
	assert other.name in comments(opportunity)
	assert not opportunity.reload().wake_up_on


# F8
def test_a_lead_that_has_become_a_customer_comes_back_as_a_customer():
	opportunity = lose(make_opportunity(), make_reason(comes_back_after_days=30))
	customer = make_customer(lead_name=opportunity.party_name)
	day_comes(opportunity)
	come_back()
	(new,) = renewed(opportunity)
	assert (new.opportunity_from, new.party_name) == ("Customer", customer.name)


# F8, F4
def test_a_disqualified_lead_comes_back_by_its_reason(seller):
	reason = frappe.get_doc(
		{
			"doctype": "Disqualification Reason",
			"reason_name": frappe.generate_hash(length=8),
			"comes_back_after_days": 45,
			"comes_back_into": "Nuevo",
			"comes_back_to": "A User",
			"comes_back_user": seller,
		}
	).insert()
	lead = make_lead()
	lead.disqualification_reason = reason.name
	lead.save()
	assert getdate(lead.wake_up_on) == getdate(add_days(today(), 45))
	day_comes(lead)
	come_back()
	lead.reload()
	assert (lead.prospect_stage, lead.lead_owner, lead.status) == ("Nuevo", seller, "Lead")
	assert not lead.disqualification_reason
	assert last_stay(lead).cycle == 2
	assert_whole(lead)


# A9
def test_junk_never_comes_back():
	change_stage("Spam", days_until_waking=10, wakes_into="Nuevo")
	assert not make_lead(prospect_stage="Spam").wake_up_on


# F8: another setting brings nothing back at once
def test_another_wait_moves_the_days_that_are_ahead():
	change_stage(LOST, "Opportunity Stage", days_until_waking=180)
	waits, past = (lose(make_opportunity(), make_reason()) for _number in range(2))
	frappe.db.set_value(
		"Opportunity", past.name, "opportunity_stage_entered_on", add_days(now_datetime(), -90)
	)
	change_stage(LOST, "Opportunity Stage", days_until_waking=60)
	recompute.of("Opportunity Stage", LOST)
	assert getdate(waits.reload().wake_up_on) == getdate(add_days(today(), 60))
	assert getdate(past.reload().wake_up_on) > getdate(today())
	reason = frappe.get_doc("Opportunity Lost Reason", waits.lost_reasons[0].lost_reason)
	reason.comes_back_after_days = 20
	reason.save()
	recompute.of("Opportunity Lost Reason", reason.name)
	assert getdate(waits.reload().wake_up_on) == getdate(add_days(today(), 20))
	reason.never_comes_back = 1
	reason.save()
	recompute.of("Opportunity Lost Reason", reason.name)
	assert not waits.reload().wake_up_on


# A7, F8
@pytest.mark.parametrize(
	("values", "says"),
	[
		({"wakes_into": "Spam"}, "Spam"),
		({"wakes_into": LATER}, LATER),
		({"comes_back_to": "A User", "comes_back_user": None}, "usuario"),
		({"allowed_next_stages": [{"stage": "Nuevo"}]}, BACK),
	],
)
def test_a_stage_that_nothing_can_come_back_from_is_refused(values, says):
	with pytest.raises(ComingBackError, match=says):
		change_stage(LATER, **values)


# A7, F8
def test_targets_that_are_asleep_or_disabled_and_users_who_are_gone_are_refused(seller):
	asleep, disabled = make_stage(outcome="On Hold"), make_stage(disabled=1)
	with pytest.raises(ComingBackError, match=asleep.name):
		change_stage(LATER, wakes_into=asleep.name)
	with pytest.raises(frappe.ValidationError, match=disabled.name):
		change_stage(LATER, wakes_into=disabled.name)
	with pytest.raises(ComingBackError):
		make_reason(comes_back_into=LOST)
	frappe.db.set_value("User", seller, "enabled", 0)
	frappe.clear_cache()
	with pytest.raises(ComingBackError, match=seller):
		change_stage(LATER, comes_back_user=seller)


# A7: one index finds them
def test_finding_what_is_due_reads_an_index():
	for doctype in ("Lead", "Opportunity"):
		(plan,) = frappe.db.sql(
			f"explain select name from `tab{doctype}` where wake_up_on <= '2001-01-01' order by wake_up_on, name",
			as_dict=True,
		)
		assert plan.key == "crm_etapas_wake_up_on_name"


# C2
def test_a_save_of_what_sleeps_costs_no_query():
	lead = sleeping()
	lead.save()
	with counted() as statements:
		on_save.validate(lead)
		on_save.on_change(lead)
		on_save.tell(lead)
	assert not statements


# A7: an update lets wake what is on hold, and nothing at once; rules are offered, not switched on
def test_a_site_from_before_gets_what_a_new_one_starts_with():
	ahead, overdue = sleeping(30), sleeping(30)
	frappe.db.set_value("Lead", {"name": ["in", [ahead.name, overdue.name]]}, "wake_up_on", None)
	frappe.db.set_value("Lead", overdue.name, "next_contact_date", add_days(now_datetime(), -5))
	frappe.db.set_value("Prospect Stage", LATER, {"wakes_into": None, "days_until_waking": 0})
	for rule in frappe.get_all(RULE, pluck="name"):
		frappe.delete_doc(RULE, rule)
	own = frappe.get_doc(
		{"doctype": RULE, "rule_name": "La mía", "event": "Sales Order Submitted", "subject": "Llamar"}
	).insert()
	frappe.clear_cache()
	cycle.let_wake()
	cycle.offer_rules()
	assert frappe.db.get_value("Prospect Stage", LATER, "wakes_into") == BACK
	assert getdate(ahead.reload().wake_up_on) == getdate(in_days(30))
	assert not overdue.reload().wake_up_on
	assert not own.reload().disabled
	assert frappe.get_all(RULE, {"name": ["!=", own.name]}, pluck="disabled") == [1]
	change_stage(LATER, wakes_into="Nuevo")
	cycle.let_wake()
	assert frappe.db.get_value("Prospect Stage", LATER, "wakes_into") == "Nuevo"
