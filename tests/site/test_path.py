"""The path of a record: its checklist, what comes next, and the way back."""

import frappe
import pytest
from frappe.permissions import add_permission
from frappe.utils import add_days, add_to_date, now_datetime

from crm_etapas.api import stages as api
from crm_etapas.exceptions import StageError, TransitionNotAllowedError
from crm_etapas.pipeline import history
from crm_etapas.pipelines import PROSPECT
from tests.site.factories import (
	WHY_LOST,
	change_stage,
	make_lead,
	make_opportunity,
	make_user,
)
from tests.site.invariants import assert_whole

CHECKLIST = [{"item": "Llamar"}, {"item": "Escribir"}]


@pytest.fixture
def lead():
	change_stage("Nuevo", checklist=CHECKLIST)
	return make_lead()


def ticks(lead) -> dict:
	return {row["item"]: row["by"] for row in api.get_path("Lead", lead.name)["checklist"]}


# A1: what is ticked stays, for everybody, with who did it
def test_an_item_is_ticked_and_the_tick_taken_off(lead):
	assert ticks(lead) == {"Llamar": None, "Escribir": None}
	salesperson = make_user("Sales User").name
	lead.db_set("lead_owner", salesperson)
	frappe.set_user(salesperson)
	api.tick("Lead", lead.name, "Llamar")
	frappe.set_user("Administrator")
	assert [row["by"] for row in api.tick("Lead", lead.name, "Llamar")] == [salesperson, None]
	assert ticks(lead) == {"Llamar": salesperson, "Escribir": None}
	assert [row["by"] for row in api.tick("Lead", lead.name, "Llamar", done=False)] == [None, None]
	assert str(frappe.db.get_value("Lead", lead.name, "modified")) == lead.modified


# A1, D15
def test_each_stay_has_ticks_of_its_own_and_the_history_keeps_them(lead):
	api.tick("Lead", lead.name, "Llamar")
	api.move("Lead", lead.name, "Contacto Establecido")
	api.move("Lead", lead.name, "Nuevo")
	assert ticks(lead) == {"Llamar": None, "Escribir": None}
	assert "Llamar" in history.of("Lead", lead.name, "prospect")[0].checklist
	frappe.rename_doc("Lead", lead.name, "CRM-LEAD-CON-TILDE")
	assert "Llamar" in history.of("Lead", "CRM-LEAD-CON-TILDE", "prospect")[0].checklist


def test_what_is_not_on_the_list_is_refused(lead):
	with pytest.raises(StageError, match=r"Nuevo"):
		api.tick("Lead", lead.name, "Bailar")


def test_who_may_not_write_the_record_ticks_nothing_and_undoes_nothing(lead):
	api.move("Lead", lead.name, "Contacto Establecido")
	add_permission("Lead", "Accounts User")
	frappe.set_user(make_user("Accounts User").name)
	assert api.get_path("Lead", lead.name)["stage"] == "Contacto Establecido"
	for call in (
		lambda: api.tick("Lead", lead.name, "Llamar"),
		lambda: api.undo_move("Lead", lead.name, "Contacto Establecido"),
	):
		with pytest.raises(frappe.PermissionError):
			call()


# A, B: what the next stage asks for and the record lacks
def test_the_path_says_what_comes_next_and_what_it_lacks(lead):
	change_stage("Intento de Contacto", requirements=[{"kind": "Field", "fieldname": "job_title"}])
	coming = api.get_path("Lead", lead.name)["next"]
	assert coming["name"] == "Intento de Contacto"
	assert [row["fieldname"] for row in coming["missing"]] == ["job_title"]
	lead.update({"job_title": "Compras"}).save()
	assert api.get_path("Lead", lead.name)["next"]["missing"] == []


def test_the_next_stage_is_one_that_may_come_next(lead):
	change_stage("Nuevo", allowed_next_stages=[{"stage": "Calificación en Progreso"}])
	assert api.get_path("Lead", lead.name)["next"]["name"] == "Calificación en Progreso"


def test_after_the_last_open_stage_comes_the_one_that_is_won_and_after_that_none():
	opportunity = make_opportunity()
	api.move("Opportunity", opportunity.name, "En Negociación")
	assert api.get_path("Opportunity", opportunity.name)["next"]["name"] == "Cerrado Ganado"
	api.move("Opportunity", opportunity.name, "Cerrado Perdido", values=WHY_LOST)
	assert api.get_path("Opportunity", opportunity.name)["next"] is None


# A, B: undo
def test_after_an_undone_move_the_record_stands_where_it_stood_and_since_then(lead):
	began = add_days(now_datetime().replace(microsecond=0), -12)
	history.correct(history.last_stay(PROSPECT, lead.name).name, began, "Ya estaba aquí")
	lead.reload()
	api.tick("Lead", lead.name, "Llamar")
	api.move("Lead", lead.name, "Contacto Establecido")
	path = api.undo_move("Lead", lead.name, "Contacto Establecido")
	assert path["stage"] == "Nuevo"
	assert ticks(lead)["Llamar"] == "Administrator"
	(stay,) = history.of("Lead", lead.name, "prospect")
	assert (stay.stage, stay.entered_on, stay.left_on, stay.seconds) == ("Nuevo", began, None, 0)
	assert lead.reload().prospect_stage_entered_on == began
	assert_whole(lead)


# the history forgets a mistake, the record's timeline does not
def test_the_timeline_tells_of_an_undone_move(lead):
	api.move("Lead", lead.name, "Contacto Establecido")
	api.undo_move("Lead", lead.name, "Contacto Establecido")
	about = {"reference_doctype": "Lead", "reference_name": lead.name, "comment_type": "Info"}
	assert "Se deshizo el paso a Contacto Establecido" in frappe.get_all("Comment", about, pluck="content")


# what stood longer is a fact
def test_a_move_of_long_ago_is_not_undone(lead):
	api.move("Lead", lead.name, "Contacto Establecido")
	log = frappe.qb.DocType("Stage Log")
	for column, number in ((log.left_on, 1), (log.entered_on, 2)):
		of_stay = (log.reference_name == lead.name) & (log.pipeline == "prospect") & (log.sequence == number)
		frappe.qb.update(log).set(column, add_to_date(now_datetime(), minutes=-11)).where(of_stay).run()
	with pytest.raises(TransitionNotAllowedError, match=r"más de 10 minutos.*Nuevo"):
		api.undo_move("Lead", lead.name, "Contacto Establecido")
	assert len(history.of("Lead", lead.name, "prospect")) == 2


def test_undoing_a_loss_brings_the_next_contact_back_and_begins_no_cycle(lead):
	moment = add_days(now_datetime().replace(microsecond=0), 3)
	lead.update({"next_contact_date": moment, "next_contact_subject": "Llamar por el presupuesto"}).save()
	emptied = api.move("Lead", lead.name, "Spam")["emptied"]
	assert not frappe.db.get_value("Lead", lead.name, "next_contact_date")
	api.undo_move("Lead", lead.name, "Spam", frappe.as_json(emptied))
	lead.reload()
	assert (lead.next_contact_date, lead.next_contact_subject) == (moment, "Llamar por el presupuesto")
	assert frappe.db.get_value("Event", lead.next_contact_event, "status") == "Open"
	assert history.last_stay(PROSPECT, lead.name).cycle == 1


def test_undoing_a_loss_takes_its_reasons_out():
	opportunity = make_opportunity()
	api.move("Opportunity", opportunity.name, "Cerrado Perdido", values=WHY_LOST)
	api.undo_move("Opportunity", opportunity.name, "Cerrado Perdido")
	opportunity.reload()
	assert (opportunity.status, opportunity.lost_reasons) == ("Open", [])


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
