"""Losing and winning deals on both forms and in the list, in Spanish."""

import os
import re

import pytest
from playwright.sync_api import Locator, expect

from tests.desk.test_bulk_move import LeadList, moved  # noqa: F401

LOST, TO_COMPETITOR, WON = "Cerrado Perdido", "Cerrado Perdido Competencia", "Cerrado Ganado"
LOSE = "Establecer como perdido"


class OpportunityList(LeadList):
	def __init__(self, desk, **filters):
		self.page = desk.page
		query = "&".join(f"{field}={value}" for field, value in filters.items())
		self.page.goto(f"/app/opportunity/view/list?{query}")
		expect(self.rows.first).to_be_visible()


class Deal:
	"""An opportunity with a submitted quotation, and a competitor."""

	def __init__(self, desk, quoted: bool = True, **values):
		self.desk = desk
		lead = desk.insert("Lead", first_name="Eva", last_name="Soto")
		self.opportunity = desk.insert(
			"Opportunity", opportunity_from="Lead", party_name=lead, opportunity_amount=500, **values
		)
		self.quotation = self.quote(lead) if quoted else None

	def quote(self, lead: str) -> str:
		desk = self.desk
		group = desk.call(
			"frappe.client.get_list", doctype="Item Group", filters={"is_group": 0}, limit_page_length=1
		)
		uom = desk.call("frappe.client.get_list", doctype="UOM", limit_page_length=1)
		company = desk.call("frappe.client.get_list", doctype="Company", limit_page_length=1)
		item = desk.insert(
			"Item",
			item_code="Servicio del Escritorio",
			item_group=group[0]["name"],
			is_stock_item=0,
			stock_uom=uom[0]["name"],
		)
		name = desk.insert(
			"Quotation",
			quotation_to="Lead",
			party_name=lead,
			opportunity=self.opportunity,
			company=company[0]["name"],
			items=[{"item_code": item, "qty": 1, "rate": 1000}],
		)
		desk.call("frappe.client.submit", doc=desk.call("frappe.client.get", doctype="Quotation", name=name))
		return name

	def tidy(self) -> None:
		if self.quotation:
			self.desk.call("frappe.client.cancel", doctype="Quotation", name=self.quotation)


@pytest.fixture
def deal(desk):
	desk.insert("Competitor", competitor_name="Rival del Escritorio")
	deal = Deal(desk)
	yield deal
	deal.tidy()


def dialog_of(desk, title: str) -> Locator:
	return desk.page.get_by_role("dialog").filter(has_text=title)


def choose(dialog: Locator, fieldname: str, value: str) -> None:
	"""Choose a value of a table; one that is typed whole may be taken as soon as the field loses the focus."""
	field = dialog.locator(f"[data-fieldname={fieldname}]")
	chosen = field.locator(".tb-selected-value").filter(has_text=value)
	option = dialog.get_by_role("option").filter(has_text=value)
	field.locator("input").fill(value)
	expect(chosen.or_(option).first).to_be_visible()
	if not chosen.count():
		option.first.click()
	expect(chosen).to_have_count(1)


def press(dialog: Locator, label: str) -> None:
	dialog.get_by_role("button", name=re.compile(f"^{label}$", re.IGNORECASE)).click()


# B6, B7: from the opportunity's form, with its active quotation after asking
def test_an_opportunity_is_lost_from_its_form(desk, deal):
	form = desk.open_form("Opportunity", deal.opportunity)
	expect(desk.page.get_by_role("button", name="Cerrar", exact=True)).to_have_count(0)
	desk.page.get_by_role("button", name=LOSE).click()
	dialog = dialog_of(desk, LOSE)
	expect(dialog).to_contain_text(deal.quotation)
	look(desk, "lost_from_opportunity")
	choose(dialog, "lost_reasons", "Precio")
	choose(dialog, "competitors", "Rival del Escritorio")
	press(dialog, LOSE)
	expect(
		desk.page.locator(".desk-alert").filter(has_text="Marca «Cerrar las Cotizaciones Activas»")
	).to_be_visible()
	dialog.locator("input[data-fieldname=close_quotations]").check()
	press(dialog, LOSE)
	form.expect_stage(TO_COMPETITOR)
	assert desk.value("Quotation", deal.quotation, "status") == "Lost"
	look(desk, "lost_opportunity")


# B7: from the path, the stage asks; the notes are optional
def test_the_stage_of_the_competition_asks_for_the_competitor(desk, deal):
	form = desk.open_form("Opportunity", deal.opportunity)
	form.stage(TO_COMPETITOR).click()
	dialog = dialog_of(desk, f"Lo que pide {TO_COMPETITOR}")
	choose(dialog, "lost_reasons", "Precio")
	choose(dialog, "competitors", "Rival del Escritorio")
	dialog.locator("textarea[data-fieldname=weak_points]").fill("Sin servicio local")
	dialog.locator("input[data-fieldname=close_quotations]").check()
	look(desk, "lost_from_path")
	press(dialog, "mover")
	form.expect_stage(TO_COMPETITOR)
	assert desk.value("Quotation", deal.quotation, "weak_points") == "Sin servicio local"


# B6: from the quotation's form, with the same dialog
def test_a_quotation_is_lost_from_its_form(desk, deal):
	desk.open_form("Quotation", deal.quotation)
	desk.page.get_by_role("button", name=LOSE).click()
	dialog = dialog_of(desk, LOSE)
	choose(dialog, "lost_reasons", "Precio")
	dialog.locator("textarea[data-fieldname=order_lost_reason]").fill("Llegamos tarde")
	look(desk, "lost_from_quotation")
	press(dialog, LOSE)
	expect(desk.page.locator(".indicator-pill:visible", has_text="Perdido").first).to_be_visible()
	assert desk.value("Opportunity", deal.opportunity, "opportunity_stage") == LOST
	assert desk.value("Opportunity", deal.opportunity, "order_lost_reason") == "Llegamos tarde"


# B6: the status of ERPNext asks with the same dialog
def test_the_status_lost_asks_too(desk):
	deal = Deal(desk, quoted=False)
	form = desk.open_form("Opportunity", deal.opportunity)
	form.expect_stage("Cotización Solicitada")
	desk.page.evaluate("cur_frm.set_value('status', 'Lost')")
	dialog = dialog_of(desk, LOSE)
	choose(dialog, "lost_reasons", "Precio")
	press(dialog, LOSE)
	form.expect_stage(LOST)


# B5
def test_won_without_an_order_asks_for_amount_and_reason(desk):
	deal = Deal(desk, quoted=False)
	form = desk.open_form("Opportunity", deal.opportunity)
	form.stage(WON).click()
	dialog = dialog_of(desk, f"Lo que pide {WON}")
	expect(dialog.locator("input[data-fieldname=opportunity_amount]")).to_have_value(re.compile("^500"))
	dialog.locator("textarea[data-fieldname=won_reason]").fill("Contrato marco firmado")
	look(desk, "won_without_order")
	press(dialog, "mover")
	form.expect_stage(WON)
	assert desk.value("Opportunity", deal.opportunity, "won_reason") == "Contrato marco firmado"
	look(desk, "won_opportunity")


# B6: many at once
def test_many_are_lost_from_the_list(desk, moved, deal):  # noqa: F811
	page = OpportunityList(desk, name=deal.opportunity)
	page.choose(deal.opportunity)
	page.act("Mover a etapa")
	page.fill_dialog("Mover 1 registro a una etapa", LOST)
	dialog = page.dialog(f"Mover a {LOST}")
	choose(dialog, "lost_reasons", "Precio")
	dialog.locator("input[data-fieldname=close_quotations]").check()
	look(desk, "lost_in_bulk")
	press(dialog, "Completar y seguir")
	page.expect_alert(f"{LOST}: 1 movido")
	assert desk.value("Quotation", deal.quotation, "status") == "Lost"


def look(desk, name):
	"""Keep a picture where somebody wants to look at it."""
	if folder := os.environ.get("CRM_ETAPAS_PICTURES"):
		for width in (1440, 390):
			desk.page.set_viewport_size({"width": width, "height": 900})
			desk.page.wait_for_timeout(500)
			desk.page.screenshot(path=f"{folder}/{name}_{width}.png")
		desk.page.set_viewport_size({"width": 1440, "height": 900})
