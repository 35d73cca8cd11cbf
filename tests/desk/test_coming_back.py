"""When a record comes back, as its form says it, and what an admin says of it on stages, reasons and rules."""

from datetime import datetime, timedelta

from playwright.sync_api import expect

from tests.desk.test_assignment import look

LATER = "Contactar en un Futuro"


def line(desk):
	said = desk.page.get_by_role("status", name="Vuelve por Sí Solo")
	said.wait_for(state="attached")  # the form is there
	return said


# A7
def test_the_form_says_when_a_prospect_wakes_and_why(desk):
	day = (datetime.now() + timedelta(days=50)).replace(hour=10, minute=0, second=0, microsecond=0)
	lead = desk.insert(
		"Lead", first_name="Ana", last_name="Espera", prospect_stage=LATER, next_contact_date=str(day)
	)
	desk.open_form("Lead", lead)
	shown = desk.page.evaluate("day => frappe.datetime.str_to_user(day)", day.date().isoformat())
	expect(line(desk)).to_contain_text(f"Despierta el {shown} y pasa a Intento de Contacto")
	expect(line(desk)).to_contain_text("Es el día del próximo contacto")
	look(desk, "sleeping_lead")
	desk.call("frappe.client.set_value", doctype="Lead", name=lead, fieldname="prospect_stage", value="Nuevo")
	desk.page.reload()
	expect(desk.page.get_by_role("navigation", name="Etapas")).to_be_visible()
	expect(line(desk)).to_be_empty()


# F8
def test_the_form_of_a_lost_opportunity_says_that_a_new_one_is_opened(desk):
	reason = desk.insert(
		"Opportunity Lost Reason", lost_reason="Presupuesto del año que viene", comes_back_after_days=90
	)
	lead = desk.insert("Lead", first_name="Ana", last_name="Perdida")
	opportunity = desk.insert("Opportunity", opportunity_from="Lead", party_name=lead)
	desk.call(
		"frappe.client.set_value",
		doctype="Opportunity",
		name=opportunity,
		fieldname={"opportunity_stage": "Cerrado Perdido", "lost_reasons": [{"lost_reason": reason}]},
	)
	desk.open_form("Opportunity", opportunity)
	expect(line(desk)).to_contain_text("se abre una nueva oportunidad en Cotización Solicitada")
	expect(line(desk)).to_contain_text("Presupuesto del año que viene: 90 días después de la pérdida")
	look(desk, "lost_opportunity")
	desk.page.goto(f"/app/opportunity-lost-reason/{reason}")
	expect(desk.page.locator("[data-fieldname=comes_back_after_days] input")).to_have_value("90")
	look(desk, "lost_reason")


# A7: the section is there where records are put off or lost, and explains itself
def test_a_stage_says_how_its_records_come_back(desk):
	desk.page.goto(f"/app/prospect-stage/{LATER}")
	into = desk.page.locator("input[data-fieldname=wakes_into]")
	expect(into).to_have_value("Intento de Contacto")
	into.scroll_into_view_if_needed()
	section = desk.page.locator("[data-fieldname=coming_back_section]")
	expect(section).to_contain_text("Lo que está en espera despierta el día de su próximo contacto")
	look(desk, "stage")
	desk.page.goto("/app/prospect-stage/Nuevo")
	expect(desk.page.locator("[data-fieldname=triggers]").first).to_be_visible()
	expect(desk.page.locator("input[data-fieldname=wakes_into]")).to_be_hidden()


# F7
def test_an_admin_writes_a_rule_for_customers(desk):
	desk.page.goto("/app/customer-follow-up-rule/new")
	name = desk.page.locator("input[data-fieldname=rule_name]")
	name.fill("Renovar el contrato")
	desk.page.locator("select[data-fieldname=event]").select_option("Contract Ends")
	desk.page.locator("select[data-fieldname=before_or_after]").select_option("Before")
	desk.page.locator("select[data-fieldname=action]").select_option("New Opportunity")
	expect(desk.page.locator("select[data-fieldname=medium]")).to_be_hidden()
	desk.page.locator("input[data-fieldname=subject]").fill("Renovar el contrato")
	look(desk, "rule")
	desk.page.keyboard.press("Control+s")
	desk.page.wait_for_url("**/Renovar*")
	desk.made.append(("Customer Follow-up Rule", "Renovar el contrato"))
	desk.page.goto("/app/crm-etapas")
	expect(desk.page.get_by_role("link", name="Regla de Seguimiento a Clientes")).to_be_visible()
	look(desk, "workspace")
