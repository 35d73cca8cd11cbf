"""The next contact on the form: planned, seen by the other user in the calendar, made, planned again."""

import os

import pytest
from playwright.sync_api import expect

from tests.desk.pages.desk import Desk

SELLER = "vendedora@example.com"


@pytest.fixture
def seller(desk) -> str:
	if not desk.call("frappe.client.get_list", doctype="User", filters={"name": SELLER}):
		desk.insert(
			"User",
			email=SELLER,
			first_name="Vera",
			language="es",
			send_welcome_email=0,
			new_password=os.environ.get("CRM_ETAPAS_ADMIN_PASSWORD", "admin") + "-Vera-2026",
			roles=[{"role": "Sales User"}],
		)
	return SELLER


@pytest.fixture
def lead(desk) -> str:
	name = desk.insert("Lead", first_name="Nora", company_name="Molinos Nora")
	yield name
	for row in desk.call(
		"frappe.client.get_list",
		doctype="Event Participants",
		parent="Event",
		fields=["parent"],
		filters={"reference_docname": name},
	):
		desk.delete("Event", row["parent"])  # what has been done keeps its record from being deleted


def line_of(page):
	return page.get_by_role("region", name="Próximo Contacto")


def field(dialog, name):
	return dialog.locator(f"[data-fieldname={name}] input, [data-fieldname={name}] select, textarea").first


# C5, D13
def test_a_contact_is_planned_seen_made_and_planned_again(desk, seller, lead, browser, desk_url):
	page = desk.page
	desk.open_form("Lead", lead)
	line = line_of(page)
	expect(line).to_contain_text("No hay un próximo contacto planificado")

	line.get_by_role("button", name="Planificar contacto").click()
	dialog = page.locator(".modal.show")
	dialog.locator("[data-fieldname=next_by] input").fill(seller)
	dialog.locator("[data-fieldname=next_subject] input").fill("Presentar la oferta")
	dialog.locator("[data-fieldname=next_subject] input").press("Tab")
	dialog.get_by_role("button", name="Plan", exact=True).click()
	expect(line).to_contain_text("Presentar la oferta")
	expect(line).to_contain_text("Vera")

	context = browser.new_context(base_url=desk_url, locale="es-MX")
	hers = Desk(context.new_page())
	hers.log_in(seller, os.environ.get("CRM_ETAPAS_ADMIN_PASSWORD", "admin") + "-Vera-2026")
	hers.page.goto("/app/event/view/calendar/default")
	expect(hers.page.locator(".fc-event", has_text="Presentar la oferta").first).to_be_visible()
	context.close()

	line.get_by_role("button", name="Hecho").click()
	dialog = page.locator(".modal.show")
	dialog.locator("[data-fieldname=result] select").select_option(label="Contestó")
	dialog.locator("[data-fieldname=note] textarea").fill("Le interesa, quiere precios")
	dialog.get_by_role("button", name="Guardar").click()
	expect(line).to_contain_text("No hay un próximo contacto planificado")
	expect(page.locator(".stage-path [aria-current=step]")).to_contain_text("Contacto Establecido")
	expect(page.locator(".new-timeline")).to_contain_text("Le interesa, quiere precios")

	page.keyboard.press("p")
	dialog = page.locator(".modal.show")
	expect(dialog).to_contain_text("Planificar contacto")
	dialog.get_by_role("button", name="Plan", exact=True).click()
	expect(line).to_contain_text("Teléfono")


# C5: what cannot be is said in the dialog, and nothing of it is lost
def test_a_contact_in_the_past_is_refused(desk, lead):
	page = desk.page
	desk.open_form("Lead", lead)
	line_of(page).get_by_role("button", name="Planificar contacto").click()
	dialog = page.locator(".modal.show").filter(has_text="Planificar contacto")
	date = dialog.locator("[data-fieldname=next_date] input")
	date.fill("01-01-2020 09:00:00")
	date.press("Tab")
	dialog.get_by_role("button", name="Plan", exact=True).click()
	expect(page.locator(".modal.show", has_text="ya ha pasado").last).to_be_visible()
	assert not desk.value("Lead", lead, "next_contact_date")
