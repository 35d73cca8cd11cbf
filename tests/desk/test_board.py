"""The board: cards dragged and pressed through the door, seen by two, on a telephone, by those without rights."""

import json
import os
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.desk.conftest import OUTPUT
from tests.desk.on_the_site import on_the_site
from tests.desk.pages.desk import Desk

PASSWORD = os.environ.get("CRM_ETAPAS_ADMIN_PASSWORD", "admin") + "-Tablero-2026"
SELLER, MANAGER, ACCOUNTANT = (
	"sara.tablero@example.com",
	"mario.tablero@example.com",
	"conta.tablero@example.com",
)
COMPANY = "Tablero "
CLEAR = """
import frappe
leads = frappe.get_all("Lead", {"company_name": ["like", "Tablero %"]}, pluck="name")
for deal in frappe.get_all("Opportunity", {"party_name": ["in", leads or [""]]}, pluck="name"):
	frappe.delete_doc("Opportunity", deal, force=True)
for lead in leads:
	frappe.delete_doc("Lead", lead, force=True)
"""
FORGET = """
import frappe
from frappe.model.utils.user_settings import sync_user_settings
for user in users:
	for doctype in ("Lead", "Opportunity"):
		frappe.db.delete("__UserSettings", {"user": user, "doctype": doctype})
		frappe.cache.hdel("_user_settings", f"{doctype}::{user}")
"""
PICTURES = os.environ.get("CRM_ETAPAS_PICTURES")


class BoardPage:
	def __init__(self, desk: Desk):
		self.desk, self.page = desk, desk.page

	def open(self, doctype: str = "Lead", filtered: bool = True) -> "BoardPage":
		field = "company_name" if doctype == "Lead" else "title"
		query = urlencode({"filters": json.dumps([[doctype, field, "like", f"{COMPANY}%"]])})
		self.page.goto(f"/app/pipeline-board/{doctype.lower()}{(filtered and '?' + query) or ''}")
		self.page.locator(".board-heads, .board-state").first.wait_for()
		self.page.wait_for_load_state("networkidle")
		return self

	def column(self, label: str) -> Locator:
		return self.page.get_by_role("list", name=label, exact=True)

	def head(self, label: str) -> Locator:
		return self.page.locator(".board-head").filter(
			has=self.page.get_by_role("heading", name=label, exact=True)
		)

	def card(self, company: str) -> Locator:
		return self.page.locator(".board-card", has_text=company)

	def expect_in(self, company: str, label: str) -> None:
		expect(self.column(label).locator(".board-card", has_text=company)).to_be_visible()

	def drag(self, company: str, label: str) -> None:
		card, mouse = self.card(company), self.page.mouse
		self.column(label).scroll_into_view_if_needed()
		card.scroll_into_view_if_needed()
		start, end = card.bounding_box(), self.column(label).bounding_box()
		mouse.move(start["x"] + 60, start["y"] + start["height"] - 6)
		mouse.down()
		mouse.move(start["x"] + 80, start["y"] + start["height"], steps=5)
		mouse.move(end["x"] + end["width"] / 2, end["y"] + 20, steps=15)
		mouse.up()

	def dialog(self) -> Locator:
		return self.page.locator(".modal.show")

	def close_dialog(self) -> None:
		self.dialog().locator(".btn-modal-close").click()
		expect(self.page.locator(".modal.show, .modal-backdrop")).to_have_count(0)


def look(page: Page, name: str) -> None:
	if PICTURES:
		page.wait_for_load_state("networkidle")
		page.screenshot(path=Path(PICTURES) / f"{name}.png")


@pytest.fixture
def people(desk, bench):
	for user, name, roles in (
		(SELLER, "Sara", ["Sales User"]),
		(MANAGER, "Mario", ["Sales User", "Sales Manager"]),
		(ACCOUNTANT, "Conta", ["Accounts User"]),
	):
		if not desk.call("frappe.client.get_list", doctype="User", filters={"name": user}):
			values = {"doctype": "User", "email": user, "first_name": name, "language": "es"}
			values |= {"send_welcome_email": 0, "new_password": PASSWORD}
			desk.call("frappe.client.insert", doc={**values, "roles": [{"role": role} for role in roles]})
	on_the_site(bench, CLEAR + FORGET, users=[SELLER, MANAGER, ACCOUNTANT])
	yield
	on_the_site(bench, CLEAR)


@pytest.fixture
def as_user(people, browser, desk_url, request):
	contexts = []

	def open_board(user: str, width: int = 1440, **context) -> BoardPage:
		viewport = {"width": width, "height": 844 if width < 500 else 900}
		contexts.append(browser.new_context(base_url=desk_url, locale="es-MX", viewport=viewport, **context))
		desk = Desk(contexts[-1].new_page())
		desk.page.set_default_timeout(20_000)
		desk.log_in(user, PASSWORD)
		return BoardPage(desk)

	yield open_board
	for number, context in enumerate(contexts):
		if getattr(request.node, "failed", False):
			OUTPUT.mkdir(exist_ok=True)
			context.pages[0].screenshot(path=OUTPUT / f"{request.node.name}-{number}.png")
		context.close()


@pytest.fixture
def seller(as_user) -> BoardPage:
	"""The board of a salesperson with three prospects."""
	board = as_user(SELLER)
	for name in ("Uno", "Dos", "Tres"):
		new_lead(board.desk, COMPANY + name)
	return board


def new_lead(desk: Desk, company: str, **values) -> str:
	lead = {"doctype": "Lead", "first_name": "Eva", "company_name": company, **values}
	return desk.call("frappe.client.insert", doc=lead)["name"]


def new_deal(desk: Desk, company: str, **values) -> str:
	lead = new_lead(desk, company)
	deal = {"doctype": "Opportunity", "opportunity_from": "Lead", "party_name": lead, **values}
	return desk.call("frappe.client.insert", doc=deal)["name"]


# A1..A4: through the door, with a way back
def test_a_dragged_card_moves_and_comes_back(seller):
	seller.open()
	expect(seller.head("Nuevo").locator(".board-count")).to_have_text("3")
	look(seller.page, "board")
	seller.drag("Tablero Uno", "Contacto Establecido")
	seller.expect_in("Tablero Uno", "Contacto Establecido")
	expect(seller.head("Nuevo").locator(".board-count")).to_have_text("2")
	expect(seller.page.locator(".board [aria-live]")).to_contain_text("registros")
	seller.page.get_by_role("button", name="Deshacer").click()
	seller.expect_in("Tablero Uno", "Nuevo")
	seller.page.wait_for_load_state("networkidle")
	seller.page.reload()
	seller.expect_in("Tablero Uno", "Nuevo")


# a stage that the rules do not allow: the reason is shown, the card is back
def test_a_refused_drop_returns_with_the_reason(seller, desk):
	stage = desk.call("frappe.client.get", doctype="Prospect Stage", name="Contacto Establecido")
	kept = stage["enter_roles"]
	desk.call("frappe.client.save", doc={**stage, "enter_roles": [{"role": "System Manager"}]})
	try:
		seller.open().drag("Tablero Uno", "Contacto Establecido")
		expect(seller.dialog()).to_contain_text("Contacto Establecido")
		look(seller.page, "board_refused")
		seller.close_dialog()
		seller.expect_in("Tablero Uno", "Nuevo")
		expect(seller.head("Nuevo").locator(".board-count")).to_have_text("3")
	finally:
		stage = desk.call("frappe.client.get", doctype="Prospect Stage", name="Contacto Establecido")
		desk.call("frappe.client.save", doc={**stage, "enter_roles": kept})


# A6: what a stage asks for is asked for; thinking better of it leaves everything as it was
def test_what_is_missing_is_asked_for(seller):
	seller.page.set_viewport_size({"width": 2600, "height": 900})
	seller.open().drag("Tablero Dos", "No Interesado")
	expect(seller.dialog()).to_be_visible()
	look(seller.page, "board_asked")
	seller.close_dialog()
	seller.expect_in("Tablero Dos", "Nuevo")
	seller.page.wait_for_load_state("networkidle")
	seller.drag("Tablero Dos", "No Interesado")
	reason = seller.dialog().locator("[data-fieldname=disqualification_reason] input")
	reason.fill("Sin Presupuesto")
	seller.dialog().get_by_role("option", name="Sin Presupuesto").click()
	seller.dialog().get_by_role("button", name="Mover").click()
	expect(seller.head("No Interesado").locator(".board-count")).to_have_text("1")
	expect(seller.card("Tablero Dos")).to_have_count(0)
	seller.head("No Interesado").get_by_role("button", name="Abrir la columna").click()
	seller.expect_in("Tablero Dos", "No Interesado")


# without a mouse: between cards, into the next column, and what else can be done
def test_everything_works_with_the_keyboard(seller):
	page = seller.open().page
	seller.card("Tablero Tres").focus()
	page.keyboard.press("Shift+ArrowRight")
	seller.expect_in("Tablero Tres", "Intento de Contacto")
	expect(seller.card("Tablero Tres")).to_be_focused()
	page.wait_for_load_state("networkidle")
	seller.card("Tablero Tres").focus()
	page.keyboard.press("ArrowLeft")
	expect(seller.column("Nuevo").locator(".board-card").first).to_be_focused()
	page.keyboard.press("ArrowDown")
	expect(seller.column("Nuevo").locator(".board-card").nth(1)).to_be_focused()
	page.keyboard.press("Space")
	menu = page.get_by_role("menu")
	expect(menu.get_by_role("menuitem").first).to_be_focused()
	look(page, "board_menu")
	page.keyboard.press("Escape")
	expect(menu).to_have_count(0)
	page.keyboard.press("m")
	seller.dialog().locator("[data-fieldname=stage] select").select_option(label="Contacto Establecido")
	seller.dialog().get_by_role("button", name="Mover").click()
	expect(seller.column("Contacto Establecido").locator(".board-card")).to_have_count(1)
	page.wait_for_load_state("networkidle")
	seller.card("Tablero Tres").focus()
	page.keyboard.press("p")
	expect(seller.dialog()).to_contain_text("Tablero Tres")


# a new record enters by the stage of its column
def test_quick_add(seller):
	seller.open()
	seller.head("Contacto Establecido").get_by_role("button", name="Agregar").click()
	dialog = seller.dialog()
	expect(dialog).to_be_visible()
	look(seller.page, "board_add")
	dialog.locator("[data-fieldname=first_name] input").fill("Nora")
	dialog.locator("[data-fieldname=company_name] input").fill("Tablero Nueva")
	dialog.get_by_role("button", name="Guardar").click()
	expect(dialog).to_have_count(0)
	seller.page.get_by_role("searchbox").fill("")
	expect(
		seller.column("Contacto Establecido").locator(".board-card", has_text="Nora").first
	).to_be_visible()


# two look at the same board
def test_what_one_moves_the_other_sees(seller, as_user):
	other = as_user(MANAGER).open()
	other.expect_in("Tablero Uno", "Nuevo")
	seller.open().drag("Tablero Uno", "Intento de Contacto")
	other.expect_in("Tablero Uno", "Intento de Contacto")
	expect(other.head("Intento de Contacto").locator(".board-count")).to_have_text("1")


# D5: what is looked at stands in the address, and is there the next time
def test_filters_are_kept(seller, as_user):
	page = seller.open().page
	page.get_by_label("Solo míos").check()
	page.get_by_label("Carriles").select_option(label="Carriles por vendedor")
	expect(page.locator(".board-lane-title")).to_contain_text("Sara")
	look(page, "board_lanes")
	assert "mine=1" in page.url and "lanes=responsible" in page.url
	page.wait_for_load_state("networkidle")
	seller.open(filtered=False)
	expect(page.locator(".filter-label")).to_have_text("1")
	expect(page.get_by_label("Solo míos")).to_be_checked()
	page.get_by_role("searchbox").fill("Nadie Se Llama Así")
	expect(page.get_by_text("Ningún registro coincide")).to_be_visible()
	page.get_by_role("status").get_by_role("button", name="Quitar filtros").click()
	seller.expect_in("Tablero Uno", "Nuevo")
	assert "search" not in page.url and "filters" not in page.url


# B1..B6: values and their weight; losing asks why
def test_opportunities(as_user):
	board = as_user(MANAGER)
	new_deal(board.desk, "Tablero Caro", opportunity_amount=12000, title="Tablero Caro")
	board.open("Opportunity")
	board.expect_in("Tablero Caro", "Cotización Solicitada")
	expect(board.head("Cotización Solicitada").locator(".board-values")).to_contain_text("12")
	look(board.page, "board_opportunities")
	board.card("Tablero Caro").focus()
	board.page.keyboard.press("x")
	board.dialog().locator("[data-fieldname=stage] select").select_option(label="Cerrado Perdido")
	board.dialog().get_by_role("button", name="Mover").click()
	expect(board.dialog()).to_contain_text("Cerrado Perdido")


# on a telephone: one column at a time, the menu of a card moves it
def test_on_a_telephone(seller, as_user):
	board = as_user(SELLER, width=390, has_touch=True).open()
	page = board.page
	look(page, "board_390")
	assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
	board.card("Tablero Dos").get_by_role("button", name="Acciones").tap()
	look(page, "board_390_menu")
	page.get_by_role("menuitem", name="Mover a etapa").tap()
	board.dialog().locator("[data-fieldname=stage] select").select_option(label="Intento de Contacto")
	board.dialog().get_by_role("button", name="Mover").tap()
	board.expect_in("Tablero Dos", "Intento de Contacto")


# who may not see prospects is told so, and what to do
def test_without_rights(as_user):
	board = as_user(ACCOUNTANT).open(filtered=False)
	expect(board.page.get_by_role("alert").filter(has_text="administrador")).to_be_visible()
	look(board.page, "board_forbidden")


def test_from_the_list_to_the_board(seller):
	page = seller.page
	page.goto("/app/lead/view/list")
	page.wait_for_load_state("networkidle")
	page.get_by_role("button", name="Tablero", exact=True).click()
	page.wait_for_url("**/app/pipeline-board/lead*")
	expect(page.locator(".board-heads")).to_be_visible()


# no serious violation, as a board, in lanes and with an open menu
def test_nobody_is_shut_out(seller):
	accessible = pytest.importorskip("tests.desk.accessible")
	page = seller.open().page
	accessible.assert_accessible(page, "#page-pipeline-board .layout-main-section")
	page.get_by_label("Carriles").select_option(label="Carriles por segmento")
	expect(page.locator(".board-lane-title").first).to_be_visible()
	seller.card("Tablero Uno").focus()
	page.keyboard.press("Space")
	expect(page.get_by_role("menu")).to_be_visible()
	accessible.assert_accessible(page, ".board-app")
