"""What nobody looks after, in Spanish: said above the form and in the list, let wait with a reason, found at once."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from tests.desk.test_assignment import look
from tests.desk.test_bulk_move import LeadList

CITY = "Villa Olvido"


def in_days(days: int) -> str:
	return str(date.today() + timedelta(days=days))


def neglect(desk, doctype: str, name: str) -> None:
	"""Let nothing have happened to a record for long: the end of a snooze marks it at once."""
	stay = desk.call("crm_etapas.api.stages.history", doctype=doctype, name=name)[0]["name"]
	desk.call("crm_etapas.api.stages.correct", stay=stay, entered_on=in_days(-40), reason="Prueba")
	record = {"doctype": doctype, "name": name}
	desk.call("crm_etapas.api.follow_up.snooze", **record, until=in_days(5), reason="Prueba")
	desk.call("crm_etapas.api.follow_up.unsnooze", **record)


@pytest.fixture
def lead(desk) -> str:
	name = desk.insert("Lead", first_name="Olga", last_name="Olvido", city=CITY)
	neglect(desk, "Lead", name)
	return name


# D19
def test_a_neglected_prospect_says_so_and_waits_with_a_reason(desk, lead):
	page = desk.page
	desk.open_form("Lead", lead)
	said = page.get_by_role("region", name="Atención")
	said.get_by_role("button", name="Posponer").wait_for()
	expect(said).to_contain_text("Descuidado desde")
	expect(page.locator(".stage-path .is-rotten")).to_be_visible()
	look(desk, "attention_form")

	said.get_by_role("button", name="Posponer").click()
	dialog = page.get_by_role("dialog").filter(has_text="Posponer")
	dialog.locator("input[data-fieldname=reason]").fill("Vuelve de viaje")
	dialog.get_by_role("button", name="Posponer").click()
	expect(said).to_contain_text("Pospuesto hasta el")
	expect(said).to_contain_text("Vuelve de viaje")
	expect(said).not_to_contain_text("Descuidado")
	expect(page.locator(".new-timeline")).to_contain_text("Vuelve de viaje")
	look(desk, "attention_snoozed")

	said.get_by_role("button", name="Dejar de posponer").click()
	expect(said).to_contain_text("Descuidado desde")


# D19: what cannot be is said, and the dialog keeps what was typed
def test_a_day_that_is_past_is_refused(desk, lead):
	page = desk.page
	desk.open_form("Lead", lead)
	page.get_by_role("region", name="Atención").get_by_role("button", name="Posponer").click()
	dialog = page.get_by_role("dialog").filter(has_text="Motivo")
	day = dialog.locator("input[data-fieldname=until]")
	day.fill("01-01-2020")
	day.press("Tab")
	dialog.locator("input[data-fieldname=reason]").fill("Feria")
	dialog.get_by_role("button", name="Posponer").click()
	expect(page.get_by_role("dialog").filter(has_text="Elija un día posterior")).to_be_visible()
	expect(dialog.locator("input[data-fieldname=reason]")).to_have_value("Feria")


# D19: in the list, many at once
def test_the_list_shows_the_neglected_and_lets_them_wait(desk, lead):
	fresh = desk.insert("Lead", first_name="Nueva", last_name="Olvido", city=CITY)
	page = LeadList(desk, city=CITY)
	row = page.page.locator(".list-row-container:visible").filter(has_text="Olga")
	pill = row.locator(".attention-pill:visible")
	expect(pill).to_contain_text("Descuidado")
	look(desk, "attention_list")
	page.menu("Mostrar descuidados")
	expect(row).to_be_visible()
	expect(page.page.locator(".list-row-container:visible").filter(has_text="Nueva")).to_have_count(0)

	page = LeadList(desk, city=CITY)
	page.choose(lead, fresh)
	page.act("Posponer")
	dialog = page.dialog("Posponer 2 registros")
	dialog.locator("input[data-fieldname=reason]").fill("Feria")
	dialog.get_by_role("button", name="Posponer").click()
	page.expect_alert("2 registros pospuestos")
	pill.filter(has_text="Pospuesto").wait_for()
	assert desk.value("Lead", fresh, "snooze_reason") == "Feria"


# D7: and on the workspace
def test_an_expired_opportunity_is_found(desk):
	lead = desk.insert("Lead", first_name="Olga", last_name="Vencida")
	name = desk.insert(
		"Opportunity",
		opportunity_from="Lead",
		party_name=lead,
		transaction_date=in_days(-30),
		validity_days=10,
	)
	page = desk.page
	desk.open_form("Opportunity", name)
	said = page.get_by_role("region", name="Atención")
	said.wait_for()
	expect(said).to_contain_text("Su vigencia terminó el")

	page.goto("/app/crm-etapas")
	card = page.locator(".number-widget-box").filter(has_text="Oportunidades Vencidas")
	card.locator(".number").wait_for()
	expect(card.locator(".number")).to_contain_text("1")
	look(desk, "attention_workspace")
	card.locator(".widget-body").click()
	row = page.locator(".list-row-container:visible").filter(has_text="Olga Vencida")
	expect(row.locator(".attention-pill:visible")).to_contain_text("Vencido")
	look(desk, "attention_opportunities")
