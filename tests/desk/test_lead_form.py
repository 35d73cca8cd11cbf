"""The Lead form in Spanish, as a salesperson works with it."""

from playwright.sync_api import expect


# A1, A2
def test_a_click_on_the_path_moves_the_lead(desk):
	lead = desk.insert("Lead", first_name="Ana", last_name="Torres", company_name="Panadería La Espiga")
	form = desk.open_form("Lead", lead)
	form.expect_stage("Nuevo")
	expect(form.path).to_contain_text("Comprobar los datos básicos y planificar el primer contacto.")
	form.stage("Intento de Contacto").click()
	form.expect_stage("Intento de Contacto")
	expect(form.path).to_contain_text("Se le ha llamado o escrito, pero todavía no ha respondido.")
	assert desk.value("Lead", lead, "prospect_stage") == "Intento de Contacto"
	assert desk.value("Lead", lead, "status") == "Open"


# A6
def test_what_a_stage_asks_for_is_asked_in_one_dialog(desk):
	stage = desk.insert(
		"Prospect Stage",
		stage_name="Descartado por Sector",
		outcome="Lost",
		requirements=[{"kind": "Field", "fieldname": "job_title"}, {"kind": "Comment"}],
	)
	lead = desk.insert("Lead", first_name="Luis", last_name="Rivas")
	form = desk.open_form("Lead", lead)
	form.stage(stage).click()
	dialog = desk.page.get_by_role("dialog").filter(has_text=stage)
	dialog.locator("input[data-fieldname=job_title]").fill("Compras")
	dialog.locator("textarea[data-fieldname=comment]").fill("No atendemos su sector")
	dialog.get_by_role("button", name="Mover").click()
	form.expect_stage(stage)
	assert desk.value("Lead", lead, "job_title") == "Compras"
