"""My Day and what belongs to it: planned by one, told to the other, made from there, without opening a record."""

import os
from functools import partial

import pytest
from playwright.sync_api import expect

from tests.desk.on_the_site import on_the_site

PASSWORD = os.environ.get("CRM_ETAPAS_ADMIN_PASSWORD", "admin") + "-Mi-Dia-2026"
BEATRIZ, ABEL, MARTA = "beatriz.dia@example.com", "abel.dia@example.com", "marta.dia@example.com"

# a contact is due once its moment has come, which no form lets anybody plan
COMES_DUE = """
import frappe
from crm_etapas.follow_up.notices import tell_due
moment = frappe.utils.add_to_date(frappe.utils.now_datetime(), minutes=-1)
frappe.db.set_value("Lead", lead, "next_contact_date", moment, update_modified=False)
tell_due()
"""
GIVE = """
import frappe
frappe.db.set_value("Lead", {"company_name": ["in", list(leads)]}, "last_contact_on", "2026-01-01")
for company, values in leads.items():
	frappe.db.set_value("Lead", {"company_name": company}, values, update_modified=False)
"""
CLEAR = """
import frappe
leads = frappe.get_all("Lead", {"company_name": ["like", "Mi Día %"]}, pluck="name")
of_leads = {"reference_docname": ["in", leads or [""]]}
for event in set(frappe.get_all("Event Participants", of_leads, pluck="parent")):
	frappe.delete_doc("Event", event, force=True)
for lead in leads:
	frappe.db.delete("Communication", {"reference_name": lead})
	frappe.delete_doc("Lead", lead, force=True)
"""


@pytest.fixture
def people(desk, bench):
	"""Two salespeople and their manager."""
	for user, name, roles in (
		(BEATRIZ, "Beatriz", ["Sales User"]),
		(ABEL, "Abel", ["Sales User"]),
		(MARTA, "Marta", ["Sales User", "Sales Manager"]),
	):
		if not desk.call("frappe.client.get_list", doctype="User", filters={"name": user}):
			desk.call(
				"frappe.client.insert",
				doc={
					"doctype": "User",
					"email": user,
					"first_name": name,
					"language": "es",
					"send_welcome_email": 0,
					"new_password": PASSWORD,
					"roles": [{"role": role} for role in roles],
				},
			)
	on_the_site(bench, CLEAR)
	yield
	on_the_site(bench, CLEAR)


@pytest.fixture
def as_user(people, open_desk):
	"""A desk for each user who is asked for, in a browser of their own."""
	return partial(open_desk, password=PASSWORD)


@pytest.fixture
def beatriz(as_user, bench):
	"""The desk of Beatriz, who has three neglected prospects."""
	desk = as_user(BEATRIZ)
	for company in ("Mi Día Uno", "Mi Día Dos", "Mi Día Tres"):
		values = {"mobile_no": "+34600111222", "email_id": f"{company[-3:].lower()}@mi-dia.example"}
		new_lead(desk, company, **values)
	since = {"Mi Día Uno": "2026-01-01", "Mi Día Dos": "2026-01-02", "Mi Día Tres": "2026-01-03"}
	on_the_site(bench, GIVE, leads={company: {"rotting_since": day} for company, day in since.items()})
	return desk


def new_lead(desk, company, **values) -> str:
	"""A lead of whoever is logged in; `people` clears it away."""
	lead = {"doctype": "Lead", "first_name": "Eva", "company_name": company, **values}
	return desk.call("frappe.client.insert", doc=lead)["name"]


def section_of(page, name):
	return page.get_by_role("region", name=name)


def row_of(page, company):
	return page.locator(".my-day-row", has_text=company)


def dialog_of(page):
	return page.locator(".modal.show")


# C5, C7, D13, D19: the whole path
def test_a_contact_goes_from_one_salesperson_through_my_day_of_the_other(as_user, bench):
	abel, beatriz = as_user(ABEL), as_user(BEATRIZ)
	lead = new_lead(abel, "Mi Día Molinos")
	abel.open_form("Lead", lead)
	abel.page.get_by_role("region", name="Próximo Contacto").get_by_role(
		"button", name="Planificar contacto"
	).click()
	dialog = dialog_of(abel.page)
	dialog.locator("[data-fieldname=next_by] input").fill(BEATRIZ)
	dialog.locator("[data-fieldname=next_subject] input").fill("Enseñar los molinos")
	dialog.locator("[data-fieldname=next_subject] input").press("Tab")
	dialog.get_by_role("button", name="Plan", exact=True).click()
	expect(dialog).to_be_hidden()

	page = beatriz.page
	page.goto("/app/event/view/calendar/default")
	expect(page.locator(".fc-event", has_text="Enseñar los molinos").first).to_be_visible()
	on_the_site(bench, COMES_DUE, lead=lead)
	page.goto("/app/my-day")
	page.locator(".dropdown-notifications").first.click()
	expect(page.locator(".notification-item", has_text="Mi Día Molinos")).to_contain_text("Ahora")
	page.keyboard.press("Escape")
	page.locator(".my-day-about").click()

	row = row_of(page, "Mi Día Molinos")
	expect(row).to_contain_text("Enseñar los molinos")
	look(beatriz, "my_day_due")
	row.get_by_role("button", name="Hecho").click()
	dialog = dialog_of(page)
	dialog.locator("[data-fieldname=result] select").select_option(label="Contestó")
	dialog.locator("[data-fieldname=note] textarea").fill("Quiere dos molinos")
	next_date = dialog.locator("[data-fieldname=next_date] input")
	next_date.fill(
		page.evaluate(
			"frappe.datetime.str_to_user(frappe.datetime.add_days(frappe.datetime.now_datetime(), 2))"
		)
	)
	next_date.press("Tab")
	dialog.locator("[data-fieldname=next_subject] input").fill("Llevar el presupuesto")
	dialog.get_by_role("button", name="Guardar").click()
	expect(section_of(page, "Próximos 7 días").locator(".my-day-row")).to_contain_text(
		"Llevar el presupuesto"
	)
	expect(page.locator(".my-day-stage")).to_have_text("Contacto Establecido")
	expect(page.locator(".my-day-row")).to_have_count(1)

	abel.page.reload()
	interactions = abel.page.get_by_role("region", name="Interacciones")
	expect(interactions).to_contain_text("Quiere dos molinos")
	expect(interactions).to_contain_text("Contestó")
	expect(interactions).to_contain_text("Beatriz")
	look(abel, "interactions")


# D13: what is logged is listed beside the record at once, with one request
def test_interactions_are_listed_and_logged_beside_the_record(desk, people):
	lead = new_lead(desk, "Mi Día Panel")
	asked = []
	desk.page.on("request", lambda request: "record_panel.about" in request.url and asked.append(request.url))
	desk.open_form("Lead", lead)
	interactions = desk.page.get_by_role("region", name="Interacciones")
	expect(interactions).to_contain_text("Todavía no hay nada registrado")
	desk.page.wait_for_load_state("networkidle")
	assert len(asked) == 1
	interactions.get_by_role("button", name="Registrar").click()
	dialog = dialog_of(desk.page)
	dialog.locator("[data-fieldname=note] textarea").fill("Dejó un recado")
	dialog.get_by_role("button", name="Guardar").click()
	expect(interactions.locator("li")).to_have_count(1)
	expect(interactions).to_contain_text("Dejó un recado")


# D19: without a mouse and without opening a record
def test_my_day_by_the_keyboard(beatriz):
	page = beatriz.page
	page.goto("/app/my-day")
	neglected = section_of(page, "Descuidados")
	expect(neglected.locator(".my-day-row")).to_have_count(3)
	expect(neglected.locator(".my-day-count")).to_have_text("3")
	expect(page.locator(".my-day-keys")).to_contain_text("registrar")
	page.keyboard.press("j")
	expect(row_of(page, "Mi Día Uno")).to_be_focused()
	page.keyboard.press("ArrowDown")
	expect(row_of(page, "Mi Día Dos")).to_be_focused()
	page.keyboard.press("k")
	look(beatriz, "my_day_keyboard")

	page.keyboard.press("p")
	dialog = dialog_of(page)
	expect(dialog).to_contain_text("Mi Día Uno")
	dialog.get_by_role("button", name="Plan", exact=True).click()
	expect(section_of(page, "Próximos 7 días").locator(".my-day-row")).to_contain_text("Mi Día Uno")
	expect(neglected.locator(".my-day-row")).to_have_count(2)
	expect(row_of(page, "Mi Día Uno")).to_be_focused()

	page.keyboard.press("j")
	page.keyboard.press("m")
	dialog = dialog_of(page)
	dialog.locator("[data-fieldname=stage] select").select_option(label="Interesado Sin Decisión")
	dialog.get_by_role("button", name="Mover", exact=True).click()
	expect(row_of(page, "Mi Día Dos")).to_have_count(0)  # somebody looks after it again
	expect(row_of(page, "Mi Día Tres")).to_be_focused()

	page.keyboard.press("l")
	expect(dialog_of(page)).to_contain_text("Registrar interacción")
	expect(
		dialog_of(page).locator("select").first
	).to_be_focused()  # bootstrap hides nothing that is still coming
	page.keyboard.press("Escape")
	expect(row_of(page, "Mi Día Tres")).to_be_focused()
	page.keyboard.press("?")
	expect(dialog_of(page)).to_contain_text("Registro siguiente")
	look(beatriz, "my_day_keys")
	dialog_of(page).locator(".btn-modal-close").click()
	expect(row_of(page, "Mi Día Tres")).to_be_focused()
	page.keyboard.press("Enter")
	expect(page.locator(".title-text", has_text="Mi Día Tres").last).to_be_visible()


# D19: a call is one press; what came of it is asked for
def test_a_call_from_my_day(beatriz):
	page = beatriz.page
	page.goto("/app/my-day")
	call = row_of(page, "Mi Día Uno").get_by_role("link", name="Llamar")
	expect(call).to_have_attribute("href", "tel:+34600111222")
	call.click()
	expect(dialog_of(page)).to_contain_text("Mi Día Uno")
	expect(dialog_of(page).locator("[data-fieldname=medium] select")).to_have_value("Phone")


# D19
def test_a_manager_looks_at_the_day_of_a_salesperson(beatriz, as_user):
	marta = as_user(MARTA)
	page = marta.page
	page.goto("/app/my-day")
	expect(page.locator(".my-day-state")).to_contain_text("¡Todo al día!")
	look(marta, "my_day_empty")
	choice = page.locator(".my-day-person input")
	choice.fill("Beatriz")
	page.locator(".my-day-person li", has_text="Beatriz").click()
	expect(section_of(page, "Descuidados").locator(".my-day-row")).to_have_count(3)
	expect(page).to_have_url(f"/app/my-day/{BEATRIZ}".replace("@", "%40"))
	look(marta, "my_day_manager")
	assert beatriz.page.goto("/app/my-day")
	expect(beatriz.page.locator(".my-day-row")).to_have_count(3)
	expect(beatriz.page.locator(".my-day-person input")).to_have_count(0)


# D19: a section is shown page by page
def test_more_of_a_section(as_user, bench):
	desk = as_user(BEATRIZ)
	many = "\n".join(
		(
			"import frappe",
			"for number in range(25):",
			"	lead = {'doctype': 'Lead', 'name': f'MI-DIA-{number}', 'company_name': f'Mi Día {number}'}",
			"	lead |= {'title': f'Mi Día {number}', 'lead_owner': user, 'prospect_stage': 'Nuevo'}",
			"	frappe.get_doc(lead).db_insert()",
		)
	)
	on_the_site(bench, many, user=BEATRIZ)
	desk.page.goto("/app/my-day")
	rows = section_of(desk.page, "Nuevos sin contactar").locator(".my-day-row")
	expect(rows).to_have_count(20)
	desk.page.get_by_role("button", name="Mostrar 5 más").click()
	expect(rows).to_have_count(25)
	expect(rows.nth(20)).to_be_focused()


# D19: what cannot be loaded says so, and can be tried again
def test_a_day_that_cannot_be_loaded(beatriz):
	page = beatriz.page
	page.route("**/api/method/crm_etapas.api.my_day.get*", lambda route: route.abort())
	page.goto("/app/my-day")
	expect(page.get_by_role("alert").filter(has_text="No se pudo cargar el día")).to_be_visible()
	page.unroute("**/api/method/crm_etapas.api.my_day.get*")
	page.get_by_role("button", name="Reintentar").click()
	expect(page.locator(".my-day-row")).to_have_count(3)


# D19: on a telephone
def test_my_day_fits_a_telephone(beatriz):
	page = beatriz.page
	page.set_viewport_size({"width": 390, "height": 844})
	page.goto("/app/my-day")
	expect(page.locator(".my-day-row")).to_have_count(3)
	assert page.evaluate("document.documentElement.scrollWidth") <= 390
	call = row_of(page, "Mi Día Uno").get_by_role("link", name="Llamar").bounding_box()
	assert min(call["width"], call["height"]) >= 36


# C5, D13: from the list, for one and for several
def test_logging_and_planning_from_the_list(beatriz):
	page = beatriz.page
	page.goto("/app/lead?company_name=%5B%22like%22%2C%22Mi%20D%C3%ADa%25%22%5D")
	rows = page.locator(".list-row-container", has_text="Mi Día")
	expect(rows).to_have_count(3)
	for number in range(2):
		rows.nth(number).locator(".list-row-checkbox").check()
	choose(page, "Planificar contacto")
	dialog = dialog_of(page)
	expect(dialog).to_contain_text("2 registros")
	dialog.get_by_role("button", name="Plan", exact=True).click()
	expect(page.locator(".desk-alert", has_text="2 contactos planificados")).to_be_visible()
	rows.nth(2).locator(".list-row-checkbox").check()
	choose(page, "Registrar interacción")
	dialog = dialog_of(page)
	dialog.get_by_role("button", name="Guardar").click()
	expect(dialog).to_be_hidden()
	page.goto("/app/my-day")
	# two that were planned together, and the next try that the protocol proposed for the third: four working hours
	# from now, which may still be today
	planned = section_of(page, "Hoy").or_(section_of(page, "Próximos 7 días")).locator(".my-day-row")
	expect(planned).to_have_count(3)
	expect(planned.filter(has_text="Segunda llamada")).to_have_count(1)


def choose(page, action):
	page.get_by_role("button", name="Acciones").filter(visible=True).click()
	page.locator(".actions-btn-group .dropdown-menu.show").get_by_text(action, exact=True).click()


def look(desk, name):
	"""Keep a picture where somebody wants to look at it."""
	if folder := os.environ.get("CRM_ETAPAS_PICTURES"):
		for width in (1440, 390):
			desk.page.set_viewport_size({"width": width, "height": 900})
			desk.page.wait_for_timeout(500)
			desk.page.screenshot(path=f"{folder}/{name}_{width}.png")
		desk.page.set_viewport_size({"width": 1440, "height": 900})
