"""A contact's emails and mobiles: asked, answered, marked, and nothing told to a stranger."""

import re
from email import message_from_string
from urllib.parse import parse_qs, urlsplit

import frappe
import pytest
from frappe.desk.form.load import run_onload
from frappe.utils import add_to_date, now_datetime

from crm_etapas.api import verification as api
from crm_etapas.exceptions import VerificationError
from crm_etapas.verification import limits, validation
from tests.site.factories import make_customer, make_lead, make_user
from tests.sms_gateway import sms_gateway

EMAIL, MOBILE, OTHER_MOBILE = "ana@example.com", "+525512345678", "+584121234567"
LANDLINE = "+582121234567"


@pytest.fixture(autouse=True)
def mail_account(rolled_back, monkeypatch):
	"""A site that can send mail and has validated nothing yet. The queue keeps what goes out."""
	frappe.db.delete("Contact Validation")
	monkeypatch.setitem(frappe.flags, "mute_emails", False)
	monkeypatch.setitem(frappe.local.conf, "mute_emails", 0)
	frappe.local.outgoing_email_account = {}
	account = {
		"doctype": "Email Account",
		"email_account_name": frappe.generate_hash(length=8),
		"email_id": f"{frappe.generate_hash(length=8)}@example.com",
		"enable_outgoing": 1,
		"default_outgoing": 1,
		"smtp_server": "127.0.0.1",
		"no_smtp_authentication": 1,
	}
	doc = frappe.get_doc(account)
	doc.flags.ignore_validate = True  # it would connect
	yield doc.insert()
	frappe.local.outgoing_email_account = {}


@pytest.fixture
def gateway():
	"""An SMS gateway, and SMS Settings that point to it."""
	with sms_gateway() as gateway:
		send_through(gateway)
		yield gateway


def send_through(gateway) -> None:
	frappe.get_doc("SMS Settings").update(gateway.settings).save()


def make_contact(lead=None, **values):
	lead = lead or make_lead(language="es")
	return frappe.get_doc(
		{
			"doctype": "Contact",
			"first_name": "Ana",
			"email_ids": [{"email_id": EMAIL, "is_primary": 1}],
			"phone_nos": [{"phone": MOBILE, "is_primary_mobile_no": 1}, {"phone": LANDLINE}],
			"links": [{"link_doctype": lead.doctype, "link_name": lead.name}],
			**values,
		}
	).insert()


def mails(contact) -> list:
	return frappe.get_all(
		"Email Queue",
		{"reference_doctype": "Contact", "reference_name": contact.name},
		pluck="name",
		order_by="creation asc, name asc",
	)


def mail(contact):
	"""The text of the mail that went to a contact last."""
	message = frappe.get_doc("Email Queue", mails(contact)[-1])
	assert [row.recipient for row in message.recipients] == [EMAIL]
	parts = message_from_string(message.message).walk()
	html = next(part for part in parts if part.get_content_type() == "text/html")
	return str(html.get_payload(decode=True), "utf-8")


def link_of(contact) -> dict:
	"""The parameters of the link in the last mail: v and key."""
	url = re.search(r'href="([^"]*contact-validation[^"]*)"', mail(contact)).group(1)
	return {key: values[0] for key, values in parse_qs(urlsplit(url.replace("&amp;", "&")).query).items()}


def answer(link: dict) -> bool:
	return validation.confirm(link["v"], link["key"])


def email_row(contact):
	return contact.reload().email_ids[0]


def age(name: str, **by) -> None:
	"""Move a message into the past."""
	row = frappe.get_doc("Contact Validation", name)
	for field in ("sent_on", "expires_on"):
		frappe.db.set_value("Contact Validation", name, field, add_to_date(row.get(field), **by))


def age_all(**by) -> None:
	for name in frappe.get_all("Contact Validation", pluck="name"):
		age(name, **by)


# D9
def test_the_link_in_the_mail_turns_the_mark_green():
	contact = make_contact()
	sent = api.send(contact.name, EMAIL)
	assert (sent["medium"], sent["address"]) == ("Email", EMAIL)
	assert not email_row(contact).validated
	assert answer(link_of(contact))
	row = email_row(contact)
	assert row.validated and row.validated_on
	assert not contact.phone_nos[0].validated
	record = frappe.get_last_doc("Contact Validation")
	assert (record.contact, record.medium, record.sent_by) == (contact.name, "Email", "Administrator")
	assert record.confirmed_on and record.expires_on


# D9
def test_a_link_works_once():
	contact = make_contact()
	api.send(contact.name, EMAIL)
	link = link_of(contact)
	assert answer(link)
	assert not answer(link)


# D9
def test_a_link_expires_after_the_hours_of_the_settings():
	frappe.db.set_single_value("CRM Etapas Settings", "validation_link_hours", 5)
	contact = make_contact()
	sent = api.send(contact.name, EMAIL)
	hours = (sent["expires_on"] - now_datetime()).total_seconds() / 3600
	assert 4.9 < hours <= 5
	link = link_of(contact)
	age(link["v"], hours=-6)
	assert not answer(link)
	assert not email_row(contact).validated


# D9
def test_a_new_message_ends_the_one_before():
	contact = make_contact()
	api.send(contact.name, EMAIL)
	old = link_of(contact)
	frappe.db.set_value("Contact Validation", old["v"], "sent_on", add_to_date(now_datetime(), minutes=-5))
	api.send(contact.name, EMAIL)
	assert not answer(old)
	assert answer(link_of(contact))


# D9
def test_a_wrong_secret_or_another_messages_secret_opens_nothing():
	contact, other = make_contact(), make_contact(email_ids=[{"email_id": "luis@example.com"}])
	api.send(contact.name, EMAIL)
	api.send(other.name, "luis@example.com")
	link = link_of(contact)
	names = frappe.get_all("Contact Validation", {"contact": other.name}, pluck="name")
	assert not validation.confirm(names[0], link["key"])
	assert not validation.confirm(link["v"], link["key"][:-1])
	assert not validation.confirm(link["v"], "")
	assert not validation.confirm("", "")
	assert not validation.confirm(
		link["v"], frappe.db.get_value("Contact Validation", link["v"], "secret_hash")
	)


# D9
def test_the_database_knows_no_secret(gateway):
	contact = make_contact()
	api.send(contact.name, EMAIL)
	api.send(contact.name, MOBILE)
	secrets = [link_of(contact)["key"], gateway.code]
	for row in frappe.get_all("Contact Validation", fields=["*"]):
		assert not any(secret in str(value) for secret in secrets for value in row.values())
	assert not any(secrets[1] in log for log in frappe.get_all("SMS Log", pluck="message"))
	assert frappe.db.count("SMS Log") >= 1


# D9
def test_the_client_is_written_to_in_their_language():
	company = frappe.db.get_default("company")
	spanish, english = make_contact(make_lead(language="es")), make_contact(make_lead(language="en"))
	frappe.local.lang = "en"
	api.send(spanish.name, EMAIL)
	assert "Confirmar mi correo" in mail(spanish) and company in mail(spanish)
	assert link_of(spanish)["_lang"] == "es"
	assert frappe.local.lang == "en"
	age_all(minutes=-2)
	frappe.local.lang = "es"
	api.send(english.name, EMAIL)
	assert "Confirm My Email" in mail(english)
	assert link_of(english)["_lang"] == "en"


# D9
def test_the_code_of_the_sms_told_to_the_salesperson_turns_the_mark_green(gateway):
	contact = make_contact()
	sent = api.send(contact.name, MOBILE)
	assert sent["medium"] == "SMS"
	assert gateway.sent[0]["to"] == MOBILE and gateway.sent[0]["password"] == "gateway-password"
	assert "/contact-validation?v=" in gateway.sent[0]["text"]
	assert api.confirm_code(contact.name, MOBILE, f" {gateway.code} ") == {
		"confirmed": True,
		"tries_left": 0,
	}
	assert contact.reload().phone_nos[0].validated
	assert not contact.phone_nos[1].validated and not contact.email_ids[0].validated
	assert frappe.get_last_doc("Contact Validation").confirmed_by == "Administrator"
	assert not api.confirm_code(contact.name, MOBILE, gateway.code)["confirmed"]


# D9
def test_a_code_may_be_guessed_five_times(gateway):
	contact = make_contact()
	api.send(contact.name, MOBILE)
	code = gateway.code
	wrong = "000000" if code != "000000" else "111111"
	left = [api.confirm_code(contact.name, MOBILE, wrong)["tries_left"] for _try in range(5)]
	assert left == [4, 3, 2, 1, 0]
	assert api.confirm_code(contact.name, MOBILE, code) == {"confirmed": False, "tries_left": 0}
	assert not contact.reload().phone_nos[0].validated


# D9
def test_a_code_expires_after_the_minutes_of_the_settings(gateway):
	contact = make_contact()
	api.send(contact.name, MOBILE)
	age_all(minutes=-16)
	assert not api.confirm_code(contact.name, MOBILE, gateway.code)["confirmed"]


# D9
def test_a_number_without_its_country_code_is_of_the_leads_country(gateway):
	lead = make_lead(country=frappe.db.get_value("Country", {"code": "ve"}))
	contact = make_contact(lead, phone_nos=[])
	frappe.get_doc(
		{
			"doctype": "Contact Phone",
			"parent": contact.name,
			"parenttype": "Contact",
			"parentfield": "phone_nos",
			"idx": 1,
			"phone": "0412 123 45 67",
		}
	).db_insert()
	api.send(contact.name, "0412 123 45 67")
	assert gateway.sent[0]["to"] == OTHER_MOBILE
	assert api.confirm_code(contact.name, "0412 123 45 67", gateway.code)["confirmed"]


# D9
def test_a_landline_gets_no_sms_unless_it_is_marked_as_mobile(gateway):
	contact = make_contact()
	refused(contact, LANDLINE, "teléfono fijo")
	assert [mark["address"] for mark in marks_of(contact)] == [EMAIL, MOBILE]
	assert not gateway.sent


# D9
def test_without_a_mail_account_or_gateway_it_says_where_to_set_it_up(mail_account):
	contact = make_contact()
	frappe.db.set_single_value("SMS Settings", "sms_gateway_url", None)
	refused(contact, MOBILE, "Configuración de SMS|Ajustes de SMS")
	mail_account.delete()
	frappe.local.outgoing_email_account = {}
	refused(contact, EMAIL, "Cuentas de correo")
	assert not frappe.db.count("Contact Validation")


# D9
def test_a_gateway_that_refuses_is_named_without_its_password():
	contact = make_contact()
	with sms_gateway(503) as gateway:
		send_through(gateway)
		text = refused(contact, MOBILE, "503")
	assert "gateway-password" not in text
	assert "gateway-password" not in refused(contact, MOBILE, "Connection")  # now nobody listens there


# D9
def test_an_address_gets_one_message_a_minute_and_three_a_day():
	contact, other = make_contact(), make_contact()
	api.send(contact.name, EMAIL)
	refused(contact, EMAIL, "minuto")
	refused(other, EMAIL, "minuto")  # the same address, somebody else's contact
	for _message in range(2):
		age_all(minutes=-2)
		api.send(other.name, EMAIL)
	age_all(minutes=-2)
	refused(contact, EMAIL, "mañana")
	age_all(days=-1)
	api.send(contact.name, EMAIL)


# D9
def test_a_user_sends_only_so_many_in_an_hour(monkeypatch):
	monkeypatch.setattr(limits, "A_USER_AN_HOUR", 2)
	addresses = ["a@example.com", "b@example.com", "c@example.com"]
	contact = make_contact(email_ids=[{"email_id": address} for address in addresses])
	api.send(contact.name, addresses[0])
	api.send(contact.name, addresses[1])
	refused(contact, addresses[2], "hora")


# D9
@pytest.mark.parametrize("doctype", ["Lead", "Customer"])
def test_nobody_is_written_to_who_has_notifications_off(doctype):
	make = {"Lead": make_lead, "Customer": make_customer}[doctype]
	record = make(notifications_enabled=0)
	contact = make_contact(record)
	assert record.name in refused(contact, EMAIL, "notificaciones")
	assert not mails(contact)


# D9
def test_nobody_is_written_to_who_has_unsubscribed():
	lead = make_lead(unsubscribed=1)
	refused(make_contact(lead), EMAIL, lead.name)
	refused(make_contact(unsubscribed=1), EMAIL, "baja")
	contact = make_contact()
	frappe.get_doc({"doctype": "Email Unsubscribe", "email": EMAIL, "global_unsubscribe": 1}).insert()
	refused(contact, EMAIL, "baja")


# D9
def test_an_address_that_is_not_the_contacts_gets_nothing():
	refused(make_contact(), "stranger@example.com", "stranger@example.com")


# D9
def test_what_is_validated_is_not_asked_again():
	contact = make_contact()
	validate_email(contact)
	age_all(minutes=-2)
	refused(contact, EMAIL, "ya está")


# D9
def test_changing_the_address_turns_the_mark_red_again():
	contact = make_contact()
	validate_email(contact)
	contact.email_ids[0].email_id = "otra@example.com"
	contact.save()
	row = email_row(contact)
	assert not row.validated and not row.validated_on


# D9
def test_saving_something_else_keeps_the_mark():
	contact = make_contact()
	stale = frappe.get_doc("Contact", contact.name)
	validate_email(contact)
	stale.designation = "Gerente"  # opened before the client answered
	stale.save()
	assert email_row(contact).validated
	contact.set("email_ids", [{"email_id": EMAIL.upper(), "is_primary": 1}])  # the row written anew
	contact.save()
	assert email_row(contact).validated


# D9
def test_an_answer_for_an_address_that_has_changed_counts_for_nothing():
	contact = make_contact()
	api.send(contact.name, EMAIL)
	link = link_of(contact)
	contact.reload().email_ids[0].email_id = "otra@example.com"
	contact.save()
	assert not answer(link)
	assert not email_row(contact).validated


# D9
def test_nobody_sets_the_mark_by_saving():
	contact = make_contact(email_ids=[{"email_id": EMAIL, "validated": 1, "validated_on": now_datetime()}])
	assert not contact.email_ids[0].validated
	contact.email_ids[0].validated = 1
	contact.phone_nos[0].validated = 1
	contact.save()
	assert not email_row(contact).validated and not contact.phone_nos[0].validated
	row = frappe.get_doc("Contact Email", contact.email_ids[0].name)
	row.validated = 1
	row.save()  # as REST writes a row without its contact
	assert not email_row(contact).validated
	values = {"email_id": "x@example.com", "validated": 1}
	values |= {"parent": contact.name, "parenttype": "Contact", "parentfield": "email_ids"}
	row = frappe.get_doc({"doctype": "Contact Email", **values}).insert()
	assert not row.validated


# D9
def test_a_changed_row_is_red_even_without_its_contact():
	contact = make_contact()
	validate_email(contact)
	row = frappe.get_doc("Contact Email", contact.email_ids[0].name)
	row.email_id = "otra@example.com"
	row.save()
	assert not email_row(contact).validated


# D9
def test_only_who_may_edit_the_contact_may_ask():
	contact = make_contact()
	frappe.set_user(make_user("Blogger").name)
	with pytest.raises(frappe.PermissionError):
		api.send(contact.name, EMAIL)
	with pytest.raises(frappe.PermissionError):
		api.confirm_code(contact.name, EMAIL, "123456")


# D9
def test_a_user_of_the_website_writes_to_nobody():
	visitor = make_user("Customer", user_type="Website User")
	frappe.set_user(visitor.name)
	contact = make_contact(visitor, links=[])
	assert frappe.has_permission("Contact", "write", doc=contact)
	with pytest.raises(frappe.PermissionError):
		api.send(contact.name, EMAIL)


# D9
def test_a_salesperson_needs_no_more_than_the_contact(gateway):
	contact = make_contact()
	frappe.set_user(make_user("Sales User").name)
	api.send(contact.name, MOBILE)
	assert api.confirm_code(contact.name, MOBILE, gateway.code)["confirmed"]
	assert not frappe.has_permission("Contact Validation", "read")


# D9
def test_nobody_makes_or_edits_validations_by_hand():
	contact = make_contact()
	api.send(contact.name, EMAIL)
	frappe.set_user(make_user("Sales Manager", "System Manager").name)
	sent = frappe.get_last_doc("Contact Validation")
	assert frappe.has_permission("Contact Validation", "read", doc=sent)
	for ptype in ("write", "create"):
		assert not frappe.has_permission("Contact Validation", ptype)
	sent.apply_fieldlevel_read_permissions()
	assert not sent.as_dict().get("secret_hash")


# D9
def test_the_forms_are_told_the_marks():
	lead = make_lead(language="es")
	contact = make_contact(lead)
	validate_email(contact)
	for doc in (frappe.get_doc("Lead", lead.name), contact.reload()):
		run_onload(doc)
		marks = doc.get_onload("contact_marks")[contact.name]
		assert [(m["medium"], m["address"], bool(m["validated_on"])) for m in marks] == [
			("Email", EMAIL, True),
			("SMS", MOBILE, False),
		]


# D9
def test_a_mark_says_that_an_answer_is_awaited(gateway):
	contact = make_contact()
	assert not any(mark["waiting_until"] for mark in marks_of(contact))
	api.send(contact.name, MOBILE)
	assert [bool(mark["waiting_until"]) for mark in marks_of(contact)] == [False, True]
	age_all(hours=-1)
	assert not any(mark["waiting_until"] for mark in marks_of(contact))


# D9
def test_deleting_the_contact_takes_its_validations_along():
	contact, other = make_contact(), make_contact(email_ids=[{"email_id": "luis@example.com"}])
	api.send(contact.name, EMAIL)
	api.send(other.name, "luis@example.com")
	contact.delete()
	assert frappe.get_all("Contact Validation", pluck="contact") == [other.name]


# D9
def test_validations_are_cleared_by_age():
	contact = make_contact()
	api.send(contact.name, EMAIL)
	old = link_of(contact)["v"]
	age(old, days=-40)
	api.send(contact.name, EMAIL)
	settings = frappe.get_doc("Log Settings")
	settings.set("logs_to_clear", [{"ref_doctype": "Contact Validation", "days": 30}])
	settings.clear_logs()
	assert not frappe.db.exists("Contact Validation", old)
	assert frappe.db.count("Contact Validation") == 1
	assert "Contact Validation" in frappe.get_hooks("default_log_clearing_doctypes")


def validate_email(contact) -> None:
	api.send(contact.name, EMAIL)
	assert answer(link_of(contact))
	contact.reload()


def marks_of(contact) -> list[dict]:
	doc = frappe.get_doc("Contact", contact.name)
	run_onload(doc)
	return doc.get_onload("contact_marks")[contact.name]


def refused(contact, address: str, why: str) -> str:
	"""Say how a message is refused, of which nothing may stay."""
	before = frappe.db.count("Contact Validation")
	frappe.db.savepoint("refused")
	with pytest.raises(VerificationError) as error:
		api.send(contact.name, address)
	frappe.db.rollback(save_point="refused")
	assert re.search(why, str(error.value)), str(error.value)
	assert frappe.db.count("Contact Validation") == before
	return str(error.value)
