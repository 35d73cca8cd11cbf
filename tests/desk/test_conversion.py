"""Converting a prospect from its form and from the list, in Spanish."""

import pytest
from playwright.sync_api import expect

from tests.desk.test_assignment import look
from tests.desk.test_bulk_move import LeadList

PATIENCE = 20_000  # several records are saved


@pytest.fixture
def prospect(desk):
	"""A prospect and, afterwards, nothing of what it was converted into."""
	lead = desk.insert(
		"Lead",
		first_name="Eva",
		last_name="Soto",
		company_name="Panadería La Espiga",
		job_title="Compras",
		estimated_value=12000,
		expected_closing="2999-01-31",
		city="Villa Molino",
	)
	yield lead
	if desk.call(
		"frappe.client.get_count", doctype="Lead Conversion", filters={"lead": lead, "status": "Standing"}
	):
		desk.call("crm_etapas.api.conversion.undo", lead=lead)


def dialog_of(desk, title):
	return desk.page.get_by_role("dialog").filter(has_text=title)


# F5, A8
def test_a_prospect_is_converted_and_back_from_its_form(desk, prospect):
	form = desk.open_form("Lead", prospect)
	desk.page.get_by_role("button", name="Convertir", exact=True).click()
	dialog = dialog_of(desk, "Convertir Panadería")
	for part in ("Cliente", "Contacto", "Oportunidad"):
		expect(dialog.get_by_role("group", name=part)).to_be_visible()
	customer = dialog.get_by_role("group", name="Cliente")
	expect(customer.get_by_role("radio", name="Nuevo")).to_be_checked()
	expect(customer).to_contain_text("Panadería La Espiga")
	expect(dialog.get_by_role("group", name="Contacto")).to_contain_text("Existe: Eva Soto")
	look(desk, "conversion")
	dialog.get_by_role("button", name="Convertir", exact=True).click()
	done = dialog_of(desk, "Convertido")
	expect(done).to_contain_text("Oportunidad: CRM-OPP", timeout=PATIENCE)
	look(desk, "conversion_done")
	expect(form.stage("Convertido a Oportunidad")).to_have_attribute("aria-current", "step", timeout=PATIENCE)
	done.locator(".btn-modal-close").click()
	form.expect_stage("Convertido a Oportunidad")
	banner = desk.page.get_by_role("status", name="Conversión")
	expect(banner).to_contain_text("Cliente:")
	look(desk, "conversion_banner")
	banner.get_by_role("button", name="Deshacer").click()
	dialog_of(desk, "se borra").locator(".btn-modal-primary").click()
	expect(banner).to_be_empty(timeout=PATIENCE)
	form.expect_stage("Nuevo")


# F5: another one that was not named is not a new one
def test_another_one_has_to_be_named(desk, prospect):
	desk.open_form("Lead", prospect)
	desk.page.get_by_role("button", name="Convertir", exact=True).click()
	dialog = dialog_of(desk, "Convertir Panadería")
	customer = dialog.get_by_role("group", name="Cliente")
	customer.locator("input[value=__another]").check()
	dialog.get_by_role("button", name="Convertir", exact=True).click()
	expect(desk.page.locator(".desk-alert.orange")).to_be_visible()
	expect(
		customer.get_by_label("Cliente", exact=True).and_(customer.get_by_role("combobox"))
	).to_be_focused()
	expect(dialog).to_be_visible()
	look(desk, "conversion_unnamed")
	customer.get_by_role("radio", name="Nuevo").check()
	dialog.get_by_role("button", name="Convertir", exact=True).click()
	expect(dialog_of(desk, "Convertido")).to_contain_text("Cliente:", timeout=PATIENCE)


# F5
def test_what_is_missing_is_asked_for_in_a_dialog(desk, prospect):
	setter = {"doctype_or_field": "DocField", "doc_type": "Customer", "field_name": "website"}
	desk.insert("Property Setter", **setter, property="reqd", property_type="Check", value="1")
	desk.open_form("Lead", prospect)
	desk.page.get_by_role("button", name="Convertir", exact=True).click()
	dialog_of(desk, "Convertir Panadería").get_by_role("button", name="Convertir", exact=True).click()
	asked = dialog_of(desk, "Lo que pide Cliente")
	asked.locator("input[data-fieldname=website]").fill("espiga.example")
	look(desk, "conversion_missing")
	asked.get_by_role("button", name="Convertir").click()
	expect(dialog_of(desk, "Convertido")).to_contain_text("Cliente:", timeout=PATIENCE)


# F5
def test_only_an_opportunity_is_made_from_the_list(desk, prospect):
	page = LeadList(desk, city="Villa Molino")
	page.choose(prospect)
	page.act("Convertir")
	dialog = dialog_of(desk, "Convertir Panadería")
	dialog.get_by_role("checkbox", name="Cliente").uncheck()
	dialog.get_by_role("button", name="Convertir", exact=True).click()
	done = dialog_of(desk, "Convertido")
	expect(done).to_contain_text("Oportunidad: CRM-OPP", timeout=PATIENCE)
	expect(done).not_to_contain_text("Cliente:")


# D13, D17
def test_the_customer_shows_its_pipeline(desk, prospect):
	made = desk.call("crm_etapas.api.conversion.convert", lead=prospect)
	desk.open_form("Customer", made["customer"])
	past = desk.page.locator(".customer-past")
	expect(past).to_contain_text("Prospectos", timeout=PATIENCE)
	desk.page.get_by_role("tab", name="Tablero").click()
	expect(past).to_contain_text("Oportunidades")
	expect(past.get_by_role("link", name="Panadería La Espiga").first).to_be_visible()
	look(desk, "customer_past")
