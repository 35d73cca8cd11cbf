"""The guided set-up, step by step, as an admin walks through it; and the sample, loaded and cleared from there."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.desk.on_the_site import on_the_site
from tests.desk.test_workspace import MANAGER, SELLER, as_user, look  # noqa: F401

CHANNEL = "Feria de Prueba"
CLEAR = """
import frappe
for name in frappe.get_all("Sales Channel", {"name": ["like", "Feria de Prueba%"]}, pluck="name"):
	frappe.delete_doc("Sales Channel", name, force=True)
	frappe.delete_doc("Lead Source", name, force=True, ignore_missing=True)
from crm_etapas import demo
from crm_etapas.demo.job import SAMPLE
from crm_etapas.pipeline import document_job
with document_job.only_one(SAMPLE, timeout=120):
	demo.clear()
"""


class Setup:
	def __init__(self, desk, step: str = ""):
		self.page = desk.page
		self.page.goto(f"/app/crm-etapas-setup/{step}")
		self.heading.wait_for()
		self.page.wait_for_load_state("networkidle")

	@property
	def panel(self) -> Locator:
		return self.page.locator(".guided-setup-step")

	@property
	def heading(self) -> Locator:
		return self.panel.get_by_role("heading", level=2)

	def row(self, name: str) -> Locator:
		return self.panel.locator("li").filter(has=self.page.get_by_label(f"Nombre: {name}", exact=True))

	def press(self, label: str) -> None:
		self.panel.get_by_role("button", name=label, exact=True).click()

	def expect_step(self, title: str) -> None:
		expect(self.heading).to_have_text(title)


@pytest.fixture
def cleared(desk, bench):
	on_the_site(bench, CLEAR)
	yield
	on_the_site(bench, CLEAR)


# A, B, D2, D3, D4: each step shows what is there, can be skipped and come back to
def test_every_step_can_be_skipped_and_come_back_to(desk, cleared):
	setup = Setup(desk)
	titles = [
		"Etapas del Prospecto",
		"Etapas de la Oportunidad",
		"Canales",
		"Segmentos",
		"Niveles de Potencial",
		"Personas",
		"Horario y Seguimiento",
		"Datos de Ejemplo",
	]
	for number, title in enumerate(titles, 1):
		setup.expect_step(title)
		setup.page.wait_for_load_state("networkidle")
		look(setup.page, f"setup-{number}")
		if title != titles[-1]:
			setup.press("Omitir")
	setup.press("Atrás")
	setup.expect_step("Horario y Seguimiento")
	setup.page.get_by_role("button", name=re.compile("Canales")).click()
	setup.expect_step("Canales")
	expect(setup.row("Sitio Web")).to_be_visible()


# D2: added, named and coloured in the table, saved through the record
def test_a_channel_is_added_and_kept(desk, cleared):
	setup = Setup(desk, "channels")
	setup.press("Añadir Fila")
	new = setup.panel.locator("li").last
	new.get_by_placeholder("Nombre").fill(CHANNEL)
	new.locator("[type=color]").fill("#123456")
	expect(setup.page.locator("[aria-current=step]")).to_contain_text("No guardado")
	setup.press("Guardar y Continuar")
	setup.expect_step("Segmentos")
	assert desk.value("Sales Channel", CHANNEL, "color") == "#123456"
	setup.page.get_by_role("button", name=re.compile("Canales")).click()
	expect(setup.row(CHANNEL)).to_be_visible()


# what is refused says in which row, and what was typed stays
def test_what_is_refused_names_its_row(desk, cleared):
	setup = Setup(desk, "channels")
	setup.press("Añadir Fila")
	setup.panel.locator("li").last.get_by_placeholder("Nombre").fill("Sitio Web")
	setup.press("Guardar y Continuar")
	expect(setup.page.locator(".modal.show")).to_contain_text("está dos veces")
	setup.page.keyboard.press("Escape")
	setup.expect_step("Canales")
	expect(setup.panel.locator("li").last.get_by_placeholder("Nombre")).to_have_value("Sitio Web")


# A: the order of the path is changed by keyboard as by mouse
def test_the_order_is_changed_with_the_keyboard(desk):
	setup = Setup(desk, "prospects")
	names = setup.panel.locator("[data-field=title]")
	first, second = names.nth(0).input_value(), names.nth(1).input_value()
	setup.row(first).get_by_role("button", name=f"Bajar: {first}").focus()
	setup.page.keyboard.press("Enter")
	expect(names.nth(0)).to_have_value(second)
	expect(setup.row(first).get_by_role("button", name=f"Bajar: {first}")).to_be_focused()


# who may what
def test_a_manager_looks_and_a_salesperson_does_not(desk, as_user):  # noqa: F811
	setup = Setup(as_user(MANAGER), "prospects")
	expect(setup.panel).to_contain_text("Puede ver este paso")
	expect(setup.panel.locator("[data-field=title]").first).to_be_disabled()
	expect(setup.panel.get_by_role("button", name="Guardar y Continuar")).to_have_count(0)
	page = as_user(SELLER).page
	page.goto("/app/crm-etapas-setup")
	page.wait_for_load_state("networkidle")
	expect(page.locator(".guided-setup")).to_have_count(0)


# the whole sample in one click, and gone in one; told wherever one is
def test_the_sample_is_loaded_and_cleared(desk, cleared):
	desk.page.goto("/app/user-profile")
	before = desk.call("frappe.client.get_count", doctype="Lead")
	desk.call("crm_etapas.api.guided_setup.load_sample")
	alert = desk.page.locator(".desk-alert").filter(has_text="Los datos de ejemplo están listos")
	expect(alert).to_be_visible(timeout=180_000)
	assert desk.call("frappe.client.get_count", doctype="Lead") > before
	setup = Setup(desk, "sample")
	setup.press("Borrar los Datos de Ejemplo")
	confirm = setup.page.locator(".modal.show")
	expect(confirm).to_contain_text(re.compile(r"¿Borrar los \d+ registros de ejemplo\?"))
	confirm.get_by_role("button", name=re.compile("^S[ií]$")).click()
	expect(setup.page.get_by_role("progressbar")).to_be_visible()
	setup = Setup(desk, "sample")  # how far it is, or how it has ended, is seen after coming back
	expect(setup.panel).to_contain_text("No hay registros de ejemplo", timeout=180_000)
	assert desk.call("frappe.client.get_count", doctype="Lead") == before
