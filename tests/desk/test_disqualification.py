"""Disqualifying prospects with a reason, on the form and in the list, in Spanish."""

import pytest
from playwright.sync_api import expect

from tests.desk.test_bulk_move import LeadList, moved  # noqa: F401

ONLY_COMPANIES = "Solo Vendemos a Empresas"


@pytest.fixture
def only_companies(desk):
	"""The reason is proposed for whoever has no company."""
	condition = "not doc.company_name and doc.city == 'Villa Motivo'"
	values = {"doctype": "Disqualification Reason", "name": ONLY_COMPANIES, "fieldname": "condition"}
	desk.call("frappe.client.set_value", **values, value=condition)
	yield
	desk.call("frappe.client.set_value", **values, value="")


# F4: the form says so, asks for reason and comment in one dialog, and goes on
def test_a_prospect_that_meets_a_reason_is_disqualified_from_its_form(desk, only_companies):
	lead = desk.insert("Lead", first_name="Eva", last_name="Soto", city="Villa Motivo")
	form = desk.open_form("Lead", lead)
	banner = desk.page.get_by_role("status", name="Motivos para descalificar")
	expect(banner).to_contain_text(f"Este prospecto cumple: {ONLY_COMPANIES}")
	banner.get_by_role("button", name="Descalificar").click()
	dialog = desk.page.get_by_role("dialog").filter(has_text="Descalificar a Eva Soto")
	expect(dialog.locator("input[data-fieldname=reason]")).to_have_value(ONLY_COMPANIES)
	dialog.locator("textarea[data-fieldname=comment]").fill("Es para su casa")
	dialog.get_by_role("button", name="Descalificar").click()
	form.expect_stage("No Interesado")
	expect(banner).to_be_empty()
	assert desk.value("Lead", lead, "disqualification_reason") == ONLY_COMPANIES


# F4, A6: from the path, the stage asks for the reason
def test_the_stage_asks_for_the_reason(desk):
	lead = desk.insert("Lead", first_name="Eva", last_name="Soto")
	form = desk.open_form("Lead", lead)
	form.stage("No Interesado").click()
	dialog = desk.page.get_by_role("dialog").filter(has_text="Lo que pide No Interesado")
	field = dialog.locator("input[data-fieldname=disqualification_reason]")
	field.fill("Sin Presupuesto")
	dialog.get_by_role("option").filter(has_text="Sin Presupuesto").first.click()
	dialog.get_by_role("button", name="Mover").click()
	form.expect_stage("No Interesado")


# F4: many at once, and the figure in the report opens them
def test_many_are_disqualified_from_the_list_and_reported(desk, moved):  # noqa: F811
	leads = [
		desk.insert("Lead", first_name="Eva", last_name=f"Soto {n}", city="Villa Lejos") for n in range(2)
	]
	page = LeadList(desk, city="Villa Lejos")
	page.choose(*leads)
	page.act("Descalificar")
	dialog = page.dialog("Descalificar 2 prospectos")
	field = dialog.locator("input[data-fieldname=reason]")
	expect(field).to_have_value("Sin Necesidad")
	field.fill("Fuera de Cobertura")
	dialog.get_by_role("option").filter(has_text="Fuera de Cobertura").first.click()
	dialog.get_by_role("button", name="Descalificar").click()
	page.expect_alert("2 movidos")
	assert {desk.value("Lead", lead, "disqualification_reason") for lead in leads} == {"Fuera de Cobertura"}
	desk.page.goto("/app/query-report/Disqualified Prospects")
	row = desk.page.locator(".dt-row").filter(has_text="Fuera de Cobertura")
	expect(row).to_contain_text("2")
	expect(desk.page.locator(".chart-wrapper svg.frappe-chart")).to_be_visible()
	row.get_by_role("link").first.click()
	expect(desk.page.locator(".list-row-checkbox:visible")).to_have_count(2)
