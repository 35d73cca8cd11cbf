"""Undoing a move: as if it had not been made."""

import frappe
import pytest
from frappe.utils import add_days, now_datetime

from crm_etapas.api import qualification
from crm_etapas.api import stages as api
from crm_etapas.exceptions import TransitionNotAllowedError
from crm_etapas.pipeline import history, stages, transition, undo
from crm_etapas.pipeline.history import Move
from crm_etapas.pipeline.vocabulary import Cause
from crm_etapas.pipelines import OPPORTUNITY, PROSPECT, QUALIFICATION
from tests.site.factories import (
	WHY_LOST,
	WHY_WON,
	change_stage,
	make_lead,
	make_opportunity,
	make_quotation,
	make_sales_order,
	make_user,
)
from tests.site.invariants import assert_whole

COMPETITION = {**WHY_LOST, "competitors": [{"competitor": "Globex"}], "weak_points": "El plazo"}
LEVEL_FIELDS = ["qualification_level", *QUALIFICATION.own_fields]
PERSON = {"disqualification_reason": "Solo Vendemos a Empresas"}


@pytest.fixture
def lead():
	change_stage("Nuevo", checklist=[{"item": "Llamar"}])
	return make_lead()


@pytest.fixture
def globex():
	if not frappe.db.exists("Competitor", "Globex"):
		frappe.get_doc({"doctype": "Competitor", "competitor_name": "Globex"}).insert()


def ask_for_nothing(pipeline) -> None:
	for stage in stages.get_stages(pipeline):
		change_stage(stage, pipeline.stage_doctype, requirements=[])


def move_by_mistake(doc, stage: str, pipeline: str | None = None, values: dict | None = None) -> None:
	api.move(doc.doctype, doc.name, stage, values=values, pipeline=pipeline)
	api.undo_move(doc.doctype, doc.name, stage, pipeline)


def picture(doc) -> dict:
	"""Return all that a record says but who saved it last; rows of its tables without their names."""
	doc = frappe.get_doc(doc.doctype, doc.name)
	found = doc.as_dict(convert_dates_to_str=True)
	for df in doc.meta.get_table_fields():
		found[df.fieldname] = [row.as_dict(no_default_fields=True) for row in doc.get(df.fieldname)]
	return {field: value for field, value in found.items() if field not in ("modified", "modified_by")}


def stays_of(doc, pipeline) -> list[tuple]:
	return [
		(stay.name, stay.stage, stay.entered_on, stay.left_on, stay.seconds, stay.cycle)
		for stay in history.of(doc.doctype, doc.name, pipeline.name)
	]


def stand_since(doc, pipeline, moment) -> None:
	"""Have a record stand where it does for so long."""
	open_stay = {"reference_name": doc.name, "pipeline": pipeline.name, "left_on": ("is", "not set")}
	frappe.db.set_value("Stage Log", open_stay, "entered_on", moment)
	frappe.db.set_value(doc.doctype, doc.name, pipeline.entered_on_field, moment)


# A, B: whatever moving from one stage to another does to a record
@pytest.mark.parametrize(
	("make", "pipeline", "stage", "why"),
	[
		(make_lead, PROSPECT, "Nuevo", None),
		(make_lead, PROSPECT, "Contactar en un Futuro", None),
		(make_lead, PROSPECT, "No Interesado", PERSON),
		(make_lead, PROSPECT, "Spam", None),
		(make_opportunity, OPPORTUNITY, "Análisis", None),
		(make_opportunity, OPPORTUNITY, "Cerrado Ganado", WHY_WON),
		(make_opportunity, OPPORTUNITY, "Cerrado Perdido Competencia", COMPETITION),
	],
)
def test_a_record_is_as_it_was(globex, make, pipeline, stage, why):
	said = {"next_contact_date": add_days(now_datetime(), 1), "next_contact_subject": "Presupuesto"}
	doc = make(**said, **(WHY_WON if pipeline is OPPORTUNITY else {}))
	if stage != doc.get(pipeline.stage_field):
		api.move(doc.doctype, doc.name, stage, values=why)
	ask_for_nothing(pipeline)  # so no move fills anything in
	# long ago: what was to happen has happened, and what was planned is late
	stand_since(doc, pipeline, add_days(now_datetime().replace(microsecond=0), -400))
	was = {"wake_up_on": None}
	if frappe.db.get_value(doc.doctype, doc.name, "next_contact_date"):
		was |= {"next_contact_date": add_days(now_datetime(), -1), "next_contact_notified": 1}
		was |= {"rotting_since": add_days(now_datetime(), -9).date()}
	frappe.db.set_value(doc.doctype, doc.name, was)
	before, stays = picture(doc), stays_of(doc, pipeline)
	for other in stages.get_stages(pipeline):
		if other != stage:
			move_by_mistake(doc, other)
			assert picture(doc) == before, other
			assert stays_of(doc, pipeline) == stays, other


# C5: in the calendar of whoever makes the contact
@pytest.mark.parametrize(("stage", "days"), [("Spam", 3), ("Spam", -1), ("Contactar en un Futuro", -1)])
def test_the_next_contact_is_in_the_calendar_again(lead, stage, days):
	lead.update({"next_contact_date": add_days(now_datetime(), 3), "next_contact_subject": "Llamar"}).save()
	event, moment = lead.next_contact_event, add_days(now_datetime().replace(microsecond=0), days)
	frappe.db.set_value("Lead", lead.name, "next_contact_date", moment)
	move_by_mistake(lead, stage)
	lead.reload()
	assert (lead.next_contact_date, lead.next_contact_event) == (moment, event)
	assert frappe.db.get_value("Event", event, ["status", "starts_on"]) == ("Open", moment)


# A1
def test_what_was_ticked_is_ticked(lead):
	api.tick("Lead", lead.name, "Llamar")
	api.move("Lead", lead.name, "Contacto Establecido")
	(item,) = api.undo_move("Lead", lead.name, "Contacto Establecido")["checklist"]
	assert item["by"] == "Administrator"
	assert_whole(lead)


# F6: nor has an end that it was not any reasons, nor value
def test_what_was_filled_in_goes_too(globex):
	opportunity = make_opportunity(opportunity_amount=500)
	before = picture(opportunity)
	for stage, why in (("Cerrado Ganado", WHY_WON), ("Cerrado Perdido", WHY_LOST)):
		move_by_mistake(opportunity, stage, values=why)
		assert picture(opportunity) == before
	api.move("Opportunity", opportunity.name, "Cerrado Perdido", values=WHY_LOST)
	lost = picture(opportunity)
	move_by_mistake(opportunity, "Cerrado Perdido Competencia", values=COMPETITION)
	assert picture(opportunity) == lost


# E: a level that the rules have raised meanwhile keeps what goes with it
def test_a_level_that_came_along_stays_whole(lead):
	doc = frappe.get_doc("Lead", lead.name)
	transition.announce(doc, Move(Cause.RULE), QUALIFICATION)
	doc.qualification_level = "SAL"
	transition.move(doc, PROSPECT, "Intento de Contacto")
	undo.remember(doc, PROSPECT)
	waits = frappe.db.get_value("Lead", lead.name, LEVEL_FIELDS, as_dict=True)
	assert (waits.qualification_level, waits.qualification_acceptance) == ("SAL", "Pending")
	api.undo_move("Lead", lead.name, "Intento de Contacto")
	assert frappe.db.get_value("Lead", lead.name, LEVEL_FIELDS, as_dict=True) == waits
	assert lead.reload().prospect_stage == "Nuevo"
	assert_whole(lead)


# C5: a contact far ahead leads to a stage once, not when its event is there again
def test_a_contact_far_ahead_leads_nowhere_again(lead):
	lead.update({"next_contact_date": add_days(now_datetime(), 90)}).save()
	assert lead.reload().prospect_stage == "Contactar en un Futuro"
	api.move("Lead", lead.name, "Nuevo")
	move_by_mistake(lead, "Spam")
	assert lead.reload().prospect_stage == "Nuevo"


# F6: what the client has ordered meanwhile is won
def test_what_has_been_ordered_since_stays_won():
	opportunity = make_opportunity()
	quotation = make_quotation(opportunity).submit()
	api.move("Opportunity", opportunity.name, "Cerrado Ganado", values=WHY_WON)
	make_sales_order(quotation).submit()
	with pytest.raises(frappe.ValidationError):
		api.undo_move("Opportunity", opportunity.name, "Cerrado Ganado")
	assert frappe.db.get_value("Opportunity", opportunity.name, "opportunity_stage") == "Cerrado Ganado"


def test_moving_twice_to_the_same_stage_is_one_move(lead):
	lead.update({"next_contact_date": add_days(now_datetime(), 3), "next_contact_subject": "Llamar"}).save()
	for _number in range(2):
		api.move("Lead", lead.name, "Spam")
	api.undo_move("Lead", lead.name, "Spam")
	assert lead.reload().next_contact_subject == "Llamar"


def test_rows_that_the_move_left_alone_are_the_same(lead):
	lead.append("notes", {"note": "Pide precio"})
	lead.save()
	move_by_mistake(lead, "Spam")
	assert [row.name for row in frappe.get_doc("Lead", lead.name).notes] == [row.name for row in lead.notes]


def test_what_somebody_has_changed_since_is_not_undone(lead):
	lead.update({"next_contact_date": add_days(now_datetime(), 3), "next_contact_subject": "Llamar"}).save()
	api.move("Lead", lead.name, "Spam")
	frappe.db.set_value("Lead", lead.name, "next_contact_subject", "Otra cosa")
	with pytest.raises(TransitionNotAllowedError, match="Nuevo"):
		api.undo_move("Lead", lead.name, "Spam")
	assert frappe.db.get_value("Lead", lead.name, ["prospect_stage", "next_contact_subject"]) == (
		"Spam",
		"Otra cosa",
	)


def test_what_the_move_left_alone_may_have_changed_since(lead):
	api.move("Lead", lead.name, "Spam")
	frappe.db.set_value("Lead", lead.name, "job_title", "Compras")
	api.undo_move("Lead", lead.name, "Spam")
	assert frappe.db.get_value("Lead", lead.name, ["prospect_stage", "job_title"]) == ("Nuevo", "Compras")


# E: accepted stays accepted, and the rules may go on as they might
def test_a_level_is_as_it_was(lead):
	lead.qualification_level = "SAL"
	lead.save()
	qualification.accept(lead.name)
	stand_since(lead, QUALIFICATION, add_days(now_datetime().replace(microsecond=0), -7))
	before = picture(lead)
	for level in ("MQL", "SQL"):
		move_by_mistake(lead, level, QUALIFICATION.name)
		assert picture(lead) == before, level


# the history forgets a mistake, the record's timeline does not
def test_a_comment_tells_of_it(lead):
	move_by_mistake(lead, "Contacto Establecido")
	about = {"reference_doctype": "Lead", "reference_name": lead.name, "comment_type": "Info"}
	assert "Se deshizo el paso a Contacto Establecido" in frappe.get_all("Comment", about, pluck="content")


# what stood longer is a fact
def test_a_move_of_long_ago_is_not_undone(lead):
	api.move("Lead", lead.name, "Contacto Establecido")
	remembered = frappe.cache.make_key(undo.key(lead, PROSPECT), frappe.session.user)
	assert 0 < frappe.cache.ttl(remembered) <= undo.WITHIN.total_seconds()
	frappe.cache.expire(remembered, 0)
	with pytest.raises(TransitionNotAllowedError, match=r"ya no se deshace.*Nuevo"):
		api.undo_move("Lead", lead.name, "Contacto Establecido")
	assert len(history.of("Lead", lead.name, "prospect")) == 2


# … also when its history says otherwise since
def test_a_corrected_move_is_not_undone(lead):
	api.move("Lead", lead.name, "Contacto Establecido")
	first, second = history.of("Lead", lead.name, "prospect")
	history.correct(second.name, first.entered_on, "Fue enseguida")
	with pytest.raises(TransitionNotAllowedError, match="Nuevo"):
		api.undo_move("Lead", lead.name, "Contacto Establecido")


def test_what_has_moved_on_since_is_not_undone(lead):
	api.move("Lead", lead.name, "Intento de Contacto")
	api.move("Lead", lead.name, "Contacto Establecido")
	with pytest.raises(TransitionNotAllowedError, match="Contacto Establecido"):
		api.undo_move("Lead", lead.name, "Intento de Contacto")


def test_what_somebody_else_has_moved_is_not_undone(lead):
	api.move("Lead", lead.name, "Intento de Contacto")
	manager = make_user("Sales Manager").name
	frappe.set_user(manager)
	with pytest.raises(TransitionNotAllowedError):
		api.undo_move("Lead", lead.name, "Intento de Contacto")


def test_a_new_record_has_nothing_to_undo(lead):
	with pytest.raises(TransitionNotAllowedError):
		api.undo_move("Lead", lead.name, "Nuevo")
