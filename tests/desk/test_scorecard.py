"""A score learned from the past, on the forms, in Spanish: how good it is, and why a prospect has it."""

import base64
import json
import subprocess
import sys

import pytest
from playwright.sync_api import expect

COMPANY = "Pasado de Prueba"
PAST = {
	("Referido", "Convertido a Oportunidad"): 25,
	("Referido", "Spam"): 2,
	("Referido", "No Interesado"): 8,
}
PAST |= {("Campaña", "Convertido a Oportunidad"): 7, ("Campaña", "No Interesado"): 24}


def in_the_background(bench, method: str, **arguments) -> None:
	"""Do what a worker would do."""
	line = [sys.executable, "-m", "frappe.utils.bench_helper", "frappe", "--site", bench.site, "execute"]
	line += [method, "--kwargs", json.dumps(arguments)]
	subprocess.run(line, cwd=bench.sites_path, check=True, capture_output=True)


@pytest.fixture
def scorecard(desk, bench) -> str:
	"""A scorecard, trained on closed prospects that a file has brought in."""
	rows = ["Nombre,Empresa,Canal,Etapa,Motivo de Descalificación"]
	for (channel, stage), count in PAST.items():
		reason = "Sin Necesidad" if stage == "No Interesado" else ""
		rows += [f"Eva {channel} {stage} {n},{COMPANY},{channel},{stage},{reason}" for n in range(count)]
	content = base64.b64encode("\n".join(rows).encode()).decode()
	file = desk.insert("File", file_name="pasado.csv", content=content, decode=True, is_private=1)
	desk.call("crm_etapas.api.prospect_import.run", file=file, duplicates="Import with a Note", wait=True)
	name = desk.insert(
		"Scorecard",
		minimum_cases=60,
		won_is="An Opportunity",
		features=[{"fieldname": "sales_channel"}, {"fieldname": "business_segment"}],
	)
	in_the_background(bench, "crm_etapas.qualification.scorecard.job.execute", scorecard=name)
	yield name
	desk.call("crm_etapas.api.scorecard.deactivate", name=name)
	in_the_background(bench, "crm_etapas.qualification.scorecard.job.score_all")
	leads = desk.call(
		"frappe.client.get_list", doctype="Lead", filters={"company_name": COMPANY}, limit_page_length=0
	)
	for lead in leads:
		desk.delete("Lead", lead["name"])


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
	expect(panel.locator("tr").filter(has_text="Referido")).to_contain_text("75,8 % de 33 ganados")
	expect(panel).to_contain_text("Aprendida de 64 prospectos cerrados, 32 ganados y 32 perdidos")
