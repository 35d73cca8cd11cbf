"""Exporting a list to Excel, in Spanish, as a sales manager does."""

import json
import re
from io import BytesIO

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Locator, expect

from tests.desk.test_bulk_move import LeadList

CITY = "Villa Hoja"


class ExportDialog:
	def __init__(self, page: LeadList):
		page.menu("Exportar a Excel")
		self.page = page.page
		self.box = page.dialog("Exportar a Excel")
		expect(self.box.get_by_text("Identificador", exact=True)).to_be_visible()

	def column(self, label: str) -> Locator:
		return self.box.locator("label").filter(has_text=re.compile(f"^\\s*{label}\\s*$")).locator("input")

	def export(self) -> list[tuple]:
		"""Return the rows of the file that the browser gets."""
		with self.page.expect_download() as download:
			self.box.get_by_role("button", name=re.compile("^exportar$", re.IGNORECASE)).click()
		assert re.fullmatch(r"Iniciativa \d{4}-\d\d-\d\d\.xlsx", download.value.suggested_filename)
		sheet = load_workbook(BytesIO(download.value.path().read_bytes())).active
		return list(sheet.iter_rows(values_only=True))


@pytest.fixture
def exports(desk):
	"""Exports that a test makes go before the leads, and what it has chosen is forgotten."""
	yield
	for row in desk.call("frappe.client.get_list", doctype="List Export"):
		desk.delete("List Export", row["name"])
	settings = json.dumps({"Export to Excel": {}})
	desk.call("frappe.model.utils.user_settings.save", doctype="Lead", user_settings=settings)


# D11: what the list shows, the columns that were chosen, also the next time
def test_the_list_is_exported_with_the_columns_that_were_chosen(desk, exports):
	for name, company in (("Soto", "=1+1"), ("Vega", "Vega S.A.")):
		desk.insert("Lead", first_name="Eva", last_name=name, company_name=company, city=CITY)
	desk.insert("Lead", first_name="Eva", last_name="Otra", city="Villa Otra")
	dialog = ExportDialog(LeadList(desk, city=CITY))
	expect(dialog.column("Apellido")).to_be_checked()
	dialog.box.get_by_role("button", name="Ninguna").click()
	expect(dialog.column("Apellido")).not_to_be_checked()
	for label in ("Apellido", "Nombre de la Organización"):
		dialog.column(label).check()
	rows = dialog.export()
	assert rows[0] == ("Apellido", "Nombre de la Organización")
	assert sorted(rows[1:]) == [("Soto", "=1+1"), ("Vega", "Vega S.A.")]

	again = ExportDialog(LeadList(desk, city=CITY))
	expect(again.column("Apellido")).to_be_checked()
	expect(again.column("Nombre completo")).not_to_be_checked()
	again.box.get_by_role("button", name="Todas las columnas").click()
	header, *rows = again.export()
	assert {"Identificador", "Nombre completo", "Creado el"} <= set(header) and len(rows) == 2


# D11
def test_no_column_is_no_export(desk, exports):
	desk.insert("Lead", first_name="Eva", last_name="Soto", city=CITY)
	dialog = ExportDialog(LeadList(desk, city=CITY))
	dialog.box.get_by_role("button", name="Ninguna").click()
	dialog.box.get_by_role("button", name=re.compile("^exportar$", re.IGNORECASE)).click()
	expect(desk.page.get_by_text("Elija al menos una columna")).to_be_visible()


# D11: in the background it can be left and come back to; the file waits on its form
def test_the_file_of_a_background_job_waits_on_its_form(desk, exports):
	lead = desk.insert("Lead", first_name="Eva", last_name="Soto", city=CITY)
	asked = {"doctype": "Lead", "filters": [["Lead", "city", "=", CITY]], "columns": ["name"]}
	name = desk.insert("List Export", reference_doctype="Lead", asked_for=json.dumps(asked))
	desk.made.remove(("List Export", name))
	desk.page.goto(f"/app/list-export/{name}")
	desk.page.get_by_role("button", name="Iniciar de nuevo").click()
	desk.page.goto("/app/lead")
	desk.page.goto(f"/app/list-export/{name}")
	expect(desk.page.get_by_role("button", name="Descargar").first).to_be_visible(timeout=90_000)
	expect(desk.page.locator(".indicator-pill:visible", has_text="Completada")).to_be_visible()
	file = desk.page.request.get(desk.value("List Export", name, "file"))
	assert file.ok
	assert load_workbook(BytesIO(file.body())).active["A2"].value == lead
