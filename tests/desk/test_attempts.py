"""The attempt protocol in the dialog: which try it is, and the next one filled in so that one only confirms."""

import os

import pytest
from playwright.sync_api import expect

FIRST, SECOND = "Chat", "Visit"


@pytest.fixture
def followed(desk):
	"""A protocol of two tries, followed where attempts are made for as long as the test runs."""
	stage = "Intento de Contacto"
	before = desk.call(
		"frappe.client.get_value", doctype="Prospect Stage", filters=stage, fieldname="attempt_protocol"
	)["attempt_protocol"]
	name = desk.insert(
		"Attempt Protocol",
		protocol_name="Dos Intentos de Prueba",
		steps=[
			{"after": 1, "unit": "Working Hours", "medium": FIRST, "hint": "Saludar"},
			{"after": 1, "unit": "Working Days", "medium": SECOND, "subject": "Pasar por allí"},
		],
	)
	follow(desk, stage, name)
	yield name
	follow(desk, stage, before)


def follow(desk, stage: str, protocol: str | None) -> None:
	desk.call(
		"frappe.client.set_value",
		doctype="Prospect Stage",
		name=stage,
		fieldname={"attempt_protocol": protocol or ""},
	)


@pytest.fixture
def lead(desk) -> str:
	name = desk.insert("Lead", first_name="Olga", company_name="Hilados Olga")
	yield name
	for row in desk.call(
		"frappe.client.get_list",
		doctype="Event Participants",
		parent="Event",
		fields=["parent"],
		filters={"reference_docname": name},
	):
		desk.delete("Event", row["parent"])


def line_of(page):
	return page.get_by_role("region", name="Próximo Contacto")


def look(desk, name):
	"""Keep a picture where somebody wants to look at it."""
	if folder := os.environ.get("CRM_ETAPAS_PICTURES"):
		for width in (1440, 390):
			desk.page.set_viewport_size({"width": width, "height": 900})
			desk.page.wait_for_timeout(500)
			desk.page.screenshot(path=f"{folder}/{name}_{width}.png")
		desk.page.set_viewport_size({"width": 1440, "height": 900})


# A2, D13
def test_the_next_try_is_proposed_and_only_confirmed(desk, followed, lead):
	page = desk.page
	desk.open_form("Lead", lead)
	line_of(page).get_by_role("button", name="Registrar interacción").click()
	dialog = page.locator(".modal.show")
	expect(dialog).to_contain_text("Intento 1 de 2")
	expect(dialog).to_contain_text("Saludar")
	expect(dialog.locator("[data-fieldname=medium] select")).to_have_value(FIRST)
	expect(dialog.locator("[data-fieldname=next_medium] select")).to_have_value(SECOND)
	expect(dialog.locator("[data-fieldname=next_subject] input")).to_have_value("Pasar por allí")
	expect(dialog.locator("[data-fieldname=next_date] input")).not_to_have_value("")
	look(desk, "attempt_dialog")

	result = dialog.locator("[data-fieldname=result] select")
	result.select_option("Contestó")
	expect(dialog.locator("[data-fieldname=next_date] input")).to_have_value("")
	result.select_option("No Contestó")
	expect(dialog.locator("[data-fieldname=next_date] input")).not_to_have_value("")
	dialog.get_by_role("button", name="Guardar").click()
	line = line_of(page)
	expect(line).to_contain_text("Pasar por allí")
	expect(line).to_contain_text("1 de 2 intentos")
	expect(line).to_contain_text("Último contacto")
	look(desk, "attempt_form")

	line.get_by_role("button", name="Hecho").click()
	dialog = page.locator(".modal.show")
	expect(dialog).to_contain_text("Intento 2 de 2")
	expect(dialog.locator("[data-fieldname=next_date] input")).to_have_value("")
	dialog.get_by_role("button", name="Guardar").click()
	expect(line).to_contain_text("2 intentos sin respuesta")
	expect(page.locator("[data-fieldname=contact_attempts] .control-value").first).to_have_text("2")


# D13: somebody else notes a call while the form is open and being written in
def test_an_open_form_learns_of_a_call_without_conflict(desk, lead):
	page = desk.page
	desk.call("crm_etapas.api.follow_up.log_interaction", doctype="Lead", name=lead, medium="Phone")
	desk.open_form("Lead", lead)
	title = page.locator("[data-fieldname=job_title] input").first
	title.scroll_into_view_if_needed()
	title.fill("Compras")
	title.press("Tab")
	page.wait_for_function("frappe.realtime.socket.connected && frappe.realtime.open_docs.size")
	page.wait_for_load_state("networkidle")
	desk.call("crm_etapas.api.follow_up.log_interaction", doctype="Lead", name=lead, medium="Phone")
	page.wait_for_function("cur_frm.doc.contact_attempts === 2")
	page.evaluate("cur_frm.save()")
	page.wait_for_function("!cur_frm.is_dirty()")
	assert desk.value("Lead", lead, "job_title") == "Compras"


# D13: days since the last contact, as a column that whoever wants it chooses
def test_a_list_says_how_long_ago_the_last_contact_was(desk, lead):
	page = desk.page
	desk.call("crm_etapas.api.follow_up.log_interaction", doctype="Lead", name=lead, medium="Phone")
	page.goto("/app/lead")
	page.wait_for_function("cur_list && cur_list.doctype === 'Lead' && cur_list.settings.formatters")
	html = page.evaluate("cur_list.settings.formatters.last_contact_on('2020-01-01 10:00:00')")
	assert "Hace" in html
