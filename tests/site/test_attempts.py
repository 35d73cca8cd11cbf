"""The attempt protocol of a stage: which try is next, when, and what follows the last one."""

from datetime import date, datetime, timedelta

import frappe
import pytest
from frappe.desk.doctype.event.event import get_events
from frappe.utils import add_to_date, get_datetime, now_datetime

from crm_etapas.api import follow_up as api
from crm_etapas.api import stages
from crm_etapas.exceptions import ProtocolError
from crm_etapas.follow_up import local_time, protocol
from crm_etapas.pipeline.working_time import holidays_of, working_hours
from tests.site.factories import (
	change_stage,
	make_interaction,
	make_lead,
	make_opportunity,
	make_stage,
	make_user,
)
from tests.site.test_notices import site_in
from tests.site.test_query_counts import counted

STEPS = [
	{"after": 1, "unit": "Working Hours", "medium": "Phone"},
	{"after": 2, "unit": "Working Hours", "medium": "Email", "subject": "Folleto", "hint": "Adjuntarlo"},
	{"after": 3, "unit": "Working Days", "medium": "Chat"},
]


def make_protocol(**values):
	return frappe.get_doc(
		{
			"doctype": "Attempt Protocol",
			"protocol_name": f"Protocolo {frappe.generate_hash(length=6)}",
			"steps": STEPS,
			**values,
		}
	).insert()


def end_stage(**values):
	return make_stage(outcome="On Hold", process_status="En Gestión", **values).name


@pytest.fixture
def tried(request):
	"""A protocol of three tries that ends in a stage of its own, followed in the stage that an attempt enters."""
	end = end_stage()
	made = make_protocol(next_stage_doctype="Prospect Stage", next_stage=end)
	change_stage("Intento de Contacto", attempt_protocol=made.name)
	return made


def no_answer(doc, **values):
	return api.log_interaction(doc.doctype, doc.name, "Phone", result="No Contestó", **values)


def is_open(moment: datetime) -> bool:
	opens, closes = working_hours()
	company = frappe.db.get_default("company")
	return opens <= moment.time() < closes and moment.date() not in holidays_of(company)


# A2: on a new installation
def test_the_starting_protocol_is_followed_where_attempts_are_made():
	name = frappe.db.get_value("Prospect Stage", "Intento de Contacto", "attempt_protocol")
	doc = frappe.get_doc("Attempt Protocol", name)
	assert len(doc.steps) == 5
	assert len({step.medium for step in doc.steps}) > 2
	assert doc.next_stage == "Contactar en un Futuro"


# A2
def test_whoever_makes_a_try_is_told_which_one_it_is_and_what_is_next(tried):
	lead = make_lead()
	told = api.attempt("Lead", lead.name)
	assert (told["attempt"], told["of"], told["ends_in"]) == (1, 3, None)
	assert (told["next"]["medium"], told["next"]["subject"]) == ("Email", "Folleto")
	assert is_open(told["next"]["date"])
	no_answer(lead)
	told = api.attempt("Lead", lead.name)
	assert (told["attempt"], told["medium"], told["hint"]) == (2, "Email", "Adjuntarlo")
	no_answer(lead)
	told = api.attempt("Lead", lead.name)
	assert (told["attempt"], told["next"]) == (3, None)
	assert told["ends_in"]["name"] == tried.next_stage


# A2: the answer of the API offers it, and nothing is planned that nobody has confirmed
def test_noting_a_try_offers_the_next_one(tried):
	lead = make_lead()
	no_answer(lead)
	assert frappe.response.pop("proposal")["medium"] == "Email"
	assert not lead.reload().next_contact_date
	later = add_to_date(now_datetime().replace(microsecond=0), days=2)
	no_answer(lead, next_contact={"date": str(later)})
	assert "proposal" not in frappe.response
	assert lead.reload().next_contact_date == later
	api.log_interaction("Lead", lead.name, "Phone", result="Contestó")
	assert "proposal" not in frappe.response


# A2: after the last one
def test_after_the_last_try_it_goes_on_by_rule(tried):
	lead = make_lead()
	no_answer(lead)
	no_answer(lead)
	assert lead.reload().prospect_stage == "Intento de Contacto"
	no_answer(lead)
	assert lead.reload().prospect_stage == tried.next_stage
	last = stages.history("Lead", lead.name)[-1]
	assert last["cause"] == "Rule"
	assert "3 intentos" in last["comment"]


# A2: an answer ends it
def test_an_answer_begins_anew(tried):
	change_stage("Contacto Establecido", attempt_protocol=tried.name)
	lead = make_lead()
	no_answer(lead)
	no_answer(lead)
	api.log_interaction("Lead", lead.name, "Phone", result="Contestó")
	assert lead.reload().prospect_stage == "Contacto Establecido"
	assert api.attempt("Lead", lead.name)["attempt"] == 1
	no_answer(lead)
	no_answer(lead)
	assert lead.reload().prospect_stage == "Contacto Establecido"
	no_answer(lead)
	assert lead.reload().prospect_stage == tried.next_stage


# A2: tries of an earlier stage do not count
def test_tries_are_counted_from_entering_the_stage(tried):
	lead = make_lead()
	moment = add_to_date(now_datetime(), hours=-2)
	for _number in range(2):
		make_interaction(lead, communication_date=moment)
	stages.move("Lead", lead.name, "Interesado Sin Decisión")
	stages.move("Lead", lead.name, "Intento de Contacto")
	assert api.attempt("Lead", lead.name)["attempt"] == 1


# A2: whoever plans another contact has decided otherwise
def test_a_contact_that_is_planned_with_the_last_try_keeps_it_where_it_is(tried):
	lead = make_lead()
	no_answer(lead)
	no_answer(lead)
	no_answer(lead, next_contact={"date": str(add_to_date(now_datetime(), days=1))})
	assert lead.reload().prospect_stage == "Intento de Contacto"
	assert lead.next_contact_date


# A2: told, and the interaction stays
def test_what_the_stage_refuses_undoes_no_interaction(tried):
	change_stage(tried.next_stage, condition="False", condition_message="Todavía no")
	lead = make_lead()
	for _number in range(3):
		no_answer(lead)
	assert lead.reload().prospect_stage == "Intento de Contacto"
	assert lead.contact_attempts == 3
	assert any("Todavía no" in str(message) for message in frappe.local.message_log)


# A2: only a mark
def test_without_a_stage_the_form_says_that_the_tries_are_used_up(tried):
	tried.update({"next_stage": None})
	tried.save()
	lead = make_lead()
	for _number in range(4):
		no_answer(lead)
	assert lead.reload().prospect_stage == "Intento de Contacto"
	protocol.tell(lead)
	assert lead.get_onload("attempts") == {"made": 4, "of": 3}


# A2: a mail that was sent
@pytest.mark.parametrize("plans", [0, 1])
def test_what_goes_out_by_itself_plans_where_the_protocol_says_so(tried, plans):
	tried.plan_by_itself = plans
	tried.save()
	seller = make_user("Sales User").name
	lead = make_lead(lead_owner=seller)
	make_interaction(lead, communication_medium="Email")
	lead.reload()
	assert bool(lead.next_contact_date) == bool(plans)
	if plans:
		assert (lead.next_contact_medium, lead.next_contact_by) == ("Email", seller)
		planned = lead.next_contact_date
		make_interaction(lead, communication_medium="Email")
		assert lead.reload().next_contact_date == planned  # one is planned


# A2, F3: opportunities have protocols of their own
def test_an_opportunity_follows_its_stage(tried):
	lost = make_stage(
		"Opportunity Stage", outcome="Lost", process_status="No Interesado", status_to_set="Lost"
	)
	made = make_protocol(next_stage_doctype="Opportunity Stage", next_stage=lost.name, steps=STEPS[:1])
	change_stage("Cotización Solicitada", "Opportunity Stage", attempt_protocol=made.name)
	opportunity = make_opportunity()
	no_answer(opportunity)
	assert opportunity.reload().opportunity_stage == lost.name


# A2: within the company's days and hours
@pytest.mark.parametrize(
	("since", "after", "unit", "expected"),
	[
		(datetime(2030, 3, 1, 10), 4, "Working Hours", datetime(2030, 3, 1, 14)),
		(datetime(2030, 3, 1, 17), 2, "Working Hours", datetime(2030, 3, 5, 10)),
		(datetime(2030, 3, 1, 17), 1, "Working Hours", datetime(2030, 3, 5, 9)),
		(datetime(2030, 3, 1, 22, 15), 1, "Working Days", datetime(2030, 3, 5, 9)),
		(datetime(2030, 3, 1, 11, 15), 1, "Working Days", datetime(2030, 3, 5, 11, 15)),
	],
)
def test_a_try_is_due_on_working_days_within_working_hours(since, after, unit, expected):
	company = frappe.get_all("Company", pluck="name")[0]
	days = frappe.get_doc(
		{
			"doctype": "Holiday List",
			"holiday_list_name": frappe.generate_hash(length=6),
			"from_date": "2030-01-01",
			"to_date": "2030-12-31",
			"holidays": [{"holiday_date": date(2030, 3, day), "description": "Libre"} for day in (2, 3, 4)],
		}
	).insert()
	frappe.db.set_value("Company", company, "default_holiday_list", days.name)
	frappe.clear_document_cache("Company", company)
	settings = frappe.get_doc("CRM Etapas Settings")
	settings.update({"working_day_begins": "09:00", "working_day_ends": "18:00"})
	settings.save()
	step = frappe._dict(after=after, unit=unit)
	assert protocol.due(step, company, since) == expected


# A2: the clocks change in the night of the 31st; the hour where people work does not
@pytest.mark.parametrize(
	("unit", "expected"),
	[
		("Working Hours", datetime(2030, 3, 31, 10)),
		("Working Days", datetime(2030, 4, 1, 17)),
	],
)
def test_a_try_stays_on_the_local_hour_when_the_clocks_change(unit, expected):
	with site_in("Europe/Madrid"):
		since = datetime(2030, 3, 30, 17)
		assert protocol.due(frappe._dict(after=2, unit=unit), "No Company", since) == expected
		seller = make_user("Sales User").name
		lead = make_lead(next_contact_date=expected, next_contact_by=seller)
		(event,) = get_events(expected.date(), expected.date(), seller)
		assert get_datetime(event.starts_on) == expected == get_datetime(lead.next_contact_date)
		there = local_time.local(expected, local_time.zone("UTC"))
		assert expected - there == timedelta(hours=2)  # summer time


# A2: a try that was noted late
def test_what_would_be_past_is_due_as_soon_as_somebody_works():
	step = frappe._dict(after=1, unit="Working Hours")
	due = protocol.due(step, None, add_to_date(now_datetime(), days=-30))
	assert due > now_datetime()
	assert is_open(due)


# A2: what cannot be followed
def test_a_protocol_that_cannot_be_followed_is_refused(tried):
	with pytest.raises(ProtocolError, match="intentos"):
		make_protocol(steps=[])
	disabled = end_stage(disabled=1)
	with pytest.raises(ProtocolError, match=disabled):
		make_protocol(next_stage_doctype="Prospect Stage", next_stage=disabled)
	with pytest.raises(ProtocolError, match="tipo de etapa"):
		make_protocol(next_stage_doctype="Lead", next_stage=make_lead().name)
	tried.update({"next_stage_doctype": "Opportunity Stage", "next_stage": "Análisis"})
	with pytest.raises(ProtocolError, match="Intento de Contacto"):
		tried.save()
	tried.reload().next_stage = "Intento de Contacto"
	with pytest.raises(ProtocolError, match="Intento de Contacto"):
		tried.save()


# A2
def test_a_stage_whose_protocol_leads_elsewhere_is_refused(tried):
	with pytest.raises(ProtocolError, match=tried.name):
		change_stage("Análisis", "Opportunity Stage", attempt_protocol=tried.name)
	with pytest.raises(ProtocolError, match=tried.name):
		change_stage(tried.next_stage, attempt_protocol=tried.name)


# A2
def test_a_disabled_protocol_is_not_followed(tried):
	tried.disabled = 1
	tried.save()
	lead = make_lead()
	for _number in range(4):
		no_answer(lead)
	assert lead.reload().prospect_stage == "Intento de Contacto"
	assert api.attempt("Lead", lead.name) is None


# A2: a site that follows no protocol pays nothing
def test_without_protocols_a_contact_costs_no_query():
	change_stage("Intento de Contacto", attempt_protocol=None)
	lead = make_lead()
	call = make_interaction(lead)
	with counted() as statements:
		protocol.follow(call, "Lead", lead.name)
		assert api.protocol.standing(lead) is None
	assert not statements


# A2: existing sites get it without following it
def test_an_update_brings_the_protocol_and_leaves_the_stages_alone():
	from crm_etapas.setup import defaults

	change_stage("Intento de Contacto", attempt_protocol=None)
	for name in frappe.get_all("Attempt Protocol", pluck="name"):
		frappe.delete_doc("Attempt Protocol", name)
	defaults.create("Attempt Protocol")
	(name,) = frappe.get_all("Attempt Protocol", pluck="name")
	assert frappe.db.get_value("Attempt Protocol", name, "next_stage") == "Contactar en un Futuro"
	assert not frappe.db.get_value("Prospect Stage", "Intento de Contacto", "attempt_protocol")
