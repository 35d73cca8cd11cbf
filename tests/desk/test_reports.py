"""The reports on the desk: drawn, explained, and open to the records behind a figure."""

import os
from functools import partial

import pytest
from playwright.sync_api import expect

from tests.desk.accessible import assert_accessible
from tests.desk.on_the_site import on_the_site

PASSWORD = os.environ.get("CRM_ETAPAS_ADMIN_PASSWORD", "admin") + "-Informes-2026"
USERS = {
	"vera.informes@example.com": ["Sales User"],
	"mateo.informes@example.com": ["Sales User", "Sales Manager"],
	"olga.informes@example.com": ["Employee"],
}
SELLER, MANAGER, OUTSIDER = USERS
SAMPLE = "Informe"

MAKE = """
import frappe
from frappe.utils import add_days, today
frappe.set_user("Administrator")
frappe.local.lang = "es"
for number, path in enumerate(paths):
	lead = frappe.get_doc({"doctype": "Lead", "company_name": f"{sample} {number}"}).insert()
	opportunity = frappe.get_doc({
		"doctype": "Opportunity", "opportunity_from": "Lead", "party_name": lead.name,
		"opportunity_amount": 1000 * (number + 1), "expected_closing": add_days(today(), 30 * (number % 3)),
	}).insert()
	for stage in path:
		opportunity.opportunity_stage = stage
		if stage == "Cerrado Perdido":
			opportunity.append("lost_reasons", {"lost_reason": "Precio"})
		if stage == "Cerrado Ganado":
			opportunity.won_reason = "Contrato marco firmado"
		opportunity.save()
"""
LATE = """
import frappe
from frappe.utils import add_days, now_datetime
lead = frappe.db.get_value("Lead", {"company_name": f"{sample} 0"})
opportunity = frappe.db.get_value("Opportunity", {"party_name": lead})
late = {"next_contact_date": add_days(now_datetime(), -1), "next_contact_by": user}
for doctype, name in (("Lead", lead), ("Opportunity", opportunity)):
	frappe.db.set_value(doctype, name, late)
"""
CLEAR = """
import frappe
frappe.set_user("Administrator")
frappe.local.lang = "es"
for lead in frappe.get_all("Lead", {"company_name": ["like", sample + " %"]}, pluck="name"):
	for name in frappe.get_all("Opportunity", {"party_name": lead}, pluck="name"):
		frappe.delete_doc("Opportunity", name, force=True)
	frappe.delete_doc("Lead", lead, force=True)
"""
PATHS = [
	[],
	["Análisis"],
	["Análisis", "En Propuesta"],
	["En Propuesta", "En Negociación"],
	["En Negociación", "Cerrado Ganado"],
	["Análisis", "Cerrado Perdido"],
	["En Propuesta", "Cerrado Ganado"],
]


@pytest.fixture
def deals(desk, bench):
	for user, roles in USERS.items():
		if not desk.call("frappe.client.get_list", doctype="User", filters={"name": user}):
			desk.call(
				"frappe.client.insert",
				doc={
					"doctype": "User",
					"email": user,
					"first_name": user.split(".")[0].title(),
					"language": "es",
					"send_welcome_email": 0,
					"new_password": PASSWORD,
					"roles": [{"role": role} for role in roles],
				},
			)
	on_the_site(bench, CLEAR, sample=SAMPLE)
	on_the_site(bench, MAKE, sample=SAMPLE, paths=PATHS)
	yield
	on_the_site(bench, CLEAR, sample=SAMPLE)


@pytest.fixture
def as_user(deals, open_desk):
	"""A desk for each user who is asked for, in a browser of their own."""
	return partial(open_desk, password=PASSWORD)


def look(page, name):
	"""Keep a picture where somebody wants to look at it."""
	if folder := os.environ.get("CRM_ETAPAS_PICTURES"):
		for width in (1440, 1024, 390):
			page.set_viewport_size({"width": width, "height": 900})
			page.wait_for_timeout(700)
			page.screenshot(path=f"{folder}/{name}_{width}.png", full_page=True)
		page.set_viewport_size({"width": 1440, "height": 900})


# F6: the funnel is drawn, explained, and opens its records
@pytest.mark.parametrize("user", [SELLER, MANAGER])
def test_the_funnel_is_drawn_and_opens_its_records(as_user, user):
	page = as_user(user).page
	page.goto("/app/query-report/Stage Funnel")
	drawing = page.get_by_role("img", name="Embudo")
	expect(drawing).to_be_visible()
	expect(drawing.locator("polygon")).to_have_count(5)
	meaning = page.locator(".figure-definitions")
	meaning.get_by_text("Qué Significan Estas Cifras").click()
	expect(meaning).to_contain_text("la etapa más avanzada en la que estuvo")
	meaning.get_by_text("Qué Significan Estas Cifras").click()
	look(page, f"funnel_{user.split('.')[0]}")
	figure = page.locator(".dt-row", has_text="Cerrado Ganado").locator("[data-figure=reached]")
	count = int(figure.inner_text())
	figure.click()
	page.wait_for_url("**/app/opportunity**")
	expect(page.locator(".list-row-checkbox:visible")).to_have_count(min(count, 20))


@pytest.mark.parametrize(
	"report",
	[
		"Time in Stage",
		"Pipeline Forecast",
		"Pipeline Changes",
		"Won and Lost",
		"Channel Performance",
		"Sales Trends",
	],
)
def test_a_report_shows_its_chart(as_user, report):
	page = as_user(MANAGER).page
	page.goto(f"/app/query-report/{report}")
	expect(page.locator(".dt-row-0")).to_be_visible()
	expect(page.locator(".figure-definitions")).to_be_visible()
	if report != "Time in Stage":
		expect(page.locator(".chart-wrapper svg.frappe-chart")).to_be_visible()
	look(page, report.lower().replace(" ", "_"))


# who may not read opportunities sees no figure of them
def test_without_rights_there_is_no_report(as_user):
	page = as_user(OUTSIDER).page
	page.goto("/app/query-report/Stage Funnel")
	expect(page.locator(".page-card, .msgprint, .modal-body").first).to_be_visible()
	expect(page.get_by_role("img", name="Embudo")).to_have_count(0)


# F6: the won ones of a line are a click away
def test_won_and_lost_opens_its_records(as_user):
	page = as_user(SELLER).page
	page.goto("/app/query-report/Won and Lost?by=Lost Reason")
	expect(page.locator(".dt-row", has_text="Precio").locator("[data-figure=lost]")).to_be_visible()
	page.goto("/app/query-report/Won and Lost?by=Salesperson")
	figure = page.locator(".dt-row", has_text="Total").locator("[data-figure=won]")
	count = int(figure.inner_text())
	figure.click()
	page.wait_for_url("**/app/opportunity**")
	expect(page.locator(".list-row-checkbox:visible")).to_have_count(min(count, 20))


# D18: what came in during a month is a click away, from the trends and from the channels
@pytest.mark.parametrize(
	("report", "figure", "line", "list_of"),
	[
		("Sales Trends", "new_opportunities", "Total", "opportunity"),
		("Channel Performance", "new_prospects", "Total", "lead"),
		("Channel Performance", "prospects_won", "Total", "lead"),
	],
)
def test_what_came_in_opens(as_user, report, figure, line, list_of):
	page = as_user(SELLER).page
	page.goto(f"/app/query-report/{report}")
	cell = page.locator(".dt-row", has_text=line).locator(f"[data-figure={figure}]")
	count = int(cell.inner_text())
	cell.click()
	page.wait_for_url(f"**/app/{list_of}**")
	expect(page.locator(".list-row-checkbox:visible")).to_have_count(min(count, 20))


# D13, F2: the contacts that a salesperson should have made, of prospects or of opportunities
def test_overdue_contacts_open(as_user, bench):
	on_the_site(bench, LATE, sample=SAMPLE, user=SELLER)
	page = as_user(MANAGER).page
	page.goto("/app/query-report/Salesperson Performance")
	seller = page.locator(".dt-row", has_text=SELLER.split(".")[0].title())
	expect(seller.locator("[data-figure=overdue]")).to_have_text("2")
	seller.locator("[data-figure=overdue]").click()
	which = page.get_by_role("dialog", name="Contactos Atrasados")
	look(page, "overdue")
	which.get_by_role("button", name="Oportunidades: 1").click()
	page.wait_for_url("**/app/opportunity**")
	expect(page.locator(".list-row-checkbox:visible")).to_have_count(1)


# D18, F2: reports that may have nothing to draw
@pytest.mark.parametrize("report", ["Salesperson Performance", "Customer Behaviour"])
def test_a_report_explains_itself(as_user, report):
	page = as_user(MANAGER).page
	page.goto(f"/app/query-report/{report}")
	expect(page.locator(".figure-definitions")).to_be_visible()
	look(page, report.lower().replace(" ", "_"))


# number cards and charts, in Spanish
@pytest.mark.parametrize("user", [SELLER, MANAGER])
def test_the_dashboard_shows_its_figures(as_user, user):
	page = as_user(user).page
	page.goto("/app/dashboard-view/CRM Etapas")
	card = page.locator(".number-widget-box", has_text="Ganadas Este Mes")
	expect(card.locator(".number")).to_have_text("2")
	expect(
		page.locator(".dashboard-widget-box", has_text="Ganadas y Perdidas por Mes").locator(
			"svg.frappe-chart"
		)
	).to_be_visible()
	page.wait_for_load_state("networkidle")
	look(page, f"dashboard_{user.split('.')[0]}")
	card.locator(".number").click()
	page.wait_for_url("**/query-report/**")


# the week's figures by mail: switched on by whoever wants them
def test_the_weekly_mail_is_switched_on(as_user, desk):
	page = as_user(MANAGER).page
	page.goto("/app/query-report/Sales Trends")
	expect(page.locator(".figure-definitions")).to_be_visible()
	page.get_by_role("button", name="Por Correo").click()
	dialog = page.locator(".modal.show")
	expect(dialog).to_contain_text("Día: Lunes")
	expect(dialog).to_have_css("opacity", "1")
	assert_accessible(page, ".modal.show")
	dialog.get_by_label("Enviarme las Cifras de la Semana").check()
	look(page, "weekly_mail")
	dialog.get_by_role("button", name="Guardar").click()
	expect(dialog).to_have_count(0)
	desk.page.goto("/app/user-profile")
	assert desk.value("User", MANAGER, "weekly_figures") == 1
	desk.call("frappe.client.set_value", doctype="User", name=MANAGER, fieldname="weekly_figures", value=0)
