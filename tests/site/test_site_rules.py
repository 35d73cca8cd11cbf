"""What a site has set up for itself still happens when a record moves: by hand, by itself, in bulk."""

import frappe
import pytest

from crm_etapas.api import stages as api
from tests.site.factories import make_interaction, make_lead, make_user


def by_hand(lead) -> None:
	api.move("Lead", lead.name, "Intento de Contacto")


def by_itself(lead) -> None:
	make_interaction(lead)


MOVES = pytest.mark.parametrize("move", [by_hand, by_itself], ids=lambda move: move.__name__)


# C9
@MOVES
def test_an_assignment_rule_assigns(move):
	user = make_user("Sales User").name
	frappe.db.set_value("Notification Settings", user, "enable_email_assignment", 0)
	frappe.get_doc(
		{
			"doctype": "Assignment Rule",
			"name": "Intentos",
			"document_type": "Lead",
			"assign_condition": "prospect_stage == 'Intento de Contacto'",
			"rule": "Round Robin",
			"users": [{"user": user}],
			"assignment_days": [{"day": day} for day in DAYS],
		}
	).insert()
	lead = make_lead()
	move(lead)
	to_do = {"reference_type": "Lead", "reference_name": lead.name, "allocated_to": user}
	assert frappe.db.exists("ToDo", to_do)


# D19
@MOVES
def test_a_notification_is_sent(move):
	user = make_user("Sales User").name
	frappe.get_doc(
		{
			"doctype": "Notification",
			"name": "Etapa nueva",
			"subject": "{{ doc.title }} cambió de etapa",
			"document_type": "Lead",
			"event": "Value Change",
			"value_changed": "prospect_stage",
			"channel": "System Notification",
			"message": "{{ doc.prospect_stage }}",
			"recipients": [{"receiver_by_role": "Sales User"}],
			"enabled": 1,
		}
	).insert()
	lead = make_lead(lead_owner=user)
	move(lead)
	assert frappe.db.exists("Notification Log", {"document_name": lead.name, "for_user": user})


# D19
@MOVES
def test_a_server_script_runs(move):
	frappe.get_doc(
		{
			"doctype": "Server Script",
			"name": "Anotar la etapa",
			"script_type": "DocType Event",
			"reference_doctype": "Lead",
			"doctype_event": "Before Save",
			"script": "doc.job_title = doc.prospect_stage",
		}
	).insert()
	lead = make_lead()
	move(lead)
	assert frappe.db.get_value("Lead", lead.name, "job_title") == "Intento de Contacto"


# D19
@MOVES
def test_a_webhook_is_queued(move, monkeypatch):
	frappe.get_doc(
		{
			"doctype": "Webhook",
			"name": "Aviso",
			"webhook_doctype": "Lead",
			"webhook_docevent": "on_update",
			"request_url": "http://127.0.0.1:9/",
			"request_method": "POST",
			"webhook_json": "{}",
			"request_structure": "JSON",
			"condition": "doc.prospect_stage == 'Intento de Contacto'",
			"enabled": 1,
		}
	).insert()
	lead = make_lead()
	frappe.local._webhook_queue = None
	move(lead)
	assert [job.doc.name for job in frappe.local._webhook_queue or []] == [lead.name]


DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
