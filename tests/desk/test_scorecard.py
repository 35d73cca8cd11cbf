"""A score learned from the past, on the forms, in Spanish: how good it is, and why a prospect has it."""

import pytest
from playwright.sync_api import expect

from tests.desk.on_the_site import on_the_site

COMPANY = "Pasado de Prueba"
WRITE_PAST = """
import frappe, random
past = {("Referido", "Convertido a Oportunidad"): 25, ("Referido", "No Interesado"): 8}
past |= {("Campaña", "Convertido a Oportunidad"): 7, ("Campaña", "No Interesado"): 24, ("Campaña", "Spam"): 2}
rows = [key for key, count in past.items() for _ in range(count)]
random.Random(1).shuffle(rows)
for number, (channel, stage) in enumerate(rows):
	lead = {"doctype": "Lead", "name": f"PASADO-{number}", "first_name": "Eva", "company_name": company}
	lead |= {"sales_channel": channel, "business_segment": "Comercio", "prospect_stage": stage}
	lead |= {"prospect_stage_entered_on": f"2025-01-01 00:{number // 60:02}:{number % 60:02}"}
	frappe.get_doc(lead).db_insert()
"""
TRAIN = """
from crm_etapas.qualification.scorecard import job
job.execute(scorecard)
"""
CLEAR = """
import frappe
from crm_etapas.qualification.scorecard import job
job.score_all()
frappe.db.delete("Lead", {"company_name": company})
"""


@pytest.fixture
def scorecard(desk, bench) -> str:
	"""A scorecard, trained on closed prospects."""
	on_the_site(bench, WRITE_PAST, company=COMPANY)
	name = desk.insert(
		"Scorecard",
		minimum_cases=60,
		won_is="An Opportunity",
		features=[{"fieldname": "sales_channel"}, {"fieldname": "business_segment"}],
	)
	on_the_site(bench, TRAIN, scorecard=name)
	yield name
	desk.call("crm_etapas.api.scorecard.deactivate", name=name)
	on_the_site(bench, CLEAR, company=COMPANY)


# E7: sample, points and calibration on the form; activated there, and the lead's form says why
def test_a_scorecard_is_read_activated_and_explains_a_prospect(desk, scorecard):
	page = desk.page
	page.goto(f"/app/scorecard/{scorecard}")
	points = page.locator("[data-fieldname=points_view]")
	expect(points).to_contain_text("20 puntos duplican")
	expect(points.locator("tr").filter(has_text="Referido")).to_contain_text("+")
	expect(points.locator("tr").filter(has_text="Campaña")).to_contain_text("−")
	expect(page.locator("[data-fieldname=calibration_view] svg.frappe-chart")).to_be_visible()
	page.get_by_role("button", name="Activar").click()
	page.get_by_role("dialog").locator(".standard-actions .btn-primary").click()
	expect(page.get_by_role("button", name="Desactivar")).to_be_visible()

	lead = desk.insert("Lead", first_name="Ana", last_name="Torres", sales_channel="Referido")
	desk.open_form("Lead", lead)
	panel = page.locator("[data-fieldname=learned_score_view]")
	expect(panel).to_contain_text("Punto de partida de todos")
	expect(panel.locator("tr").filter(has_text="Referido")).to_contain_text("75.8 % de 33 ganados")
	expect(panel).to_contain_text("Aprendida de 64 prospectos cerrados, 32 ganados y 32 perdidos")
