"""The workspace and the settings, as a salesperson, a manager and an admin find them."""

import os
import re
from functools import partial

import pytest
from playwright.sync_api import expect

from tests.desk.on_the_site import on_the_site

PASSWORD = os.environ.get("CRM_ETAPAS_ADMIN_PASSWORD", "admin") + "-Espacio-2026"
PEOPLE = {
	"vera.espacio@example.com": ("Vera", ["Sales User"]),
	"mario.espacio@example.com": ("Mario", ["Sales User", "Sales Manager"]),
	"sara.espacio@example.com": ("Sara", ["Stock User"]),
	"emma.espacio@example.com": ("Emma", ["Sales User", "Sales Manager", "System Manager"]),
}
SELLER, MANAGER, STRANGER, ENGLISH = PEOPLE


@pytest.fixture
def as_user(desk, open_desk):
	"""A desk for each user who is asked for, in a browser of their own."""
	for user, (name, roles) in PEOPLE.items():
		if not desk.call("frappe.client.get_list", doctype="User", filters={"name": user}):
			values = {
				"doctype": "User",
				"email": user,
				"first_name": name,
				"language": "en" if user == ENGLISH else "es",
				"send_welcome_email": 0,
				"new_password": PASSWORD,
				"roles": [{"role": role} for role in roles],
			}
			desk.call("frappe.client.insert", doc=values)
	return partial(open_desk, password=PASSWORD)


FIRST_STEPS = """
import frappe
frappe.db.set_single_value("System Settings", "enable_onboarding", shown)
for step in frappe.get_all("Onboarding Step Map", {"parent": "CRM Etapas"}, pluck="step"):
	frappe.db.set_value("Onboarding Step", step, {"is_complete": 0, "is_skipped": 0})
frappe.db.set_value("Module Onboarding", "CRM Etapas", "is_complete", 0)
frappe.clear_cache()
"""


@pytest.fixture
def first_steps(bench):
	on_the_site(bench, FIRST_STEPS, shown=1)
	yield
	on_the_site(bench, FIRST_STEPS, shown=0)


def open_workspace(page) -> None:
	page.goto("/app/crm-etapas")
	expect(page.locator(".number-widget-box .number").last).to_be_visible()
	page.wait_for_load_state("networkidle")


def card(page, label: str):
	return page.locator(".number-widget-box").filter(has_text=label)


# D19: what a salesperson looks at first, and nothing that is for admins
def test_a_salesperson_finds_the_day_the_lists_and_the_figures(desk, as_user):
	desk.insert("Lead", first_name="Eva", last_name="Espacio")
	page = as_user(SELLER).page
	open_workspace(page)
	look(page, "workspace-seller")
	for shortcut in ("Mi Día", "Iniciativa", "Oportunidad"):
		expect(page.get_by_role("link", name=shortcut, exact=True).first).to_be_visible()
	expect(page.get_by_role("link", name="Configuración Guiada", exact=True)).to_have_count(0)
	expect(page.get_by_text("Configurar CRM Etapas")).to_have_count(0)
	expect(card(page, "Prospectos de la Semana").locator(".number")).to_have_text(re.compile(r"[1-9]"))
	expect(page.locator(".dashboard-widget-box svg .bar").first).to_be_visible()
	card(page, "Contactos para Hoy").locator(".widget-content").click()
	expect(page).to_have_url(re.compile("/app/my-day"))


# a card opens the list of what it has counted
def test_a_manager_opens_what_a_card_counts(desk, as_user):
	desk.insert("Lead", first_name="Eva", last_name="Espacio")
	page = as_user(MANAGER).page
	open_workspace(page)
	card(page, "Prospectos de la Semana").locator(".widget-content").click()
	expect(page).to_have_url(re.compile(r"/app/lead"))
	expect(page.locator(".list-row-container:visible").first).to_be_visible()


# offered, never forced: where the site shows first steps at all
def test_an_admin_finds_the_first_steps(as_user, first_steps):
	page = as_user(ENGLISH).page
	open_workspace(page)
	look(page, "workspace-admin-en")
	expect(page.get_by_role("link", name="Guided Set-up", exact=True).first).to_be_visible()
	page.get_by_role("button", name="Open the Set-up").click()
	expect(page).to_have_url(re.compile("/app/crm-etapas-setup"))


def test_whoever_does_not_sell_finds_no_workspace(as_user):
	page = as_user(STRANGER).page
	page.goto("/app")
	page.wait_for_load_state("networkidle")
	expect(page.locator(".desk-sidebar-item, .standard-sidebar-item").first).to_be_visible()
	expect(page.locator(".sidebar-item-label", has_text="CRM Etapas")).to_have_count(0)


# every setting says what it does, and leads to the lists that it depends on
def test_the_settings_explain_themselves(desk):
	page = desk.page
	page.goto("/app/crm-etapas-settings")
	page.get_by_role("tab", name="Prospectos").wait_for()
	page.wait_for_load_state("networkidle")
	for tab in page.locator(".form-tabs .nav-link:visible").all():
		tab.click()
		look(page, f"settings-{tab.inner_text().strip()}")
	page.get_by_role("tab", name="Seguimiento").click()
	link = page.locator(".settings-lists:visible a", has_text="Protocolo de Intentos")
	expect(link).to_have_attribute("href", "/app/attempt-protocol")
	lacking = page.evaluate(
		"""cur_frm.meta.fields.filter((df) => !frappe.model.no_value_type.includes(df.fieldtype) && !df.hidden
			&& !df.description).map((df) => df.fieldname)"""
	)
	assert lacking == []


def look(page, name):
	"""Keep what it looks like, to be looked at: CRM_ETAPAS_PICTURES names a folder."""
	if folder := os.environ.get("CRM_ETAPAS_PICTURES"):
		for width in (1440, 1024, 390):
			page.set_viewport_size({"width": width, "height": 900})
			page.wait_for_load_state("networkidle")
			page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
		page.set_viewport_size({"width": 1440, "height": 900})
