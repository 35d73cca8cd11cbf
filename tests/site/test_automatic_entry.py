"""Stages that records enter by themselves: when, why, and when not."""

import frappe
import pytest
from frappe.utils import add_days, now_datetime

from crm_etapas.api import stages as api
from tests.site.factories import (
	change_stage,
	lose,
	make_customer,
	make_event,
	make_interaction,
	make_lead,
	make_opportunity,
	make_quotation,
	make_sales_order,
)
from tests.site.invariants import assert_whole


def stage_of(doc) -> str:
	field = "prospect_stage" if doc.doctype == "Lead" else "opportunity_stage"
	return frappe.db.get_value(doc.doctype, doc.name, field)


def status_of(doc) -> str:
	return frappe.db.get_value(doc.doctype, doc.name, "status")


def behind(doc) -> tuple:
	last = api.history(doc.doctype, doc.name)[-1]
	return last.cause, last.cause_doctype, last.cause_name


# A2
@pytest.mark.parametrize("medium", ["Email", "Phone"])
def test_the_first_mail_or_call_is_an_attempt(medium):
	lead = make_lead()
	call = make_interaction(lead, communication_medium=medium, sent_or_received="Sent")
	assert stage_of(lead) == "Intento de Contacto"
	assert behind(lead) == ("Interaction", "Communication", call.name)
	assert_whole(lead)


# A3
@pytest.mark.parametrize(
	"values",
	[
		{"sent_or_received": "Received", "communication_medium": "Email"},
		{"sent_or_received": "Sent", "communication_medium": "Meeting"},
	],
)
def test_an_answer_or_a_meeting_is_a_contact(values):
	lead = make_lead()
	make_interaction(lead, **values)
	assert stage_of(lead) == "Contacto Establecido"


# A3
def test_what_happens_never_takes_a_record_backwards():
	lead = make_lead(prospect_stage="Calificación en Progreso")
	make_interaction(lead)
	make_interaction(lead, sent_or_received="Received")
	assert stage_of(lead) == "Calificación en Progreso"
	change_stage("Intento de Contacto", triggers=[{"event": "Outgoing Contact", "allow_backwards": 1}])
	make_interaction(lead)
	assert stage_of(lead) == "Intento de Contacto"


# A2: a mail that was sent before, but came to the site after, a move by hand
def test_an_older_event_does_not_undo_a_manual_move():
	lead = make_lead()
	change_stage("Intento de Contacto", triggers=[{"event": "Outgoing Contact", "allow_backwards": 1}])
	api.move("Lead", lead.name, "Contacto Establecido")
	make_interaction(lead, communication_date=add_days(now_datetime(), -1))
	assert stage_of(lead) == "Contacto Establecido"


# A7
def test_a_next_contact_far_ahead_puts_the_prospect_on_hold_and_back():
	lead = make_lead()
	make_event(lead, starts_on=add_days(now_datetime(), 5))
	assert stage_of(lead) == "Nuevo"
	event = make_event(lead, starts_on=add_days(now_datetime(), 60))
	assert (stage_of(lead), behind(lead)) == (
		"Contactar en un Futuro",
		("Interaction", "Event", event.name),
	)
	event.status = "Cancelled"
	event.save()
	assert stage_of(lead) == "Nuevo"
	assert_whole(lead)


# A8
def test_deleting_the_opportunity_takes_the_prospect_back():
	lead = make_lead(prospect_stage="Calificación en Progreso")
	opportunity = make_opportunity(lead)
	assert (stage_of(lead), status_of(lead)) == ("Convertido a Oportunidad", "Opportunity")
	frappe.delete_doc("Opportunity", opportunity.name)
	frappe.db.before_commit.run()
	assert (stage_of(lead), status_of(lead)) == ("Calificación en Progreso", "Interested")
	assert_whole(lead)
	assert api.history("Lead", lead.name)[-1].cycle == 1


# A8
def test_what_has_moved_since_is_not_taken_back():
	lead = make_lead()
	opportunity = make_opportunity(lead)
	api.move("Lead", lead.name, "Spam")
	frappe.delete_doc("Opportunity", opportunity.name)
	assert stage_of(lead) == "Spam"


# D12
def test_a_customer_made_from_a_prospect_converts_it_and_back():
	lead = make_lead()
	customer = make_customer(lead_name=lead.name)
	assert (stage_of(lead), status_of(lead)) == ("Convertido a Oportunidad", "Converted")
	frappe.delete_doc("Customer", customer.name)
	frappe.db.before_commit.run()
	assert (stage_of(lead), status_of(lead)) == ("Nuevo", "Lead")
	assert_whole(lead)


# B3, B4, B5
def test_quotation_revision_and_order_carry_the_opportunity():
	opportunity = make_opportunity()
	quotation = make_quotation(opportunity)
	assert stage_of(opportunity) == "Cotización Solicitada"
	quotation.submit()
	frappe.db.before_commit.run()
	assert (stage_of(opportunity), status_of(opportunity)) == ("En Propuesta", "Quotation")
	revised = make_quotation(opportunity, rate=900)
	revised.submit()
	assert (stage_of(opportunity), behind(opportunity)) == (
		"En Negociación",
		("Quotation", "Quotation", revised.name),
	)
	order = make_sales_order(revised)
	order.submit()
	frappe.db.before_commit.run()
	assert (stage_of(opportunity), status_of(opportunity)) == ("Cerrado Ganado", "Converted")
	assert behind(opportunity) == ("Sales Order", "Sales Order", order.name)
	assert_whole(opportunity)


# B5
def test_cancelling_goes_back_step_by_step():
	opportunity = make_opportunity()
	quotation = make_quotation(opportunity)
	quotation.submit()
	order = make_sales_order(quotation)
	order.submit()
	order.reload()
	order.cancel()
	frappe.db.before_commit.run()
	assert (stage_of(opportunity), status_of(opportunity)) == ("En Propuesta", "Quotation")
	quotation.reload()
	quotation.cancel()
	frappe.db.before_commit.run()
	assert (stage_of(opportunity), status_of(opportunity)) == ("Cotización Solicitada", "Open")
	assert [row.cycle for row in api.history("Opportunity", opportunity.name)] == [1] * 5
	assert_whole(opportunity)


# B6, B7
@pytest.mark.parametrize(
	("competitors", "stage"), [((), "Cerrado Perdido"), (("Rival",), "Cerrado Perdido Competencia")]
)
def test_a_lost_quotation_loses_the_opportunity_with_its_reasons(competitors, stage):
	opportunity = make_opportunity()
	quotation = make_quotation(opportunity)
	quotation.submit()
	lose(quotation, *competitors)
	frappe.db.before_commit.run()
	assert (stage_of(opportunity), status_of(opportunity)) == (stage, "Lost")
	opportunity.reload()
	assert [row.lost_reason for row in opportunity.lost_reasons] == ["Precio"]
	assert [row.competitor for row in opportunity.competitors] == list(competitors)
	assert opportunity.order_lost_reason == "Llegamos tarde"
	said = " · ".join(("Precio", *competitors, "Llegamos tarde"))
	assert api.history("Opportunity", opportunity.name)[-1].comment == said
	assert_whole(opportunity)


# B6
def test_one_lost_quotation_of_two_loses_nothing():
	opportunity = make_opportunity()
	first, second = make_quotation(opportunity), make_quotation(opportunity)
	first.submit()
	second.submit()
	lose(first)
	frappe.db.before_commit.run()
	assert (stage_of(opportunity), status_of(opportunity)) == ("En Negociación", "Quotation")


# C2, C8
def test_a_quotation_for_a_prospect_converts_it():
	lead = make_lead()
	quotation = make_quotation(quotation_to="Lead", party_name=lead.name)
	quotation.submit()
	frappe.db.before_commit.run()
	assert (stage_of(lead), status_of(lead)) == ("Convertido a Oportunidad", "Quotation")
	quotation.cancel()
	frappe.db.before_commit.run()
	assert (stage_of(lead), status_of(lead)) == ("Nuevo", "Lead")
	assert_whole(lead)


# A
def test_an_event_that_cannot_happen_to_a_pipeline_is_refused():
	with pytest.raises(frappe.ValidationError):
		change_stage("Análisis", "Opportunity Stage", triggers=[{"event": "Customer Created"}])
