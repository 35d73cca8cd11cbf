"""What is written past the door is found and mended; stage and status never contradict each other."""

import frappe
import frappe.client
import pytest
from frappe.utils import now_datetime, today

from crm_etapas.api import stages as api
from crm_etapas.events import scheduler
from crm_etapas.pipeline import truth
from tests.site.factories import (
	WHY_LOST,
	change_stage,
	make_customer,
	make_event,
	make_lead,
	make_opportunity,
)
from tests.site.invariants import assert_whole


def now_true(doc, field="prospect_stage") -> tuple[str, str]:
	frappe.db.before_commit.run()
	assert_whole(doc)
	return frappe.db.get_value(doc.doctype, doc.name, [field, "status"])


# C2
def test_db_set_of_a_status_against_a_closed_stage_is_undone():
	lead = make_lead(disqualification_reason="Sin Necesidad")
	lead.db_set("status", "Open")
	assert now_true(lead) == ("No Interesado", "Do Not Contact")


# C2
def test_db_set_of_a_status_that_comes_from_documents_moves_an_active_stage():
	lead = make_lead()
	lead.db_set("status", "Converted")
	assert now_true(lead) == ("Convertido a Oportunidad", "Converted")
	assert api.history("Lead", lead.name)[-1].cause == "Rule"


# C2, D15
def test_db_set_of_a_stage_is_kept_and_logged_as_a_correction():
	lead = make_lead()
	lead.db_set("prospect_stage", "Interesado Sin Decisión")
	assert now_true(lead)[0] == "Interesado Sin Decisión"
	assert api.history("Lead", lead.name)[-1].cause == "Correction"


# C2, D15
@pytest.mark.parametrize("nonsense", ["En Negociación", None])
def test_a_stage_that_does_not_exist_is_put_back(nonsense):
	lead = make_lead()
	lead.db_set("prospect_stage", nonsense)
	assert now_true(lead) == ("Nuevo", "Lead")
	assert len(api.history("Lead", lead.name)) == 1


# C2
def test_what_set_value_leaves_is_found_by_the_repair():
	silent, moved, gone = make_lead(prospect_stage="Spam"), make_lead(), make_opportunity()
	frappe.db.set_value("Lead", silent.name, "status", "Open")
	frappe.db.set_value("Lead", moved.name, "prospect_stage", "Contacto Establecido")
	frappe.db.delete("Stage Log", {"reference_name": gone.name})
	found = truth.repair()
	assert found["prospect"] >= 2 and found["opportunity"] >= 1
	assert now_true(silent) == ("Spam", "Do Not Contact")
	assert now_true(moved)[0] == "Contacto Establecido"
	assert now_true(gone, "opportunity_stage") == ("Cotización Solicitada", "Open")
	assert not any(truth.repair().values())


# C2
def test_erpnexts_daily_job_cannot_reopen_a_closed_record():
	lead, opportunity = make_lead(disqualification_reason="Sin Necesidad"), make_opportunity()
	api.move("Opportunity", opportunity.name, "Cerrado Perdido", values=WHY_LOST)
	for doc in (lead, opportunity):
		make_event(doc, starts_on=now_datetime())
	from erpnext.crm.utils import open_leads_opportunities_based_on_todays_event

	open_leads_opportunities_based_on_todays_event()
	assert frappe.db.get_value("Lead", lead.name, "status") == "Open"
	scheduler.after_job("run_scheduled_job", {"job_type": scheduler.REOPENS}, None)
	assert now_true(lead) == ("No Interesado", "Do Not Contact")
	assert now_true(opportunity, "opportunity_stage") == ("Cerrado Perdido", "Lost")


# C2
def test_the_job_that_is_followed_is_one_of_erpnexts():
	daily = frappe.get_hooks("scheduler_events", app_name="erpnext")
	assert any(scheduler.REOPENS in methods for methods in daily.values() if isinstance(methods, list))


# C2
def test_erpnext_closing_an_opportunity_that_got_no_answer_loses_it():
	from erpnext.crm.doctype.opportunity.opportunity import auto_close_opportunity

	opportunity = make_opportunity()
	opportunity.status = "Replied"
	opportunity.save()
	assert opportunity.opportunity_stage == "Cotización Solicitada"
	long_ago = frappe.utils.add_days(today(), -60)
	frappe.db.set_value("Opportunity", opportunity.name, "modified", long_ago, update_modified=False)
	auto_close_opportunity()
	assert now_true(opportunity, "opportunity_stage") == ("Cerrado Perdido", "Closed")


# C2, B6
def test_set_as_lost_on_the_opportunity_moves_its_stage():
	opportunity = make_opportunity()
	opportunity.declare_enquiry_lost(WHY_LOST["lost_reasons"], [], "Sin presupuesto")
	assert now_true(opportunity, "opportunity_stage") == ("Cerrado Perdido", "Lost")


# C2
def test_a_customer_cannot_convert_a_lead_without_its_stage():
	lead = make_lead(prospect_stage="Spam")
	make_customer(lead_name=lead.name)
	assert now_true(lead) == ("Convertido a Oportunidad", "Converted")


# C2
def test_the_status_kanban_goes_through_the_door():
	change_stage("No Interesado", requirements=[])
	lead = make_lead()
	frappe.client.set_value("Lead", lead.name, "status", "Do Not Contact")
	assert now_true(lead) == ("No Interesado", "Do Not Contact")
