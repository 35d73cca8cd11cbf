"""The path of a record: its checklist and what comes next."""

import frappe
import pytest
from frappe.permissions import add_permission

from crm_etapas.api import stages as api
from crm_etapas.exceptions import StageError
from crm_etapas.pipeline import history
from tests.site.factories import (
	WHY_LOST,
	change_stage,
	make_lead,
	make_opportunity,
	make_user,
)

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
