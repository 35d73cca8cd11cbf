"""Moving records from the list, in Spanish, as a salesperson does."""

import re

import pytest
from playwright.sync_api import Locator, expect


class LeadList:
	def __init__(self, desk, **filters):
		self.page = desk.page
		query = "&".join(f"{field}={value}" for field, value in filters.items())
		self.page.goto(f"/app/lead/view/list?{query}")
		expect(self.rows.first).to_be_visible()

	@property
	def rows(self) -> Locator:
		return self.page.locator(".list-row-checkbox:visible")

	def choose(self, *names: str) -> None:
		for name in names:
			self.page.locator(f'.list-row-checkbox[data-name="{name}"]').check()

	def act(self, label: str) -> None:
		self.page.locator(".actions-btn-group button:visible").first.click()
		self.item(label).click()

	def menu(self, label: str) -> None:
		self.page.locator(".menu-btn-group:visible button").first.click()
		self.item(label).click()

	def item(self, label: str) -> Locator:
		return self.page.locator(".dropdown-menu.show").get_by_text(label, exact=True)

	def fill_dialog(self, title: str, stage: str, comment: str = "") -> None:
		dialog = self.dialog(title)
		field = dialog.locator("input[data-fieldname=stage]")
		field.fill(stage)
		dialog.get_by_role("option").filter(has_text=stage).first.click()
		dialog.locator("textarea[data-fieldname=comment]").fill(comment)
		dialog.get_by_role("button", name=re.compile("^mover$", re.IGNORECASE)).click()

	def dialog(self, title: str) -> Locator:
		return self.page.get_by_role("dialog").filter(has_text=title)

	def expect_alert(self, text: str) -> None:
		expect(self.page.locator(".desk-alert").filter(has_text=text)).to_be_visible()


@pytest.fixture
def moved(desk):
	"""Bulk moves that a test makes go before the stages and leads that they name."""
	yield
	for row in desk.call("frappe.client.get_list", doctype="Bulk Move", filters={"owner": "Administrator"}):
		desk.delete("Bulk Move", row["name"])


def make_leads(desk, city: str, count: int = 3) -> list[str]:
	return [desk.insert("Lead", first_name="Eva", last_name=f"Soto {n}", city=city) for n in range(count)]


# A1, F2
def test_the_chosen_records_of_a_list_move(desk, moved):
	leads = make_leads(desk, "Villa Lista")
	page = LeadList(desk, city="Villa Lista")
	page.choose(*leads[:2])
	page.act("Mover a etapa")
	page.fill_dialog("Mover 2 registros a una etapa", "Intento de Contacto", "Campaña de mayo")
	page.expect_alert("Intento de Contacto: 2 movidos")
	assert [desk.value("Lead", lead, "prospect_stage") for lead in leads] == [
		"Intento de Contacto",
		"Intento de Contacto",
		"Nuevo",
	]
	stays = desk.call("crm_etapas.api.stages.history", doctype="Lead", name=leads[0])
	assert (stays[-1]["comment"], stays[-1]["cause_doctype"]) == ("Campaña de mayo", "Bulk Move")


# F2
def test_everything_that_the_filters_show_moves(desk, moved):
	leads = make_leads(desk, "Villa Filtro")
	other = desk.insert("Lead", first_name="Eva", last_name="Otra", city="Villa Otra")
	page = LeadList(desk, city="Villa Filtro")
	page.menu("Mover todos a etapa")
	page.fill_dialog("Mover 3 registros a una etapa", "Intento de Contacto")
	page.expect_alert("3 movidos")
	assert {desk.value("Lead", lead, "prospect_stage") for lead in leads} == {"Intento de Contacto"}
	assert desk.value("Lead", other, "prospect_stage") == "Nuevo"


# A6: asked once for all, and on it goes
def test_what_the_stage_asks_for_is_asked_once(desk, moved):
	stage = desk.insert(
		"Prospect Stage",
		stage_name="Descartado por Región",
		outcome="Lost",
		requirements=[{"kind": "Field", "fieldname": "job_title"}, {"kind": "Comment"}],
	)
	leads = make_leads(desk, "Villa Pregunta")
	page = LeadList(desk, city="Villa Pregunta")
	page.choose(*leads)
	page.act("Mover a etapa")
	page.fill_dialog("Mover 3 registros a una etapa", stage)
	dialog = page.dialog(f"Mover a {stage}")
	expect(dialog).to_contain_text("3 rechazados")
	expect(dialog).to_contain_text("Les falta a 3 registros")
	dialog.locator("input[data-fieldname=job_title]").fill("Compras")
	dialog.locator("textarea[data-fieldname=comment]").fill("Fuera de región")
	dialog.get_by_role("button", name="Completar y seguir").click()
	page.expect_alert(f"{stage}: 3 movidos")
	assert {desk.value("Lead", lead, "prospect_stage") for lead in leads} == {stage}
	assert {desk.value("Lead", lead, "job_title") for lead in leads} == {"Compras"}


# F2: what has been refused and why stays, and can be gone on with from its form
def test_the_result_stays_on_its_form(desk, moved):
	stage = desk.insert(
		"Prospect Stage", stage_name="Con Cargo", requirements=[{"kind": "Field", "fieldname": "job_title"}]
	)
	bare, whole = make_leads(desk, "Villa Forma", 2)
	desk.call("frappe.client.set_value", doctype="Lead", name=whole, fieldname="job_title", value="Ventas")
	name = desk.call("crm_etapas.api.stages.bulk_move", doctype="Lead", stage=stage, names=[bare, whole])
	desk.page.goto(f"/app/bulk-move/{name}")
	records = desk.page.locator("[data-fieldname=records_view] tbody tr")
	expect(records).to_have_count(1)
	expect(records).to_contain_text("Le falta")
	desk.page.locator("[data-result='']").click()
	expect(records).to_have_count(2)
	desk.page.get_by_role("button", name="Completar y seguir").click()
	dialog = desk.page.get_by_role("dialog").filter(has_text=f"Mover a {stage}")
	dialog.locator("input[data-fieldname=job_title]").fill("Compras")
	dialog.get_by_role("button", name="Completar y seguir").click()
	expect(desk.page.locator(".indicator-pill:visible", has_text=re.compile("Completado"))).to_be_visible()
	assert desk.value("Lead", bare, "prospect_stage") == stage
