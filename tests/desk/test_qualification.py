"""How far a prospect is qualified, on its form: questions answered while calling, accepted by sales."""

from playwright.sync_api import expect


# E1, E4, E7
def test_a_prospect_is_called_answered_for_and_accepted(desk):
	lead = desk.insert(
		"Lead",
		first_name="Ana",
		last_name="Embudo",
		company_name="Embudo de Prueba",
		job_title="Gerente",
		email_id="ana.embudo@example.com",
		request_type="Product Enquiry",
	)
	form = desk.open_form("Lead", lead)
	form.expect_stage("Nuevo")
	panel = desk.page.get_by_role("region", name="Calificación", exact=True)
	expect(panel.locator("[aria-current=step]")).to_have_text("MQL")
	panel.get_by_label("¿Qué necesidad quiere resolver?").fill("Cambiar de proveedor")
	panel.get_by_label("¿En qué plazo quiere resolverla?").select_option("De 1 a 3 meses")
	panel.get_by_label("¿Qué es lo más importante para elegir?").fill("La garantía")
	panel.get_by_role("button", name="Guardar Respuestas").click()
	expect(panel.locator("[aria-current=step]")).to_have_text("SAL")
	expect(panel).to_contain_text("Ventas tiene hasta el")
	panel.get_by_role("button", name="Aceptar").click()
	expect(panel.get_by_role("button", name="Aceptar")).to_have_count(0)
	expect(panel).to_contain_text("Hay valor estimado")
	panel.get_by_text("Criterios").click()
	met = panel.locator(".qualification-criteria li.is-met")
	expect(met.filter(has_text="Se conoce la empresa")).to_contain_text("Embudo de Prueba")
	assert desk.value("Lead", lead, "qualification_acceptance") == "Accepted"


# E4
def test_rejecting_asks_why(desk):
	answers = [
		{"question": "¿Qué necesidad quiere resolver?", "answer": "Cambiar"},
		{"question": "¿En qué plazo quiere resolverla?", "answer": "De 1 a 3 meses"},
		{"question": "¿Qué es lo más importante para elegir?", "answer": "El precio"},
	]
	lead = desk.insert(
		"Lead",
		first_name="Luis",
		last_name="Embudo",
		company_name="Otro Embudo",
		job_title="Gerente",
		email_id="luis.embudo@example.com",
		request_type="Product Enquiry",
		qualification_answers=answers,
	)
	desk.open_form("Lead", lead)
	panel = desk.page.get_by_role("region", name="Calificación", exact=True)
	expect(panel.locator("[aria-current=step]")).to_have_text("SAL")
	panel.get_by_role("button", name="Rechazar").click()
	dialog = desk.page.get_by_role("dialog")
	dialog.locator("textarea").fill("Ya compró a otro")
	dialog.get_by_role("button", name="Rechazar").click()
	expect(panel.locator("[aria-current=step]")).to_have_text("MQL")
	expect(panel).to_contain_text("Ventas lo rechazó")


# E2
def test_a_criterion_is_previewed_before_it_is_saved(desk):
	desk.page.goto("/app/qualification-criterion/new")
	desk.page.locator("input[data-fieldname=title]").fill("Con sitio web, de prueba")
	level = desk.page.locator("input[data-fieldname=level]")
	level.fill("SQL")
	level.press("Tab")
	field = desk.page.locator("input[data-fieldname=fieldname]")
	field.click()
	field.fill("website")
	desk.page.locator(".awesomplete li:visible").filter(has_text="website").first.click()
	desk.page.get_by_role("button", name="Vista Previa").click()
	expect(desk.page.get_by_role("dialog")).to_contain_text("prospectos abiertos")
