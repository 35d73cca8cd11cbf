"""A stage's form, as an admin works with it."""

from playwright.sync_api import expect


# A
def test_an_admin_previews_the_rules_before_saving_them(desk):
	stage = desk.insert("Prospect Stage", stage_name="Visita Técnica")
	lead = desk.insert("Lead", first_name="Paula", last_name="Lozano", prospect_stage=stage)
	desk.page.goto(f"/app/prospect-stage/{stage}")
	requirements = desk.page.locator("[data-fieldname=requirements]")
	requirements.get_by_role("button", name="Añadir Fila").click()
	requirements.locator(".grid-row [data-fieldname=fieldname]").first.click()
	field = requirements.locator("input[data-fieldname=fieldname]")
	field.fill("job_title")
	desk.page.locator(".awesomplete li", has_text="Título del trabajo").first.click()
	desk.page.get_by_role("button", name="Probar las reglas").click()
	preview = desk.page.get_by_role("dialog").filter(has_text="habrían detenido")
	expect(preview).to_contain_text("1 de los 1 registros")
	expect(preview).to_contain_text("Paula Lozano")
	assert desk.value("Lead", lead, "prospect_stage") == stage
