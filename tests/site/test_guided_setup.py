"""The guided set-up: each step saved as one thing, through the records themselves, with the rights of the user."""

import frappe
import pytest

from crm_etapas.api import guided_setup
from crm_etapas.exceptions import SetupError
from tests.site.factories import make_lead, make_user

STAGES, CHANNELS = "Prospect Stage", "Sales Channel"


def row_of(rows: list[dict], name: str) -> dict:
	return next(row for row in rows if row["name"] == name)


# A: renamed, recoloured, put in order, switched off and added to, at once
def test_stages_are_saved_as_the_table_says():
	lead = make_lead()
	rows = guided_setup.read_list(STAGES)
	assert [row["title"] for row in rows][:2] == ["Nuevo", "Intento de Contacto"]
	row_of(rows, "Nuevo").update(title="Recién Llegado", color="#112233", about="Acaba de entrar")
	row_of(rows, "Interesado Sin Decisión")["disabled"] = 1
	rows[1], rows[2] = rows[2], rows[1]
	rows.insert(3, {"title": "Visita Agendada", "color": "#445566", "outcome": "Open"})
	saved = guided_setup.save_list(STAGES, rows)
	assert [row["name"] for row in saved][:4] == [
		"Recién Llegado",
		"Contacto Establecido",
		"Intento de Contacto",
		"Visita Agendada",
	]
	first = frappe.get_doc(STAGES, "Recién Llegado")
	assert (first.color, first.meaning, first.is_default) == ("#112233", "Acaba de entrar", 1)
	assert frappe.db.get_value(STAGES, "Interesado Sin Decisión", "disabled")
	assert frappe.db.get_value("Lead", lead.name, "prospect_stage") == "Recién Llegado"


# D2: one default, chosen with the table
def test_another_default_is_chosen():
	rows = guided_setup.read_list(CHANNELS)
	for row in rows:
		row["is_default"] = int(row is rows[-1])
	saved = guided_setup.save_list(CHANNELS, rows)
	assert [row["name"] for row in saved if row["is_default"]] == [rows[-1]["name"]]


def test_saving_what_is_there_changes_nothing():
	for doctype in guided_setup.lists.LISTS:
		rows = guided_setup.read_list(doctype)
		before = frappe.get_all(doctype, fields=["name", "is_default", "disabled"], order_by="name")
		guided_setup.save_list(doctype, rows)
		after = frappe.get_all(doctype, fields=["name", "is_default", "disabled"], order_by="name")
		assert after == before


def twice(rows):
	rows[1]["title"] = rows[0]["title"].upper()


def nameless(rows):
	rows.append({"title": " "})


def no_default(rows):
	for row in rows:
		row["is_default"] = 0


def default_is_off(rows):
	rows[0].update(title="Otro Nombre")
	next(row for row in rows if row["is_default"])["disabled"] = 1


# what is refused says in which row, and nothing is half-written
@pytest.mark.parametrize(
	("spoil", "said"),
	[
		(twice, "dos veces"),
		(nameless, "no tiene nombre"),
		(no_default, "predeterminad"),
		(default_is_off, "Fila"),
	],
)
def test_what_cannot_be_saved_names_its_row_and_writes_nothing(spoil, said):
	rows = guided_setup.read_list(CHANNELS)
	before = guided_setup.read_list(CHANNELS)
	rows[2]["color"] = "#010203"
	spoil(rows)
	with pytest.raises(SetupError, match=said):
		guided_setup.save_list(CHANNELS, rows)
	assert guided_setup.read_list(CHANNELS) == before


# A: a stage that something leads to says so, by its own rules
def test_a_stage_that_something_leads_to_is_not_switched_off():
	rows = guided_setup.read_list(STAGES)
	target = frappe.db.get_value("Attempt Protocol", {"next_stage": ["is", "set"]}, "next_stage")
	row_of(rows, target)["disabled"] = 1
	with pytest.raises(SetupError, match=target):
		guided_setup.save_list(STAGES, rows)


# F2: people get role and profile, and lose the profile only
def test_people_get_what_selling_needs():
	user = make_user().name
	guided_setup.save_people([{"user": user, "sells": 1}])
	assert "Sales User" in frappe.get_roles(user)
	assert frappe.db.get_value("Sales Rep Profile", {"user": user}, "enabled") == 1
	guided_setup.save_people([{"user": user, "sells": 0}])
	assert "Sales User" in frappe.get_roles(user)
	assert frappe.db.get_value("Sales Rep Profile", {"user": user}, "enabled") == 0
	people = {row["user"]: row for row in guided_setup.save_people([{"user": user, "sells": 1}])}
	assert (people[user]["sells"], people[user]["has_role"]) == (1, 1)


def test_a_manager_gives_profiles_but_no_role():
	seller, other = make_user("Sales User").name, make_user().name
	frappe.set_user(make_user("Sales Manager").name)
	guided_setup.save_people([{"user": seller, "sells": 1}])
	with pytest.raises(SetupError, match=other):
		guided_setup.save_people([{"user": other, "sells": 1}])
	assert not frappe.db.exists("Sales Rep Profile", {"user": other})


# A2: hours, attempts and days, in one step
def test_hours_and_follow_up_are_saved():
	told = guided_setup.read_rhythm()
	row = row_of(told["rows"], "Contacto Establecido")
	row.update(attempt_protocol="Cinco Intentos", days_until_rotting=4)
	hours = {"working_day_begins": "08:00", "working_day_ends": "17:30"}
	saved = guided_setup.save_rhythm(hours, told["rows"])
	assert (saved["working_day_begins"], saved["working_day_ends"]) == ("08:00", "17:30")
	stage = frappe.get_doc(STAGES, "Contacto Establecido")
	assert (stage.attempt_protocol, stage.days_until_rotting) == ("Cinco Intentos", 4)


def test_a_day_that_ends_before_it_begins_is_refused():
	told = guided_setup.read_rhythm()
	told["rows"][0]["days_until_rotting"] = 77
	with pytest.raises(frappe.ValidationError, match="termina"):
		guided_setup.save_rhythm({"working_day_begins": "18:00", "working_day_ends": "09:00"}, told["rows"])
	assert not frappe.db.exists(STAGES, {"days_until_rotting": 77})


# who may what
def test_only_admins_set_up_and_each_with_their_own_rights():
	frappe.set_user(make_user("Sales User").name)
	for call in (
		guided_setup.overview,
		guided_setup.read_people,
		guided_setup.read_rhythm,
		guided_setup.sample,
		guided_setup.load_sample,
		guided_setup.clear_sample,
		lambda: guided_setup.read_list(STAGES),
		lambda: guided_setup.save_list(STAGES, []),
		lambda: guided_setup.save_people([]),
		lambda: guided_setup.save_rhythm({}, []),
	):
		with pytest.raises(frappe.PermissionError):
			call()
	frappe.set_user("Administrator")
	frappe.set_user(make_user("Sales Manager").name)
	told = guided_setup.overview()
	assert [told[key]["may_save"] for key in (STAGES, "people", "sample")] == [False, True, False]
	with pytest.raises(frappe.PermissionError):
		guided_setup.save_list(STAGES, guided_setup.read_list(STAGES))
	with pytest.raises(frappe.PermissionError):
		guided_setup.clear_sample()
