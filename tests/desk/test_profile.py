"""What is known of a prospect, entered on the form: attributes by their type, the condition."""

from playwright.sync_api import expect

from tests.desk.accessible import assert_accessible


# D1
def test_attributes_are_entered_by_their_type(desk):
	number = desk.insert("Customer Attribute", attribute_name="Flota de Prueba", data_type="Number")
	interests = desk.insert(
		"Customer Attribute",
		attribute_name="Temas de Prueba",
		data_type="Option",
		multiple=1,
		options="Instalación\nCapacitación\nMantenimiento",
	)
	lead = desk.insert("Lead", first_name="Ana", last_name="Torres")
	desk.open_form("Lead", lead)
	open_section(desk.page, "Atributos de Cliente")
	desk.page.get_by_role("button", name="Editar Atributos").click()
	dialog = desk.page.get_by_role("dialog").filter(has_text=number)
	expect(dialog).to_have_css("opacity", "1")
	assert_accessible(desk.page, ".modal.show")
	control(dialog, number).locator("input").fill("12,5")
	control(dialog, interests).locator(".multiselect-list > .form-control").click()
	dialog.get_by_text("Capacitación").click()
	dialog.get_by_text("Mantenimiento").click()
	dialog.get_by_role("heading").click()
	dialog.get_by_role("button", name="Aplicar").click()
	save(desk.page)
	expect(desk.page.locator("[data-fieldname=customer_attributes] .rows")).to_contain_text("12.5")
	rows = desk.call("frappe.client.get", doctype="Lead", name=lead)["customer_attributes"]
	assert sorted((row["attribute"], row["value"]) for row in rows) == [
		(number, "12.5"),
		(interests, "Capacitación"),
		(interests, "Mantenimiento"),
	]


# D12
def test_choosing_customer_makes_the_customer_and_the_form_goes_on(desk):
	lead = desk.insert("Lead", first_name="Luis", last_name="Rivas", company_name="Imprenta de Prueba")
	form = desk.open_form("Lead", lead)
	form.expect_stage("Nuevo")
	desk.page.locator("select[data-fieldname=party_condition]").select_option(label="Cliente")
	save(desk.page)
	form.expect_stage("Convertido a Oportunidad")
	customer = desk.call(
		"frappe.client.get_value", doctype="Customer", filters={"lead_name": lead}, fieldname="name"
	)["name"]
	desk.made.append(("Customer", customer))
	desk.page.locator("input[data-fieldname=job_title]").fill("Compras")
	save(desk.page)
	assert desk.value("Lead", lead, "job_title") == "Compras"


def save(page) -> None:
	page.keyboard.press("Tab")  # leaving a field is what tells the form of its value
	page.get_by_role("button", name="Guardar").click()
	expect(page.locator(".indicator-pill", has_text="No guardado")).to_have_count(0, timeout=20_000)


def open_section(page, title: str) -> None:
	head = page.locator(".section-head.collapsed", has_text=title)
	page.locator(".section-head", has_text=title).first.wait_for()
	if head.count():
		head.first.click()


def control(dialog, label: str):
	return dialog.locator(".frappe-control").filter(has=dialog.page.get_by_text(label, exact=True)).last
