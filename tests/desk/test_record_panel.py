"""The panel beside the forms of prospects and opportunities, and the keys for what is done most there."""

import os
import re

import pytest
from playwright.sync_api import expect

from tests.desk.accessible import assert_accessible


@pytest.fixture
def lead(desk):
	name = desk.insert(
		"Lead", first_name="Eva", company_name="Panel Lateral", email_id="eva@panel-lateral.example"
	)
	desk.call(
		"crm_etapas.api.follow_up.log_interaction",
		doctype="Lead",
		name=name,
		medium="Phone",
		note="Pide precio de dos hornos",
	)
	return name


def open_form(desk, doctype, name):
	desk.open_form(doctype, name).path.locator("[aria-current=step]").wait_for()
	desk.page.wait_for_load_state("networkidle")
	return desk.page.locator(".record-panel")


def dialog(page, text):
	return page.locator(".modal.show", has_text=text)


def look(page, name):
	"""Keep a picture where somebody wants to look at it."""
	if folder := os.environ.get("CRM_ETAPAS_PICTURES"):
		for width in (1440, 1024, 390):
			page.set_viewport_size({"width": width, "height": 1400})
			page.wait_for_timeout(500)
			page.screenshot(path=f"{folder}/{name}_{width}.png")
		page.set_viewport_size({"width": 1440, "height": 900})


# C5, D13, E7: next contact, level with what gave points, interactions, with one request
def test_the_panel_says_what_to_know_of_a_prospect(desk, lead):
	asked = []
	desk.page.on("request", lambda request: asked.append(request.url))
	panel = open_form(desk, "Lead", lead)
	expect(panel.get_by_role("region", name="Próximo Contacto")).to_contain_text("No hay un próximo contacto")
	level = panel.get_by_role("region", name="Nivel de Calificación")
	expect(level).to_contain_text("Nombres")
	expect(level.locator("li").first).to_contain_text(re.compile(r"\+\d"))
	expect(panel.get_by_role("region", name="Interacciones")).to_contain_text("Pide precio de dos hornos")
	methods = [url for url in asked if "/crm_etapas.api." in url]
	assert sum("record_panel.about" in url for url in methods) == 1
	assert not any("recent" in url or "explain" in url for url in methods)
	look(desk.page, "panel_lead")
	level.get_by_role("button", name="¿Por qué?").click()
	expect(desk.page.locator(".qualification details[data-part=criteria]")).to_have_attribute("open", "")
	assert_accessible(desk.page)


# where the sidebar is narrow or not there, it stands above the fields
def test_the_panel_finds_its_place_on_every_width(desk, lead):
	panel = open_form(desk, "Lead", lead)
	expect(desk.page.locator(".layout-side-section .record-panel")).to_be_visible()
	for width in (1024, 390):
		desk.page.set_viewport_size({"width": width, "height": 844})
		expect(desk.page.locator(".form-layout > .record-panel")).to_be_visible()
		assert desk.page.evaluate("document.documentElement.scrollWidth") <= width
	desk.page.set_viewport_size({"width": 1440, "height": 900})
	expect(desk.page.locator(".layout-side-section .record-panel")).to_be_visible()
	desk.page.locator(".sidebar-toggle-btn:visible").click()
	expect(desk.page.locator(".form-layout > .record-panel")).to_be_visible()
	expect(panel).to_have_count(1)
	panel.get_by_role("button", name="Planificar contacto").click()
	expect(dialog(desk.page, "Planificar contacto")).to_be_visible()


def test_a_panel_that_cannot_be_loaded(desk, lead):
	about = "**/api/method/crm_etapas.api.record_panel.about*"
	desk.page.route(about, lambda route: route.abort())
	panel = open_form(desk, "Lead", lead)
	expect(panel.get_by_role("alert")).to_contain_text("No se pudo cargar")
	desk.page.unroute(about)
	panel.get_by_role("button", name="Reintentar").click()
	expect(panel.get_by_role("region", name="Nivel de Calificación")).to_contain_text("Nombres")


# nothing of one record is read as said of the next
def test_what_was_said_of_another_record_is_gone(desk, lead):
	other = desk.insert("Lead", first_name="Otra", company_name="Otro Panel")
	panel = open_form(desk, "Lead", lead)
	expect(panel).to_contain_text("Pide precio de dos hornos")
	desk.page.route("**/api/method/crm_etapas.api.record_panel.about*", lambda route: route.abort())
	desk.page.evaluate("name => frappe.set_route('Form', 'Lead', name)", other)
	expect(panel.get_by_role("alert")).to_be_visible()
	expect(panel).not_to_contain_text("Pide precio de dos hornos")
	expect(desk.page.locator(".qualification")).to_be_empty()


# C5, D13, F4, F5: one key each, told by the tooltips
@pytest.mark.parametrize(
	("key", "button", "asks"),
	[
		("L", "Registrar interacción (L)", "Registrar interacción"),
		("P", "Planificar contacto (P)", "Planificar contacto"),
		("V", "Convertir (V)", "Convertir Panel Lateral"),
		("X", "Descalificar (X)", "Descalificar"),
	],
)
def test_a_key_does_what_its_button_does(desk, lead, key, button, asks):
	open_form(desk, "Lead", lead)
	expect(desk.page.locator(f'[title="{button}"]').first).to_be_attached()
	desk.page.keyboard.press(key.lower())
	expect(dialog(desk.page, asks)).to_be_visible()


# B6
def test_a_key_loses_an_opportunity(desk, lead):
	opportunity = desk.insert("Opportunity", opportunity_from="Lead", party_name=lead)
	panel = open_form(desk, "Opportunity", opportunity)
	expect(panel.get_by_role("region", name="Nivel de Calificación")).to_be_hidden()
	look(desk.page, "panel_opportunity")
	assert_accessible(desk.page)
	desk.page.keyboard.press("x")
	expect(dialog(desk.page, "Establecer como perdido")).to_be_visible()
	desk.page.keyboard.press("Escape")


# one who writes means the letter
def test_keys_are_letters_where_somebody_writes(desk, lead):
	open_form(desk, "Lead", lead)
	title = desk.page.locator("input[data-fieldname=job_title]")
	title.focus()
	desk.page.keyboard.type("lpvx")
	expect(title).to_have_value("lpvx")
	expect(desk.page.locator(".modal.show")).to_have_count(0)


def test_the_keys_stand_in_frappes_own_list(desk, lead):
	open_form(desk, "Lead", lead)
	desk.page.keyboard.press("Shift+/")
	keys = dialog(desk.page, "Atajos de teclado")
	for key, label in (("L", "Registrar interacción"), ("V", "Convertir"), ("X", "Descalificar")):
		expect(
			keys.locator("tr", has=desk.page.locator("kbd", has_text=re.compile(f"^{key}$")))
		).to_have_text(re.compile(label))
	expect(keys.locator("kbd", has_text=re.compile("^D$"))).to_have_count(0)  # nothing is planned
