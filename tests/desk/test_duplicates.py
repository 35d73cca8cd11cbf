"""Whom a prospect that is being entered may repeat, and making one of two, as a salesperson meets it."""

import uuid
from urllib.parse import quote

from playwright.sync_api import Locator, expect

from tests.desk.accessible import assert_accessible


def word() -> str:
	return uuid.uuid4().hex[:8]


def banner(desk) -> Locator:
	return desk.page.get_by_role("status", name="Posibles duplicados")


def fill(desk, fieldname: str, value: str) -> None:
	field = desk.page.locator(f".form-layout [data-fieldname={fieldname}] input:visible").first
	field.fill(value)
	field.blur()


def new_lead(desk, **values: str) -> None:
	desk.page.goto("/app/lead/new")
	for fieldname, value in values.items():
		fill(desk, fieldname, value)


# D5, D7
def test_a_new_lead_shows_whom_it_may_repeat_before_it_is_saved(desk):
	company = f"Panadería {word()}"
	there = desk.insert("Lead", first_name="Ana", last_name="Torres", company_name=f"{company}, C.A.")
	customer = desk.insert("Customer", customer_name=company, customer_type="Company")
	new_lead(desk, first_name="Luis", company_name=company.upper())
	items = banner(desk).get_by_role("listitem")
	expect(items).to_have_count(2)
	lead_item = items.filter(has_text="Prospecto")
	expect(lead_item).to_contain_text("Nuevo")
	expect(lead_item).to_contain_text("mismo nombre de empresa")
	expect(lead_item.get_by_role("link")).to_have_attribute("href", f"/app/lead/{there}")
	expect(items.filter(has_text="Cliente").get_by_role("link")).to_have_attribute(
		"href", f"/app/customer/{quote(customer)}"
	)
	expect(items.filter(has_text="Cliente").get_by_role("button")).to_have_count(0)
	fill(desk, "company_name", f"Otra {word()}")
	expect(items).to_have_count(0)


# D5
def test_what_the_banner_shows_is_not_said_again_by_saving(desk):
	company = f"Panadería {word()}"
	desk.insert("Lead", first_name="Ana", last_name="Torres", company_name=company)
	new_lead(desk, first_name="Luis", company_name=company)
	expect(banner(desk).get_by_role("listitem")).to_have_count(1)
	name = save(desk)
	assert desk.value("Lead", name, "company_name") == company
	expect(banner(desk).get_by_role("listitem")).to_have_count(1)
	expect(desk.page.get_by_role("dialog").filter(has_text="Posibles duplicados")).to_have_count(0)


# D5
def test_a_lead_that_is_only_opened_says_nothing(desk):
	company = f"Panadería {word()}"
	desk.insert("Lead", first_name="Ana", last_name="Torres", company_name=company)
	other = desk.insert("Lead", first_name="Luis", last_name="Rivas", company_name=company)
	form = desk.open_form("Lead", other)
	form.expect_stage("Nuevo")
	expect(banner(desk)).to_be_empty()


# D7
def test_a_new_lead_is_merged_into_the_one_that_was_there(desk):
	company = f"Panadería {word()}"
	there = desk.insert(
		"Lead", first_name="Ana", last_name="Torres", company_name=company, job_title="Gerencia"
	)
	new_lead(desk, first_name="Ana", last_name="Torres Gil", company_name=company, job_title="Compras")
	banner(desk).get_by_role("button", name=f"Fusionar con {company}").click()
	dialog = desk.page.get_by_role("dialog").filter(has_text="Fusionar")
	expect(dialog.get_by_role("row")).to_have_count(3)
	kept = dialog.get_by_role("radio", name="Título del trabajo: Gerencia")
	expect(kept).to_be_checked()
	assert_accessible(desk.page, ".modal.show")
	kept.focus()
	desk.page.keyboard.press("ArrowRight")
	expect(dialog.get_by_role("radio", name="Título del trabajo: Compras")).to_be_checked()
	dialog.get_by_role("button", name="Fusionar", exact=True).click()
	desk.page.wait_for_url(f"**/app/lead/{there}")
	assert desk.value("Lead", there, "job_title") == "Compras"
	assert desk.value("Lead", there, "last_name") == "Torres"
	expect(desk.page.locator(".new-timeline")).to_contain_text("Torres Gil")
	assert leads_of(desk, company) == [there]


# D7
def test_the_menu_merges_another_lead_into_this_one_or_the_other_way_round(desk):
	company = f"Panadería {word()}"
	first = desk.insert("Lead", first_name="Ana", last_name="Torres", company_name=company, fax="111")
	second = desk.insert("Lead", first_name="Ana", last_name="Torres", company_name=company, fax="222")
	form = desk.open_form("Lead", first)
	form.expect_stage("Nuevo")
	desk.page.locator(".page-head:visible .menu-btn-group > button").click()
	desk.page.locator(".page-head:visible .menu-btn-group a").filter(has_text="Fusionar con…").click()
	ask = desk.page.get_by_role("dialog").filter(has_text="Es el mismo que")
	ask.get_by_role("combobox").fill(second)
	ask.get_by_role("option", name=second).first.click()
	ask.get_by_role("button", name="Comparar").click()
	dialog = desk.page.get_by_role("dialog").filter(has_text=f"Fusionar {second} en {first}")
	dialog.get_by_role("button", name=f"Conservar {second} en su lugar").click()
	dialog = desk.page.get_by_role("dialog").filter(has_text=f"Fusionar {first} en {second}")
	expect(dialog.get_by_role("radio", name="Fax: 222")).to_be_checked()
	dialog.get_by_role("button", name="Fusionar", exact=True).click()
	desk.page.wait_for_url(f"**/app/lead/{second}")
	assert leads_of(desk, company) == [second]
	desk.made.remove(("Lead", first))


def save(desk) -> str:
	"""Save the form that is open and return the name of its record."""
	desk.page.keyboard.press("Control+s")
	desk.page.wait_for_url("**/app/lead/CRM-LEAD-*")
	name = desk.page.evaluate("cur_frm.docname")
	desk.made.append(("Lead", name))
	return name


def leads_of(desk, company: str) -> list[str]:
	filters = {"company_name": company}
	return [row["name"] for row in desk.call("frappe.client.get_list", doctype="Lead", filters=filters)]
