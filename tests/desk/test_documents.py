"""The documents of a record on its form, in Spanish, as a salesperson keeps them."""

import re

import pytest
from playwright.sync_api import Locator, expect

FILES = [
	{"name": "scan 0001.txt", "mimeType": "text/plain", "buffer": b"Contrato firmado"},
	{"name": "lista #2 (ñ).csv", "mimeType": "text/csv", "buffer": "año;1".encode()},
]


class Documents:
	"""The tab with the documents of a lead."""

	def __init__(self, desk, lead: str):
		self.form = desk.open_form("Lead", lead)
		self.page = self.form.page
		self.tab = self.page.locator(".nav-link[data-fieldname=documents_tab]")
		self.open()

	def open(self) -> None:
		self.form.expect_stage("Nuevo")
		self.page.wait_for_load_state("networkidle")  # the form is all there, and returns to no other tab
		self.tab.click()
		expect(self.page.locator(".documents-head")).to_be_visible()

	@property
	def rows(self) -> Locator:
		return self.page.locator(".documents-row")

	def row(self, name: str) -> Locator:
		return self.rows.filter(has_text=name)

	@property
	def dialog(self) -> Locator:
		return self.page.locator(".modal.show")

	def add(self, files: list[dict]) -> Locator:
		"""Choose files, and return the fields for their names."""
		self.page.get_by_role("button", name="Agregar documentos").click()
		self.dialog.locator("input[type=file]").set_input_files(files)
		names = self.dialog.locator(".document-name input")
		expect(names).to_have_count(len(files))
		return names

	def press(self, label: str) -> None:
		self.dialog.get_by_role("button", name=re.compile(f"^{label}$", re.IGNORECASE)).click()

	def expect_sidebar(self, *file_names: str) -> None:
		attachments = self.page.locator(".form-attachments .attachment-row")
		expect(attachments).to_have_count(len(file_names))
		for name in file_names:
			expect(attachments.filter(has_text=name)).to_be_visible()


@pytest.fixture
def documents(desk) -> Documents:
	return Documents(desk, desk.insert("Lead", first_name="Eva", last_name="Soto"))


# D10: several files at once, each with a name of its own; the file's name is proposed
def test_documents_are_added_renamed_downloaded_and_deleted(desk, documents):
	expect(documents.page.get_by_text("Todavía no hay documentos.")).to_be_visible()
	names = documents.add(FILES)
	assert [field.input_value() for field in names.all()] == [file["name"] for file in FILES]
	names.nth(0).fill("Contrato 12/2026")
	documents.press("subir")
	expect(documents.rows).to_have_count(2)
	expect(documents.dialog).to_have_count(0)
	expect(documents.tab).to_have_text("Documentos (2)")
	contract = documents.row("Contrato 12/2026")
	expect(contract).to_contain_text("scan 0001.txt")
	expect(contract).to_contain_text("Administrator")
	expect(contract).not_to_contain_text("Público")
	documents.expect_sidebar("scan 0001.txt", "lista #2 (ñ).csv")

	with documents.page.expect_download() as download:
		contract.get_by_role("link", name=re.compile("^Descargar")).click()
	assert download.value.suggested_filename == "Contrato 12-2026.txt"
	assert download.value.path().read_bytes() == FILES[0]["buffer"]

	documents.row("lista #2").locator("[data-action=rename]").click()
	documents.dialog.locator("input[data-fieldname=document_name]").fill("Lista <b>de precios</b>")
	documents.press("guardar")
	expect(documents.dialog.filter(has_text="no puede tener")).to_be_visible()
	documents.page.reload()
	documents.open()
	documents.row("lista #2").locator("[data-action=rename]").click()
	documents.dialog.locator("input[data-fieldname=document_name]").fill("Lista de precios & más")
	documents.press("guardar")
	expect(documents.row("Lista de precios & más")).to_be_visible()

	documents.row("Contrato").locator("[data-action=delete]").click()
	documents.press("sí|si")
	expect(documents.rows).to_have_count(1)
	expect(documents.tab).to_have_text("Documentos (1)")
	documents.expect_sidebar("lista #2 (ñ).csv")


# D10: an empty name is asked for before anything is sent
def test_an_empty_name_is_refused(desk, documents):
	names = documents.add(FILES[:1])
	names.nth(0).fill("   ")
	documents.press("subir")
	expect(documents.page.get_by_text("Un documento necesita un nombre")).to_be_visible()
	expect(documents.rows).to_have_count(0)


# D10: what comes by Frappe's sidebar stands in the list, under its file's name
def test_frappes_attachments_are_documents(desk):
	lead = desk.insert("Lead", first_name="Eva", last_name="Soto")
	desk.insert(
		"File",
		file_name="de fuera.txt",
		content="x",
		is_private=1,
		attached_to_doctype="Lead",
		attached_to_name=lead,
	)
	documents = Documents(desk, lead)
	expect(documents.row("de fuera.txt")).to_be_visible()
	assert documents.tab.inner_text() == "Documentos (1)"


# D10: a record that is not saved has none, and every form has the tab
def test_every_form_has_the_tab(desk):
	prospect = desk.insert("Prospect", company_name="Grupo Documentos")
	page = desk.page
	page.goto(f"/app/prospect/{prospect}")
	tab = page.locator(".nav-link[data-fieldname=documents_tab]:visible")
	expect(tab).to_have_text("Documentos")
	page.goto("/app/customer/new")
	expect(page.locator("[data-fieldname=customer_name]:visible").first).to_be_visible()
	expect(tab).to_have_count(0)
