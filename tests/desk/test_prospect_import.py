"""Importing prospects on the desk, in Spanish: the way there, the template, the report, the question before."""

import re

import pytest
from playwright.sync_api import expect

COMPANY = "Importada Por Prueba"
TABLE = f"Nombre,Empresa,Correo\nEva,{COMPANY},eva.importada@example.com\nMal,{COMPANY},sin correo\n"


@pytest.fixture
def imported(desk):
	"""What an import of the test makes goes, with the import itself."""
	yield
	for doctype, filters in (("Lead", {"company_name": COMPANY}), ("Prospect Import", {"source": "lista"})):
		for row in desk.call("frappe.client.get_list", doctype=doctype, filters=filters):
			desk.delete(doctype, row["name"])


def button(page, label: str):
	return page.locator(".page-actions:visible, .page-head:visible").get_by_role(
		"button", name=re.compile(label, re.IGNORECASE)
	)


# F1: from the menu of the list, with a template in Spanish
def test_the_way_there_and_the_template(desk):
	page = desk.page
	desk.insert("Lead", first_name="Eva", company_name=COMPANY)
	page.goto("/app/lead/view/list")
	page.locator(".menu-btn-group:visible button").first.click()
	item = page.locator(".dropdown-menu.show").get_by_text(re.compile("^Import(ar)? prospect", re.IGNORECASE))
	item.click()
	expect(page).to_have_url(re.compile("/app/prospect-import/new"))
	with page.expect_download() as download:
		button(page, "Plantilla").click()
	assert download.value.suggested_filename.endswith(".xlsx")


# F1: the errors of each row on the form, and the question before anything is written
def test_the_report_and_the_question(desk, imported):
	page = desk.page
	values = {"doctype": "File", "file_name": "lista.csv", "content": TABLE, "is_private": 1}
	file = desk.call("frappe.client.insert", doc=values)["name"]  # goes with the import that takes it
	dry = desk.call("crm_etapas.api.prospect_import.run", file=file, dry_run=1, wait=1)
	page.goto(f"/app/prospect-import/{dry['name']}")
	report = page.locator("[data-fieldname=report_view]")
	expect(report).to_contain_text("sin correo")
	expect(report).to_contain_text("Correo")
	expect(button(page, "^Simulacro$")).to_be_visible()
	button(page, "^Comience a Importar$").click()
	expect(page.get_by_role("dialog").filter(has_text="1")).to_be_visible()
	page.get_by_role("dialog").get_by_role("button", name=re.compile("^No$")).click()

	desk.call("crm_etapas.api.prospect_import.run", file=file, wait=1)
	found = desk.call("frappe.client.get_list", doctype="Lead", filters={"company_name": COMPANY})
	assert len(found) == 1
