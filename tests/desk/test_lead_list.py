"""The row of filters above the list of prospects, in Spanish, as a salesperson uses it."""

import re

import frappe
import pytest
from playwright.sync_api import Locator, expect


class LeadList:
	def __init__(self, desk, query: str = ""):
		"""Open the list. Without a query Frappe would show it as it was left the last time."""
		self.page = desk.page
		self.page.goto(f"/app/lead/view/list{query}")
		expect(self.rows.or_(self.page.locator(".no-result:visible")).first).to_be_visible()
		if not query:
			self.clear()
			self.page.wait_for_function("!location.search")
		expect(self.rows.first).to_be_visible()

	@property
	def rows(self) -> Locator:
		return self.page.locator(".list-row-container:visible")

	def cell(self, name: str) -> Locator:
		return self.page.locator(f".lead-filters [data-filter-name={name}]")

	def box(self, name: str) -> Locator:
		return self.cell(name).locator("input").first

	def choose(self, name: str, *values: str) -> None:
		self.cell(name).locator("[data-toggle]").click()
		for value in values:
			self.cell(name).locator(".dropdown-input-wrapper input").fill(value)
			self.cell(name).locator(".selectable-item").filter(has_text=value).first.click()
		self.page.keyboard.press("Escape")
		self.cell(name).locator("[data-toggle]").click()

	def clear(self) -> None:
		self.cell("clear").get_by_role("button", name="Quitar filtros").click()

	def expect_rows(self, *titles: str) -> None:
		expect(self.rows).to_have_count(len(titles))
		for title in titles:
			expect(self.rows.filter(has_text=title)).to_have_count(1)


@pytest.fixture
def places(desk) -> list[str]:
	root = desk.call("frappe.client.get_list", doctype="Territory", filters={"lft": 1})[0]["name"]
	mark = frappe.generate_hash(length=5)
	zone = desk.insert(
		"Territory", territory_name=f"Zona {mark}", parent_territory=root, is_group=1, territory_kind="Zone"
	)
	sectors = [
		desk.insert(
			"Territory", territory_name=f"Sector {n} {mark}", parent_territory=zone, territory_kind="Sector"
		)
		for n in (1, 2)
	]
	return [zone, *sectors]


@pytest.fixture
def leads(desk, places) -> dict[str, str]:
	"""Three prospects of a zone and one of nowhere, by company."""
	zone, first, second = places
	kind = desk.insert("Identification Type", type_name=f"Libre {zone}")
	common = {"zone": zone, "identification_type": kind}
	rows = {
		"Ferretería Sol": {"sales_channel": "Referido", "sector": first, "identification_number": "ZQ-880.1"},
		"Panadería Luna": {
			"sales_channel": "Sitio Web",
			"sector": first,
			"identification_number": "ZQ-880.2",
		},
		"Librería Mar": {"sales_channel": "Referido", "sector": second, "identification_number": "ZQ-990"},
		"Papelería Aire": {"sales_channel": "Referido", "zone": None, "identification_number": "ZQ-770"},
	}
	return {
		company: desk.insert("Lead", first_name="Eva", company_name=company, **{**common, **values})
		for company, values in rows.items()
	}


# D5, D6
def test_filters_combine_and_clear_and_live_in_the_address(desk, leads, places):
	page = LeadList(desk)
	page.choose("zone", places[0])
	page.expect_rows("Ferretería Sol", "Panadería Luna", "Librería Mar")
	page.choose("sales_channel", "Referido")
	page.expect_rows("Ferretería Sol", "Librería Mar")
	page.choose("sector", places[1])
	page.expect_rows("Ferretería Sol")
	page.page.wait_for_function("location.search.includes('sector')")

	page.page.reload()
	page.expect_rows("Ferretería Sol")
	expect(page.cell("sales_channel").locator(".status-text")).to_have_text("Referido")

	page.clear()
	expect(page.cell("sales_channel").locator(".status-text")).to_have_text("Canal")
	expect(page.rows.nth(3)).to_be_visible()
	page.page.wait_for_function("!location.search")


# D5: the text is in the address, counts as a filter, and goes with the others
def test_free_text_is_searched_together_with_the_filters(desk, leads, places):
	page = LeadList(desk)
	page.choose("zone", places[0])
	page.box("text").fill("panad")
	page.expect_rows("Panadería Luna")
	page.page.wait_for_function("location.search.includes('search=panad')")
	expect(page.page.locator(".list-count")).to_have_text("1 de 1")

	page.page.reload()
	page.expect_rows("Panadería Luna")
	expect(page.box("text")).to_have_value("panad")

	page.box("text").fill("zzzzzz")
	empty = page.page.locator(".no-result:visible").last
	expect(empty).to_contain_text("No hay prospectos")
	empty.get_by_role("button", name="Quitar filtros").click()
	expect(page.box("text")).to_have_value("")
	expect(page.rows.nth(3)).to_be_visible()


# D5: prospect or customer while typing; choosing opens it; D6: and it can be edited
def test_a_document_number_leads_to_its_record(desk, leads):
	page = LeadList(desk)
	page.box("document").press_sequentially("zq880", delay=30)
	suggestions = page.cell("document").get_by_role("option")
	expect(suggestions).to_have_count(2)
	expect(suggestions.first).to_contain_text("Prospecto")
	expect(suggestions.first).to_contain_text("Ferretería Sol")
	page.box("document").press("ArrowDown")
	page.box("document").press("Enter")
	page.page.wait_for_url(re.compile(r"/app/lead/CRM-LEAD"))
	name = page.page.url.rsplit("/", 1)[1]
	assert name in leads.values()
	field = page.page.locator("[data-fieldname=legal_name] input:visible")
	field.fill("Ferretería Sol, C.A.")
	page.page.keyboard.press("Control+s")
	expect(page.page.locator(".indicator-pill:visible", has_text="No guardado")).to_have_count(0)
	assert desk.value("Lead", name, "legal_name") == "Ferretería Sol, C.A."


# D6
def test_the_list_shows_what_salespeople_look_for(desk, leads, places):
	page = LeadList(desk, f"?zone={places[0]}")
	row = page.rows.filter(has_text="Ferretería Sol")
	for text in ("Referido", places[0], places[1]):
		expect(row).to_contain_text(text)
	headings = page.page.locator(".list-row-head:visible")
	for heading in ("Canal de Venta", "Zona", "Sector", "Nivel", "Etapa"):
		expect(headings).to_contain_text(heading)


# D5: Frappe's saved filters keep the text too
def test_a_saved_filter_brings_back_filters_and_text(desk, leads, places):
	page = LeadList(desk, f"?zone={places[0]}&search=librer")
	page.expect_rows("Librería Mar")
	name = page.page.locator(".list-filters .input-area input[type=text]").first
	name.fill(f"Mis librerías {places[0]}")
	name.press("Enter")
	saved = page.page.locator(".filter-pill").filter(has_text="Mis librerías").first
	expect(saved).to_be_attached()
	page.clear()
	expect(page.box("text")).to_have_value("")
	if not saved.is_visible():
		page.page.locator(".saved-filters-preview").click()
	saved.locator(".filter-name").click()
	page.expect_rows("Librería Mar")
	expect(page.box("text")).to_have_value("librer")
	for row in desk.call(
		"frappe.client.get_list", doctype="List Filter", filters={"reference_doctype": "Lead"}
	):
		desk.delete("List Filter", row["name"])
