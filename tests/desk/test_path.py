"""The path above the forms of prospects and opportunities: by mouse, keyboard and telephone."""

import os
import re

import pytest
from playwright.sync_api import expect

from tests.desk.pages.desk import Desk

PASSWORD = os.environ.get("CRM_ETAPAS_ADMIN_PASSWORD", "admin") + "-Camino-2026"


@pytest.fixture
def lead(desk):
	return desk.insert("Lead", first_name="Eva", company_name="Camino Largo")


@pytest.fixture
def as_user(desk, open_desk):
	"""A desk for a user with these roles, in a browser of their own."""

	def open_as(user: str, *roles: str, language: str = "es") -> Desk:
		if not desk.call("frappe.client.get_list", doctype="User", filters={"name": user}):
			desk.call(
				"frappe.client.insert",
				doc={
					"doctype": "User",
					"email": user,
					"first_name": user.split(".")[0].title(),
					"language": language,
					"send_welcome_email": 0,
					"new_password": PASSWORD,
					"roles": [{"role": role} for role in roles],
				},
			)
		return open_desk(user, PASSWORD)

	return open_as


@pytest.fixture
def readers(desk):
	"""Auditors may read leads and write none."""
	manager = "frappe.core.page.permission_manager.permission_manager"
	desk.call(f"{manager}.add", parent="Lead", role="Auditor", permlevel=0)
	yield
	desk.call(f"{manager}.reset", doctype="Lead")


def look(page, name):
	"""Keep a picture where somebody wants to look at it."""
	if folder := os.environ.get("CRM_ETAPAS_PICTURES"):
		for width in (1440, 1024, 390):
			page.set_viewport_size({"width": width, "height": 900})
			page.wait_for_timeout(500)
			page.screenshot(path=f"{folder}/{name}_{width}.png")
		page.set_viewport_size({"width": 1440, "height": 900})


# A1: what it means, what to do, what is missing for the next
def test_the_guide_says_what_to_do_and_what_comes_next(desk, lead):
	form = desk.open_form("Lead", lead)
	form.expect_stage("Nuevo")
	expect(form.path).to_contain_text("Comprobar los datos básicos y planificar el primer contacto.")
	expect(form.path.get_by_role("region", name="Qué sigue")).to_contain_text("Intento de Contacto")
	look(desk.page, "path")
	form.path.get_by_role("button", name="Mover a Intento de Contacto").click()
	form.expect_stage("Intento de Contacto")
	look(desk.page, "path_moved")


# A1: the tick stays, and somebody else sees whose it is
def test_a_ticked_item_is_seen_by_somebody_else(desk, lead, as_user):
	form = desk.open_form("Lead", lead)
	box = form.path.get_by_role("checkbox").first
	with desk.page.expect_response("**/crm_etapas.api.stages.tick"):
		box.check()
	expect(form.path.locator(".stage-path-count")).to_have_text(re.compile(r"1/\d"))
	other = as_user("marcos.camino@example.com", "Sales User").open_form("Lead", lead)
	expect(other.path.get_by_role("checkbox").first).to_be_checked()
	expect(other.path.locator("label").first).to_have_attribute("title", re.compile("Administrator"))


# A, B: a move by mistake
def test_a_move_is_undone_from_its_message(desk, lead):
	form = desk.open_form("Lead", lead)
	form.stage("Contacto Establecido").click()
	form.expect_stage("Contacto Establecido")
	desk.page.locator(".desk-alert").get_by_role("button", name="Deshacer").click()
	form.expect_stage("Nuevo")
	expect(desk.page.locator(".desk-alert", has_text="De nuevo en Nuevo")).to_be_visible()
	assert desk.value("Lead", lead, "prospect_stage") == "Nuevo"


# A, B: without a mouse, and told to who does not see
def test_the_path_by_the_keyboard(desk, lead):
	form = desk.open_form("Lead", lead)
	form.stage("Nuevo").focus()
	desk.page.keyboard.press("ArrowRight")
	expect(form.stage("Intento de Contacto")).to_be_focused()
	desk.page.keyboard.press("End")
	expect(form.path.locator(".stage-path-steps button").last).to_be_focused()
	desk.page.keyboard.press("Home")
	desk.page.keyboard.press("ArrowRight")
	desk.page.keyboard.press("Enter")
	form.expect_stage("Intento de Contacto")
	expect(form.path.get_by_role("status")).to_have_text("Ahora en Intento de Contacto")
	expect(form.path.locator(".stage-path-steps [tabindex='0']")).to_have_count(1)


# A, B: on a telephone, with more stages than fit
def test_fifteen_stages_on_a_telephone(desk, lead):
	for number in range(6):
		desk.insert(
			"Prospect Stage", stage_name=f"Etapa Añadida {number}", outcome="Open", position=20 + number
		)
	last = desk.insert("Lead", first_name="Luis", prospect_stage="Etapa Añadida 5")
	desk.page.set_viewport_size({"width": 390, "height": 844})
	form = desk.open_form("Lead", last)
	form.expect_stage("Etapa Añadida 5")
	expect(form.stage("Etapa Añadida 5")).to_be_in_viewport(ratio=0.9)
	expect(form.path.get_by_role("region", name="Lista de tareas")).to_be_hidden()
	# as soon as everything has its place
	desk.page.wait_for_function("document.documentElement.scrollWidth <= 390")
	look(desk.page, "path_fifteen")


# A, B: who may not move sees the path all the same, and why
def test_who_may_only_read_is_told_why_nothing_moves(lead, as_user, readers):
	reader = as_user("rita.camino@example.com", "Auditor")
	form = reader.open_form("Lead", lead)
	form.expect_stage("Nuevo")
	expect(form.path.get_by_role("checkbox").first).to_be_disabled()
	expect(form.path.get_by_role("button", name="Mover a Intento de Contacto")).to_have_count(0)
	form.stage("Contacto Establecido").click(force=True)  # Playwright waits for what is aria-disabled
	expect(reader.page.locator(".desk-alert", has_text="no moverlo")).to_be_visible()
	form.expect_stage("Nuevo")


def test_a_path_that_cannot_be_loaded(desk, lead):
	desk.page.route("**/api/method/crm_etapas.api.stages.get_path*", lambda route: route.abort())
	form = desk.open_form("Lead", lead)
	expect(form.path.get_by_role("alert")).to_contain_text("No se pudieron cargar las etapas")
	desk.page.unroute("**/api/method/crm_etapas.api.stages.get_path*")
	form.path.get_by_role("button", name="Reintentar").click()
	form.expect_stage("Nuevo")


def test_the_path_in_english(desk, lead, as_user):
	other = as_user("emma.camino@example.com", "Sales User", language="en")
	other.page.goto(f"/app/lead/{lead}")
	path = other.page.get_by_role("navigation", name="Stages")
	expect(path.get_by_role("button", name="New", exact=True)).to_have_attribute("aria-current", "step")
	expect(path.get_by_role("button", name="Move to Contact Attempt")).to_be_visible()


# A3: what another stage means, before going there
def test_a_stage_pointed_at_or_focused_says_what_it_means(desk, lead):
	form = desk.open_form("Lead", lead)
	form.expect_stage("Nuevo")
	desk.page.wait_for_load_state("networkidle")
	preview = form.path.locator(".stage-path-preview")
	form.stage("Spam").hover()
	expect(preview).to_contain_text("Spam")
	form.stage("Nuevo").focus()
	desk.page.keyboard.press("ArrowRight")
	expect(preview).to_contain_text("Se le ha llamado o escrito, pero todavía no ha respondido.")
	desk.page.keyboard.press("Escape")
	expect(preview).to_be_hidden()
