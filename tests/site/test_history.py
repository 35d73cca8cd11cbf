"""History: corrected with a trace, forgotten as the settings say."""

import frappe
import pytest
from frappe.utils import add_days, get_datetime, now_datetime

from crm_etapas.api import stages as api
from crm_etapas.crm_etapas.doctype.stage_log.stage_log import StageLog
from crm_etapas.events import scheduler
from crm_etapas.exceptions import StageError
from tests.site.factories import make_lead, make_opportunity, make_user
from tests.site.invariants import assert_whole


def aged_lead(days: int = 10):
	"""A lead that entered two stages, `days` and half as many days ago."""
	lead = make_lead()
	api.move("Lead", lead.name, "Intento de Contacto", comment="Llamé a Ana")
	log = frappe.qb.DocType("Stage Log")
	first, second = (add_days(now_datetime(), -days), add_days(now_datetime(), -days / 2))
	for row, entered_on, left_on in zip(
		api.history("Lead", lead.name), (first, second), (second, None), strict=True
	):
		query = frappe.qb.update(log).set(log.entered_on, entered_on).set(log.cycle_entered_on, first)
		query = query.where(log.name == row.name)
		query = query.set(log.seconds, (left_on - entered_on).total_seconds()) if left_on else query
		query.set(log.left_on, left_on).run()
	frappe.db.set_value("Lead", lead.name, "prospect_stage_entered_on", second)
	return lead


def settings(**values) -> None:
	frappe.db.set_single_value("CRM Etapas Settings", values)
	frappe.clear_document_cache("CRM Etapas Settings", "CRM Etapas Settings")


# D15
def test_a_manager_moves_a_boundary_and_it_is_logged():
	lead = aged_lead()
	stay = api.history("Lead", lead.name)[1]
	moment = add_days(stay.entered_on, -2)
	frappe.set_user(make_user("Sales User", "Sales Manager").name)
	rows = api.correct(stay.name, str(moment), "Llamó el lunes")
	assert rows[0].left_on == rows[1].entered_on == moment
	assert "Llamó el lunes" in rows[1].correction and frappe.session.user in rows[1].correction
	entered_on = frappe.db.get_value("Lead", lead.name, "prospect_stage_entered_on")
	assert get_datetime(entered_on) == moment
	assert_whole(lead)


# D15
def test_a_boundary_stays_within_its_two_stays_and_needs_a_reason():
	lead = aged_lead()
	first, second = api.history("Lead", lead.name)
	for moment in (add_days(first.entered_on, -1), add_days(now_datetime(), 1)):
		with pytest.raises(StageError, match=lead.name):
			api.correct(second.name, str(moment), "motivo")
	with pytest.raises(StageError):
		api.correct(second.name, str(second.entered_on), " ")
	assert api.history("Lead", lead.name) == [first, second]


# D15
def test_a_salesperson_cannot_correct_history():
	lead = aged_lead()
	stay = api.history("Lead", lead.name)[1]
	frappe.set_user(make_user("Sales User").name)
	with pytest.raises(frappe.PermissionError):
		api.correct(stay.name, str(stay.entered_on), "motivo")


# D15
def test_people_are_taken_out_of_old_stays():
	lead = aged_lead(days=200)
	settings(anonymise_after_months=2)
	scheduler.daily()
	old, current = api.history("Lead", lead.name)
	assert (old.moved_by, old.responsible, old.comment) == (None, None, None)
	assert current.comment == "Llamé a Ana"
	assert_whole(lead)


# D15
def test_log_settings_can_purge_old_stays():
	lead = aged_lead(days=200)
	log_settings = frappe.get_doc("Log Settings")
	log_settings.append("logs_to_clear", {"ref_doctype": "Stage Log", "days": 60})
	log_settings.save()
	assert "Stage Log" in [row.ref_doctype for row in log_settings.logs_to_clear]
	StageLog.clear_old_logs(60)
	(current,) = api.history("Lead", lead.name)
	assert (current.stage, current.left_on) == ("Intento de Contacto", None)
	api.move("Lead", lead.name, "Contacto Establecido")
	assert [row.sequence for row in api.history("Lead", lead.name)] == [2, 3]


# D15
def test_the_history_of_a_deleted_record_goes_or_becomes_anonymous():
	gone, kept = aged_lead(), aged_lead()
	frappe.delete_doc("Lead", gone.name)
	settings(keep_history_of_deleted=1)
	before = frappe.db.count("Stage Log")
	frappe.delete_doc("Lead", kept.name)
	assert frappe.db.count("Stage Log") == before
	assert not frappe.db.exists("Stage Log", {"reference_name": ["in", [gone.name, kept.name]]})
	anonymous = frappe.get_all("Stage Log", {"reference_name": ["like", "deleted-%"]}, ["*"])
	assert len(anonymous) == 3 and all(row.left_on for row in anonymous)
	assert not any(row.comment or row.moved_by or row.responsible for row in anonymous)


# B1
def test_erpnexts_sales_stage_follows_the_stage_until_set_by_hand():
	opportunity = make_opportunity()
	first = opportunity.sales_stage
	assert first and first == frappe.db.get_value("Opportunity Stage", "Cotización Solicitada", "sales_stage")
	opportunity.opportunity_stage = "En Negociación"
	opportunity.save()
	assert opportunity.sales_stage not in (first, None, "")
	opportunity.sales_stage = first  # by hand, against the stage
	opportunity.save()
	opportunity.opportunity_stage = "En Propuesta"
	opportunity.save()
	assert opportunity.sales_stage == first
