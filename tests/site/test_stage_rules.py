"""What a stage asks for, who may enter it, and what its rules would have stopped."""

import frappe
import pytest
from frappe.utils import add_days, now_datetime

from crm_etapas.api import stages as api
from crm_etapas.conversion.documents import opportunities_with_order
from crm_etapas.exceptions import StageRequirementError, TransitionNotAllowedError
from tests.site.factories import (
	WHY_LOST,
	change_stage,
	make_event,
	make_interaction,
	make_lead,
	make_opportunity,
	make_quotation,
	make_sales_order,
	make_stage,
	make_user,
)


def require(stage: str, doctype: str = "Prospect Stage", **requirement) -> None:
	change_stage(stage, doctype, requirements=[requirement])


def kinds_missing(doc, stage: str) -> list[str]:
	with pytest.raises(StageRequirementError) as refused:
		api.move(doc.doctype, doc.name, stage)
	return [entry["kind"] for entry in refused.value.missing]


# A3
def test_an_interaction_by_the_medium_asked_for():
	require("Contacto Establecido", kind="Interaction", medium="Phone")
	lead = make_lead()
	assert kinds_missing(lead, "Contacto Establecido") == ["Interaction"]
	make_interaction(lead, communication_medium="Email")
	assert kinds_missing(lead, "Contacto Establecido") == ["Interaction"]
	make_interaction(lead, communication_medium="Phone")
	assert api.move("Lead", lead.name, "Contacto Establecido")["stage"] == "Contacto Establecido"


# A7
def test_a_next_contact_in_the_future():
	require("Contactar en un Futuro", kind="Next Contact")
	lead = make_lead()
	make_event(lead, starts_on=add_days(now_datetime(), -1))
	assert kinds_missing(lead, "Contactar en un Futuro") == ["Next Contact"]
	make_event(lead, starts_on=add_days(now_datetime(), 10))
	assert api.move("Lead", lead.name, "Contactar en un Futuro")["stage"] == "Contactar en un Futuro"


# A5
def test_an_attached_document():
	require("Calificación en Progreso", kind="Attachment")
	lead = make_lead()
	assert kinds_missing(lead, "Calificación en Progreso") == ["Attachment"]
	frappe.get_doc(
		{
			"doctype": "File",
			"file_name": "ficha.txt",
			"content": "ficha",
			"attached_to_doctype": "Lead",
			"attached_to_name": lead.name,
			"is_private": 1,
		}
	).insert()
	assert api.move("Lead", lead.name, "Calificación en Progreso")["stage"] == "Calificación en Progreso"


# B3, B5
def test_a_submitted_quotation_and_an_accepted_order():
	require("Análisis", "Opportunity Stage", kind="Quotation")
	opportunity = make_opportunity()
	assert kinds_missing(opportunity, "Análisis") == ["Quotation"]
	quotation = make_quotation(opportunity)
	assert kinds_missing(opportunity, "Análisis") == ["Quotation"]  # a draft is not enough
	quotation.submit()
	assert api.move("Opportunity", opportunity.name, "Análisis")["stage"] == "Análisis"

	require("En Negociación", "Opportunity Stage", kind="Sales Order")
	assert kinds_missing(opportunity, "En Negociación") == ["Sales Order"]
	make_sales_order(quotation).submit()
	assert opportunities_with_order("Opportunity", [opportunity.name]) == {opportunity.name}


# B6, B7
def test_lost_reasons_and_competitors_are_fields_that_a_stage_can_ask_for():
	change_stage(
		"Cerrado Perdido Competencia",
		"Opportunity Stage",
		requirements=[
			{"kind": "Field", "fieldname": "lost_reasons"},
			{"kind": "Field", "fieldname": "competitors"},
		],
	)
	opportunity = make_opportunity()
	assert kinds_missing(opportunity, "Cerrado Perdido Competencia") == ["Field", "Field"]
	(reason,) = (row["lost_reason"] for row in WHY_LOST["lost_reasons"])
	rival = frappe.get_doc({"doctype": "Competitor", "competitor_name": "Rival S. A."}).insert().name
	api.move(
		"Opportunity",
		opportunity.name,
		"Cerrado Perdido Competencia",
		values={"lost_reasons": [{"lost_reason": reason}], "competitors": [{"competitor": rival}]},
	)
	opportunity.reload()
	assert (opportunity.status, opportunity.lost_reasons[0].lost_reason) == ("Lost", reason)


# A5
def test_a_condition_must_hold_and_says_what_to_do():
	change_stage(
		"Calificación en Progreso",
		condition="doc.annual_revenue > 1000",
		condition_message="Anota la facturación anual",
	)
	lead = make_lead(annual_revenue=10)
	with pytest.raises(StageRequirementError, match="Anota la facturación anual"):
		api.move("Lead", lead.name, "Calificación en Progreso")
	moved = api.move("Lead", lead.name, "Calificación en Progreso", values={"annual_revenue": 5000})
	assert moved["stage"] == "Calificación en Progreso"


# A5
@pytest.mark.parametrize("condition", ["doc.annual_revenue >", "nada + 1", "__import__('os')"])
def test_a_broken_condition_is_refused_when_the_stage_is_saved(condition):
	with pytest.raises(frappe.ValidationError, match="Análisis"):
		change_stage("Análisis", "Opportunity Stage", condition=condition, condition_message="…")


# A
def test_a_kind_that_the_pipeline_does_not_know_is_refused():
	with pytest.raises(frappe.ValidationError):
		require("Análisis", "Opportunity Stage", kind="Field", fieldname="no_existe")


# A
def test_roles_decide_who_enters_a_stage():
	change_stage("Spam", enter_roles=[{"role": "Sales Manager"}])
	salesperson, manager = make_user("Sales User").name, make_user("Sales User", "Sales Manager").name
	lead = make_lead()
	frappe.set_user(salesperson)
	with pytest.raises(TransitionNotAllowedError, match="Spam"):
		api.move("Lead", lead.name, "Spam")
	with pytest.raises(TransitionNotAllowedError, match="Spam"):
		make_lead(prospect_stage="Spam")
	frappe.set_user(manager)
	assert api.move("Lead", lead.name, "Spam")["stage"] == "Spam"


# A
def test_the_preview_says_whom_the_rules_would_have_stopped():
	stage = make_stage()
	bare, full = (
		make_lead(prospect_stage=stage.name),
		make_lead(prospect_stage=stage.name, job_title="Compras"),
	)
	make_interaction(full)
	stage.append("requirements", {"kind": "Field", "fieldname": "job_title"})
	stage.append("requirements", {"kind": "Interaction"})
	stage.condition, stage.condition_message = "doc.first_name == 'Ana'", "Se llama Ana"
	found = api.preview_rules(stage.as_dict())
	assert (found["looked_at"], found["stopped"]) == (2, 1)
	assert [rule["stopped"] for rule in found["by_rule"]] == [1, 1, 0]
	assert [example["name"] for example in found["examples"]] == [bare.name]
	assert len(found["examples"][0]["lacks"]) == 2
	frappe.set_user(make_user("Sales User").name)
	with pytest.raises(frappe.PermissionError):
		api.preview_rules(stage.as_dict())


# A2
def test_rot_counts_working_days():
	company = frappe.get_all("Company", pluck="name")[0]
	today = frappe.utils.getdate()
	holidays = frappe.get_doc(
		{
			"doctype": "Holiday List",
			"holiday_list_name": "Todo festivo",
			"from_date": add_days(today, -20),
			"to_date": today,
			"holidays": [
				{"holiday_date": add_days(today, -days), "description": "Festivo"} for days in range(15)
			],
		}
	).insert()
	lead = make_lead(company=company)
	frappe.db.set_value("Lead", lead.name, "prospect_stage_entered_on", add_days(now_datetime(), -10))
	assert api.get_path("Lead", lead.name)["rotten"]
	frappe.db.set_value("Company", company, "default_holiday_list", holidays.name)
	frappe.clear_document_cache("Company", company)
	path = api.get_path("Lead", lead.name)
	assert not path["rotten"] and path["days"] > 9
