"""The marks of a contact's emails and mobiles, as the salesperson and the client meet them."""

import random
import re
from email import message_from_string
from html import unescape

import frappe
import pytest
from playwright.sync_api import expect

from tests.desk.accessible import assert_accessible
from tests.sms_gateway import sms_gateway

CONFIRM = "/api/method/crm_etapas.api.verification.confirm"


@pytest.fixture
def gateway(desk):
	with sms_gateway() as gateway:
		desk.call(
			"frappe.client.set_value", doctype="SMS Settings", name="SMS Settings", fieldname=gateway.settings
		)
		yield gateway


@pytest.fixture
def contact(desk) -> dict:
	"""A contact of a lead, with an email and a mobile that nobody has written to today, and an account to send from."""
	desk.insert(
		"Email Account",
		email_account_name=frappe.generate_hash(length=8),
		email_id=f"{frappe.generate_hash(length=8)}@example.com",
		enable_outgoing=1,
		default_outgoing=1,
		smtp_server="127.0.0.1",
		no_smtp_authentication=1,
		awaiting_password=1,  # so that nobody connects
	)
	lead = desk.insert("Lead", first_name="Ana", last_name=frappe.generate_hash(length=6), language="es")
	values = {
		"email": f"{frappe.generate_hash(length=8)}@example.com",
		"mobile": f"+5255{random.randint(10_000_000, 99_999_999)}",
	}
	name = desk.insert(
		"Contact",
		first_name="Ana",
		email_ids=[{"email_id": values["email"], "is_primary": 1}],
		phone_nos=[{"phone": values["mobile"], "is_primary_mobile_no": 1}],
		links=[{"link_doctype": "Lead", "link_name": lead}],
	)
	return {"name": name, "lead": lead, **values}


@pytest.fixture
def client(browser, desk_url):
	"""The browser of a client who is logged in nowhere, from a network that nobody has guessed from today."""
	context = browser.new_context(
		base_url=desk_url,
		viewport={"width": 390, "height": 800},
		extra_http_headers={"X-Forwarded-For": frappe.generate_hash(length=12)},
	)
	yield context.new_page()
	context.close()


def link_in_the_mail(desk, contact) -> str:
	"""The path of the page that the last mail to a contact leads to."""
	mails = desk.call(
		"frappe.client.get_list",
		doctype="Email Queue",
		filters={"reference_doctype": "Contact", "reference_name": contact["name"]},
		fields=["message"],
		order_by="creation desc",
	)
	parts = message_from_string(mails[0]["message"]).walk()
	html = next(part for part in parts if part.get_content_type() == "text/html")
	url = re.search(r'href="([^"]*contact-validation[^"]*)"', html.get_payload(decode=True).decode()).group(1)
	return "/contact-validation?" + unescape(url).split("?", 1)[1]


def marks_on_lead(desk, contact):
	desk.open_form("Lead", contact["lead"])
	desk.page.get_by_text("Dirección y Contactos", exact=True).click()
	return desk.page.locator("[data-fieldname=contact_html]:visible .contact-mark")


def marks_on_contact(desk, contact):
	desk.open_form("Contact", contact["name"])
	return desk.page.locator(".grid-row .contact-mark")


def confirm_dialog(desk) -> None:
	desk.page.locator(".modal.show .btn-modal-primary").click()


# D9, C6
def test_a_mail_from_the_lead_turns_the_mark_green(desk, contact, client):
	red = marks_on_lead(desk, contact).filter(has_text="No validado")
	expect(red).to_have_count(2)
	mark = red.and_(desk.page.get_by_title(contact["email"]))
	mark.click()
	expect(desk.page.locator(".modal.show")).to_contain_text(contact["email"])
	confirm_dialog(desk)
	expect(desk.page.get_by_text("Enviado a")).to_be_visible()
	client.goto(link_in_the_mail(desk, contact))
	expect(client.locator("body")).not_to_contain_text(contact["email"])
	assert client.evaluate("document.documentElement.scrollWidth") <= 390
	client.get_by_role("button", name="Confirmar").click()
	expect(client.get_by_text("Gracias")).to_be_visible()
	expect(marks_on_lead(desk, contact).filter(has_text=re.compile("^Validado$"))).to_have_count(1)


# D9
def test_a_code_is_told_to_the_salesperson(desk, contact, gateway):
	marks_on_contact(desk, contact).and_(desk.page.get_by_title(contact["mobile"])).click()
	confirm_dialog(desk)
	dialog = desk.page.get_by_role("dialog").filter(has_text="Código enviado a")
	expect(dialog).to_have_css("opacity", "1")
	assert_accessible(desk.page, ".modal.show")
	code = dialog.locator("input[data-fieldname=code]")
	expect(code).to_be_visible()
	code.fill("000000" if gateway.code != "000000" else "111111")
	dialog.get_by_role("button", name="Confirmar").click()
	expect(dialog).to_contain_text("Intentos restantes: 4")
	code.fill(gateway.code)
	dialog.get_by_role("button", name="Confirmar").click()
	expect(desk.page.locator("[data-fieldname=phone_nos] .contact-mark.green")).to_have_text("Validado")
	expect(desk.page.locator("[data-fieldname=email_ids] .contact-mark")).to_have_text("No validado")


# D9
def test_the_client_enters_the_code_on_the_page(desk, contact, gateway, client):
	desk.call("crm_etapas.api.verification.send", contact=contact["name"], address=contact["mobile"])
	client.goto("/contact-validation?" + gateway.sent[0]["text"].split("?", 1)[1])
	client.get_by_label("Código").fill("1")
	client.get_by_role("button", name="Confirmar").click()
	client.locator(".page-card").get_by_role("link").click()
	client.get_by_label("Código").fill(gateway.code)
	client.get_by_role("button", name="Confirmar").click()
	expect(client.get_by_text("Gracias")).to_be_visible()
	expect(marks_on_contact(desk, contact).filter(has_text=re.compile("^Validado$"))).to_have_count(1)


# D9
def test_opening_the_link_validates_nothing_and_tells_nothing(desk, contact, client):
	desk.call("crm_etapas.api.verification.send", contact=contact["name"], address=contact["email"])
	link = link_in_the_mail(desk, contact)
	for _scanner in range(3):
		known = client.request.get(link)
		unknown = client.request.get(link.replace("v=", "v=0").replace("key=", "key=0"))
		assert known.ok and without_secrets(known) == without_secrets(unknown)
	assert "no-referrer" in known.text() and "noindex" in known.text()
	assert client.request.get(link.replace("/contact-validation", CONFIRM)).status == 403  # a POST only
	expect(marks_on_contact(desk, contact).filter(has_text="No validado")).to_have_count(1)


# D9
def test_every_wrong_answer_gets_the_same_page(desk, contact, client):
	desk.call("crm_etapas.api.verification.send", contact=contact["name"], address=contact["email"])
	link = link_in_the_mail(desk, contact)
	v, key = re.search(r"v=(\w+)", link).group(1), re.search(r"key=([\w-]+)", link).group(1)

	def answer(**form):
		return client.request.post(CONFIRM, form={"_lang": "es", **form}, headers={"Accept": "text/html"})

	pages = [answer(v=v, key="wrong"), answer(v="unknown", key=key), answer(key=key), answer(v=v, key="")]
	assert "Gracias" in answer(v=v, key=key).text()
	pages.append(answer(v=v, key=key))  # used
	assert all(page.ok and "No se pudo confirmar" in page.text() for page in pages)
	assert len({without_secrets(page) for page in pages if "/contact-validation" not in page.text()}) == 1
	assert not any(contact["email"] in page.text() or "Ana" in page.text() for page in pages)


# D9
def test_a_guest_guesses_only_so_often(client):
	answers = [client.request.post(CONFIRM, form={"v": "x", "code": str(n)}) for n in range(31)]
	assert {page.status for page in answers[:30]} == {200}
	assert answers[30].status == 429


# D9
def test_rest_cannot_set_a_mark(desk, contact):
	desk.open_form("Contact", contact["name"])
	token = {"X-Frappe-CSRF-Token": desk.csrf_token()}
	doc = desk.call("frappe.client.get", doctype="Contact", name=contact["name"])
	rows = [{**row, "validated": 1, "validated_on": "2026-01-01 10:00:00"} for row in doc["email_ids"]]
	desk.page.request.put(f"/api/resource/Contact/{doc['name']}", data={"email_ids": rows}, headers=token)
	row = f"/api/resource/Contact Email/{rows[0]['name']}"
	desk.page.request.put(row, data={"validated": 1}, headers=token)
	doc = desk.call("frappe.client.get", doctype="Contact", name=contact["name"])
	assert [row["validated"] for row in doc["email_ids"]] == [0]


# D9
def test_a_mark_is_a_button_with_words(desk, contact):
	mark = marks_on_contact(desk, contact).and_(desk.page.get_by_title(contact["email"]))
	expect(mark).to_have_role("button")
	expect(mark).to_have_text("No validado")
	desk.page.wait_for_load_state("networkidle")  # the marks are drawn anew with the form
	mark.press("Enter")
	expect(desk.page.locator(".modal.show")).to_contain_text(contact["email"])


# D9
def test_an_address_that_is_not_saved_yet_must_be_saved_first(desk, contact):
	marks = marks_on_contact(desk, contact)
	expect(marks).to_have_count(2)
	desk.page.evaluate(
		"() => frappe.model.set_value('Contact Email', cur_frm.doc.email_ids[0].name, 'email_id', 'otra@example.com')"
	)
	marks.first.click()
	expect(desk.page.locator(".modal.show")).to_contain_text("Guarde primero el contacto")


# D8
def test_a_point_on_the_map_writes_the_coordinates(desk):
	address = desk.insert(
		"Address",
		address_title=frappe.generate_hash(length=8),
		address_type="Office",
		address_line1="Calle 1",
		city="Caracas",
		country=desk.call("frappe.client.get_list", doctype="Country", filters={"code": "ve"})[0]["name"],
	)
	desk.open_form("Address", address)
	page = desk.page
	page.get_by_text("Mapa", exact=True).click()
	page.locator(".leaflet-draw-draw-marker").click()
	page.locator("[data-fieldname=location] .leaflet-container").click(position={"x": 200, "y": 150})
	page.wait_for_function("() => cur_frm.doc.latitude && cur_frm.doc.longitude")
	page.get_by_role("button", name="Guardar").click()
	page.wait_for_function("() => !cur_frm.is_dirty()")
	doc = desk.call("frappe.client.get", doctype="Address", name=address)
	longitude, latitude = frappe.parse_json(doc["location"])["features"][-1]["geometry"]["coordinates"]
	assert (doc["latitude"], doc["longitude"]) == (round(latitude, 6), round(longitude, 6))


def without_secrets(response) -> str:
	"""A page without what the request itself said, and what each page has anew."""
	text = re.sub(r'(name="(v|key|csrf_token)" value=)"[^"]*"', r"\1", response.text())
	text = re.sub(r"contact-validation\?[^\"']*", "", text)
	return re.sub(r"/api/method/[^\"']*|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[.\d]*", "", text)
