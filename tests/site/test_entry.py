"""By which way a prospect comes in, and what is known of it from that: channel and campaign."""

import json
from email.message import EmailMessage

import frappe
import pytest
from frappe.email.doctype.email_account.email_account import EmailAccount
from frappe.email.receive import InboundMail
from frappe.utils.background_jobs import execute_job
from frappe.website.doctype.web_form.web_form import accept
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from crm_etapas import master
from crm_etapas.exceptions import ProfileError
from crm_etapas.profile.entry import READS_MAIL
from tests.site.factories import make_lead

PAGE = "https://example.com/contacto"


@pytest.fixture
def web_form():
	fields = [{"fieldname": fieldname, "fieldtype": "Data"} for fieldname in ("first_name", "email_id")]
	return (
		frappe.get_doc(
			{
				"doctype": "Web Form",
				"title": "Hablemos",
				"route": "hablemos",
				"doc_type": "Lead",
				"published": 1,
				"web_form_fields": fields,
			}
		)
		.insert()
		.name
	)


@pytest.fixture
def fill_in(web_form):
	"""Send the form as a guest who has come by a link."""

	def send(link: str = PAGE):
		request = EnvironBuilder(path="/api/method/accept", method="POST", headers={"Referer": link})
		frappe.local.request = Request(request.get_environ())
		frappe.local.request_ip = frappe.generate_hash()  # each may send ten forms a minute
		frappe.set_user("Guest")
		answers = {"first_name": "Rosa", "email_id": f"{frappe.generate_hash(length=8)}@example.com"}
		doc = accept(web_form, json.dumps(answers))
		frappe.set_user("Administrator")
		return doc

	yield send
	frappe.flags.in_web_form = None


@pytest.fixture
def receive(monkeypatch):
	"""Receive a mail as the scheduler's job does; only the mail server is missing."""
	account = frappe.get_doc(
		{
			"doctype": "Email Account",
			"email_account_name": "Ventas",
			"email_id": "ventas@example.com",
			"append_to": "Lead",
		}
	)
	account.name = "Ventas"
	account.db_insert()

	def send(sender: str):
		mail = EmailMessage()
		mail["From"], mail["To"] = f"Rosa Díaz <{sender}>", "ventas@example.com"
		mail["Subject"], mail["Message-ID"] = "Precios", f"<{frappe.generate_hash()}@example.com>"
		mail.set_content("¿Cuánto cuesta?")
		monkeypatch.setattr(
			EmailAccount,
			"get_inbound_mails",
			lambda account: [InboundMail(mail.as_bytes(), account, append_to="Lead")],
		)
		execute_job(
			frappe.local.site, READS_MAIL[0], None, "mails", {"email_account": "Ventas"}, is_async=False
		)
		return frappe.get_last_doc("Lead", {"email_id": sender})

	yield send
	del frappe.local.job


# F1
def test_a_web_form_says_its_channel(fill_in):
	assert fill_in().sales_channel == "Sitio Web"
	assert fill_in().source == frappe.db.get_value("Sales Channel", "Sitio Web", "erpnext_source")


# F1
def test_the_link_to_the_form_says_campaign_and_channel(fill_in):
	frappe.get_doc({"doctype": "Campaign", "campaign_name": "Feria 2026"}).insert()
	lead = fill_in(f"{PAGE}?utm_campaign=Feria+2026&utm_source=publicidad")
	assert (lead.campaign_name, lead.sales_channel) == ("Feria 2026", "Publicidad")


# F1: a guest's link makes no campaigns and no channels
@pytest.mark.parametrize(
	"query", ["utm_campaign=Nada&utm_source=Nada", "utm_campaign=&utm_source", "%00=%ff"]
)
def test_a_link_that_names_nothing_known_changes_nothing(fill_in, query):
	lead = fill_in(f"{PAGE}?{query}")
	assert (lead.campaign_name, lead.sales_channel) == (None, "Sitio Web")
	assert not frappe.db.exists("Campaign", "Nada")


# F1
def test_a_mail_says_its_channel(receive):
	sender = f"{frappe.generate_hash(length=8)}@example.com"
	lead = receive(sender)
	assert (lead.sales_channel, lead.email_id) == ("Correo Electrónico", sender)


# F1, D2
def test_ways_without_a_channel_get_the_default(fill_in):
	assert make_lead().sales_channel == master.default("Sales Channel")
	frappe.db.set_value("Sales Channel", "Sitio Web", "entry_way", None)
	master.clear_cache("Sales Channel")
	assert fill_in().sales_channel == master.default("Sales Channel")


# F1: what somebody says stands
def test_an_import_that_names_its_channel_keeps_it():
	frappe.flags.in_import = True
	channel = frappe.get_doc("Sales Channel", "Feria o Evento")
	channel.entry_way = "Import"
	channel.save()
	assert make_lead(sales_channel="Referido").sales_channel == "Referido"
	assert make_lead(source="Campaign").sales_channel != "Feria o Evento"
	assert make_lead().sales_channel == "Feria o Evento"


# F1, D2
def test_one_channel_a_way():
	channel = frappe.get_doc("Sales Channel", "WhatsApp")
	channel.entry_way = "Web Form"
	with pytest.raises(ProfileError, match="Sitio Web"):
		channel.save()
	channel = frappe.get_doc("Sales Channel", "WhatsApp")
	channel.update({"entry_way": "Web Form", "disabled": 1})
	channel.save()
