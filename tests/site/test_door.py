"""Every change of stage goes through one door: checked, logged, reflected in ERPNext's status."""

import frappe
import pytest
from frappe.model.dynamic_links import _dynamic_link_map_key
from frappe.utils import add_days, get_datetime, now_datetime

from crm_etapas.api import stages as api
from crm_etapas.exceptions import (
	DisabledStageError,
	StageError,
	StageRequirementError,
	TransitionNotAllowedError,
	UnknownStageError,
)
from crm_etapas.pipeline import transition
from crm_etapas.pipeline.history import Move
from crm_etapas.pipelines import PROSPECT
from tests.site.factories import WHY_LOST, change_stage, make_lead, make_opportunity, make_stage, make_user
from tests.site.invariants import assert_whole


def stays(doc) -> list[tuple]:
	return [(row.sequence, row.stage, row.cause) for row in api.history(doc.doctype, doc.name)]


# A1, B1
def test_new_records_enter_the_default_stage():
	lead = make_lead()
	assert (lead.prospect_stage, lead.status, lead.process_status) == ("Nuevo", "Lead", "En Gestión")
	assert stays(lead) == [(1, "Nuevo", "Manual")]
	assert_whole(lead)
	opportunity = make_opportunity(lead)
	assert (opportunity.opportunity_stage, opportunity.status) == ("Cotización Solicitada", "Open")
	assert opportunity.probability == 10
	assert_whole(opportunity)


# A1
def test_the_default_stage_is_the_one_an_admin_chose():
	stage = make_stage(is_default=1)
	assert make_lead().prospect_stage == stage.name
	assert frappe.get_all("Prospect Stage", {"is_default": 1}, pluck="name") == [stage.name]


# A2, C2
def test_saving_another_stage_logs_it_and_sets_the_status():
	lead = make_lead()
	lead.prospect_stage = "Intento de Contacto"
	lead.save()
	assert lead.status == "Open"
	assert stays(lead) == [(1, "Nuevo", "Manual"), (2, "Intento de Contacto", "Manual")]
	assert_whole(lead)
	first = api.history("Lead", lead.name)[0]
	assert first.seconds == (first.left_on - first.entered_on).total_seconds()


# C2
def test_saving_without_a_change_of_stage_writes_no_history():
	lead = make_lead()
	entered_on = lead.prospect_stage_entered_on
	lead.job_title = "Compras"
	lead.save()
	assert len(stays(lead)) == 1
	assert get_datetime(lead.prospect_stage_entered_on) == get_datetime(entered_on)


# C2
def test_what_the_engine_keeps_cannot_be_written_by_hand():
	lead = make_lead()
	entered_on = lead.prospect_stage_entered_on
	lead.update({"prospect_stage_entered_on": "2001-01-01 00:00:00", "process_status": "No Interesado"})
	lead.save()
	assert get_datetime(lead.prospect_stage_entered_on) == get_datetime(entered_on)
	assert lead.process_status == "En Gestión"


# A6, C2
@pytest.mark.parametrize(
	("status", "stage"),
	[
		("Open", "Intento de Contacto"),
		("Replied", "Contacto Establecido"),
		("Interested", "Interesado Sin Decisión"),
		("Do Not Contact", "No Interesado"),
		("Converted", "Convertido a Oportunidad"),
	],
)
def test_a_status_set_by_hand_moves_the_stage(status, stage):
	change_stage("No Interesado", requirements=[])
	lead = make_lead()
	lead.status = status
	lead.save()
	assert (lead.prospect_stage, lead.status) == (stage, status)
	assert_whole(lead)


# C2, B6
def test_an_opportunity_that_erpnext_closes_is_not_won():
	opportunity = make_opportunity()
	opportunity.status = "Closed"
	opportunity.save()
	assert (opportunity.opportunity_stage, opportunity.status) == ("Cerrado Perdido", "Closed")


# C2
def test_an_admin_can_keep_the_status_from_moving_the_stage():
	frappe.db.set_single_value("CRM Etapas Settings", "status_moves_stage", 0)
	frappe.clear_document_cache("CRM Etapas Settings", "CRM Etapas Settings")
	lead = make_lead()
	lead.status = "Replied"
	lead.save()
	assert (lead.prospect_stage, lead.status) == ("Nuevo", "Replied")
	lead.status = "Do Not Contact"  # contradicts an open stage, so the stage's own status comes back
	lead.save()
	assert (lead.prospect_stage, lead.status) == ("Nuevo", "Lead")


# A6, C2
def test_erpnext_cannot_compute_a_status_against_the_stage():
	lead = make_lead()
	make_opportunity(lead)
	lead.reload()
	lead.update({"prospect_stage": "No Interesado", "disqualification_reason": "Sin Necesidad"}).save()
	assert lead.status == "Do Not Contact"
	lead.job_title = "Compras"
	lead.save()  # ERPNext finds the opportunity again and wants the status to be Opportunity
	assert (lead.prospect_stage, lead.status) == ("No Interesado", "Do Not Contact")


# C2
def test_a_lead_that_comes_in_with_a_closing_status_enters_the_stage_it_stands_for():
	lead = make_lead(status="Do Not Contact", disqualification_reason="Sin Necesidad")
	assert (lead.prospect_stage, lead.status) == ("No Interesado", "Do Not Contact")


# A8, F5
def test_an_opportunity_made_from_a_lead_converts_it():
	lead = make_lead()
	opportunity = make_opportunity(lead)
	lead.reload()
	assert (lead.prospect_stage, lead.status) == ("Convertido a Oportunidad", "Opportunity")
	last = api.history("Lead", lead.name)[-1]
	assert (last.cause, last.cause_doctype, last.cause_name) == (
		"Conversion",
		"Opportunity",
		opportunity.name,
	)
	assert_whole(lead)


# A8, D15
def test_the_opportunity_behind_a_conversion_can_be_deleted():
	lead = make_lead()
	opportunity = make_opportunity(lead)
	frappe.delete_doc("Opportunity", opportunity.name)
	assert not api.stage_history.of("Opportunity", opportunity.name)
	assert api.history("Lead", lead.name)[-1].cause_name == opportunity.name


# A8
def test_a_rule_that_cannot_be_followed_does_not_stop_the_opportunity():
	change_stage("Convertido a Oportunidad", requirements=[{"kind": "Field", "fieldname": "job_title"}])
	lead = make_lead()
	opportunity = make_opportunity(lead)
	assert frappe.db.exists("Opportunity", opportunity.name)
	frappe.db.before_commit.run()
	lead.reload()
	assert (lead.prospect_stage, lead.status) == ("Nuevo", "Lead")
	assert_whole(lead)
	assert "Convertido a Oportunidad" in frappe.local.message_log[-1]["message"]


# B5, C2
def test_probability_follows_the_stage_until_set_by_hand():
	opportunity = make_opportunity()
	opportunity.opportunity_stage = "Análisis"
	opportunity.save()
	assert opportunity.probability == 25
	opportunity.probability = 40
	opportunity.save()
	opportunity.opportunity_stage = "En Propuesta"
	opportunity.save()
	assert opportunity.probability == 40


# F8
def test_coming_back_from_a_closed_stage_begins_a_new_cycle():
	opportunity = make_opportunity()
	for stage, values in (("Cerrado Perdido", WHY_LOST), ("Cotización Solicitada", None)):
		api.move("Opportunity", opportunity.name, stage, values=values)
	assert [row.cycle for row in api.history("Opportunity", opportunity.name)] == [1, 1, 2]


# D15
def test_a_stay_keeps_who_and_what_it_was_then():
	lead = make_lead(lead_owner="Administrator", company=frappe.get_all("Company", pluck="name")[0])
	row = api.history("Lead", lead.name)[0]
	assert (row.moved_by, row.responsible, row.company) == ("Administrator", "Administrator", lead.company)


# A
def test_a_stage_that_does_not_exist_is_refused_with_those_that_do():
	lead = make_lead()
	with pytest.raises(UnknownStageError, match="Contacto Establecido"):
		api.move("Lead", lead.name, "Etapa Fantasma")
	lead.reload()
	lead.prospect_stage = "Etapa Fantasma"
	with pytest.raises(frappe.LinkValidationError, match="Etapa Fantasma"):
		lead.save()
	assert len(stays(lead)) == 1


# A, B
def test_a_stage_of_the_other_pipeline_is_refused():
	lead = make_lead()
	with pytest.raises(UnknownStageError, match="En Negociación"):
		api.move("Lead", lead.name, "En Negociación")
	assert len(stays(lead)) == 1


# A
def test_a_disabled_stage_takes_no_more_records():
	change_stage("Spam", disabled=1)
	lead = make_lead()
	with pytest.raises(DisabledStageError, match="Spam"):
		api.move("Lead", lead.name, "Spam")
	lead.reload()
	lead.prospect_stage = "Spam"
	with pytest.raises(DisabledStageError):
		lead.save()


# A
def test_a_stage_cannot_be_emptied():
	lead = make_lead()
	lead.prospect_stage = None
	with pytest.raises(StageError, match=lead.title):
		lead.save()


# A
def test_only_the_allowed_next_stages_can_follow():
	change_stage("Nuevo", allowed_next_stages=[{"stage": "Intento de Contacto"}])
	lead = make_lead()
	with pytest.raises(TransitionNotAllowedError, match="Intento de Contacto"):
		api.move("Lead", lead.name, "Contacto Establecido")
	path = api.get_path("Lead", lead.name)
	assert [s["name"] for s in path["stages"] if s["allowed"]] == ["Intento de Contacto"]
	assert api.move("Lead", lead.name, "Intento de Contacto")["stage"] == "Intento de Contacto"


# A
def test_roles_decide_who_leaves_a_stage_and_who_brings_back():
	change_stage("No Interesado", leave_roles=[{"role": "Sales Manager"}])
	change_stage("Nuevo", return_roles=[{"role": "Sales Manager"}])
	salesperson, manager = make_user("Sales User").name, make_user("Sales User", "Sales Manager").name
	lead = make_lead()
	api.move("Lead", lead.name, "No Interesado", values={"disqualification_reason": "Sin Necesidad"})
	frappe.set_user(salesperson)
	with pytest.raises(TransitionNotAllowedError, match="No Interesado"):
		api.move("Lead", lead.name, "Intento de Contacto")
	frappe.set_user(manager)
	api.move("Lead", lead.name, "Intento de Contacto")
	frappe.set_user(salesperson)
	with pytest.raises(TransitionNotAllowedError, match="Nuevo"):
		api.move("Lead", lead.name, "Nuevo")
	frappe.set_user(manager)
	assert api.move("Lead", lead.name, "Nuevo")["stage"] == "Nuevo"


# A6
def test_what_a_stage_asks_for_comes_as_a_list_and_can_be_given_with_the_move():
	change_stage(
		"No Interesado", requirements=[{"kind": "Field", "fieldname": "industry"}, {"kind": "Comment"}]
	)
	lead = make_lead()
	with pytest.raises(StageRequirementError) as refused:
		api.move("Lead", lead.name, "No Interesado")
	assert [entry["fieldname"] for entry in refused.value.missing] == ["industry", "comment"]
	assert frappe.local.response["missing"] == refused.value.missing
	assert refused.value.missing[0]["options"] == "Industry Type"

	industry = frappe.get_all("Industry Type", limit=1, pluck="name")[0]
	api.move("Lead", lead.name, "No Interesado", comment="Sin presupuesto", values={"industry": industry})
	assert frappe.db.get_value("Lead", lead.name, "industry") == industry
	assert api.history("Lead", lead.name)[-1].comment == "Sin presupuesto"


# A
def test_a_field_that_nobody_can_fill_in_is_refused():
	lead = make_lead()
	with pytest.raises(frappe.ValidationError, match="no_existe"):
		api.move("Lead", lead.name, "Intento de Contacto", values={"no_existe": 1})


# D15
def test_who_cannot_see_a_record_learns_nothing_about_it():
	lead = make_lead()
	frappe.set_user(make_user("Blogger").name)
	for call in (
		lambda name: api.get_path("Lead", name),
		lambda name: api.history("Lead", name),
		lambda name: api.move("Lead", name, "Spam"),
	):
		with pytest.raises(frappe.PermissionError) as hidden:
			call(lead.name)
		with pytest.raises(frappe.PermissionError) as absent:
			call("CRM-LEAD-0000-00000")
		assert str(hidden.value).replace(lead.name, "X") == str(absent.value).replace(
			"CRM-LEAD-0000-00000", "X"
		)


# D15
def test_stage_log_shows_only_the_stays_of_records_that_the_user_may_read():
	mine, other = make_lead(), make_lead()
	user = make_user("Sales User").name
	frappe.get_doc(
		{"doctype": "User Permission", "user": user, "allow": "Lead", "for_value": mine.name}
	).insert()
	log_of_other = frappe.get_all("Stage Log", {"reference_name": other.name}, pluck="name")[0]
	frappe.set_user(user)
	seen = set(frappe.get_list("Stage Log", {"reference_doctype": "Lead"}, pluck="reference_name"))
	assert mine.name in seen and other.name not in seen
	assert not frappe.get_doc("Stage Log", log_of_other).has_permission("read")


# D15
def test_history_is_written_by_the_engine_alone():
	lead = make_lead()
	row = frappe.get_doc(
		"Stage Log", frappe.get_all("Stage Log", {"reference_name": lead.name}, pluck="name")[0]
	)
	row.comment = "otro"
	with pytest.raises(frappe.ValidationError):
		row.save(ignore_permissions=True)
	frappe.delete_doc("Lead", lead.name)
	assert not frappe.db.exists("Stage Log", {"reference_name": lead.name})


# D15
def test_history_follows_a_renamed_record_and_a_renamed_stage():
	lead = make_lead()
	frappe.rename_doc("Lead", lead.name, "CRM-LEAD-RENOMBRADO", force=True)
	frappe.rename_doc("Prospect Stage", "Nuevo", "Recién Llegado", force=True)
	assert api.history("Lead", "CRM-LEAD-RENOMBRADO")[0].stage == "Recién Llegado"
	assert api.get_path("Lead", "CRM-LEAD-RENOMBRADO")["stage"] == "Recién Llegado"
	assert make_lead().prospect_stage == "Recién Llegado"


# D15: Frappe remembers for hours which DocTypes history speaks of, and renames in no others
def test_history_follows_a_record_of_a_pipeline_that_had_no_history_before():
	lead = make_lead()
	make_lead()
	frappe.db.delete("Stage Log", {"reference_doctype": "Opportunity"})
	known = _dynamic_link_map_key("Stage Log", "reference_doctype")
	frappe.cache.delete_value(known)
	frappe.delete_doc("Lead", lead.name)
	frappe.local.cache.clear()  # the next request
	opportunity = make_opportunity()
	frappe.local.cache.clear()
	frappe.rename_doc("Opportunity", opportunity.name, "CRM-OPP-RENOMBRADA", force=True)
	frappe.cache.delete_value(known)
	assert len(api.history("Opportunity", "CRM-OPP-RENOMBRADA")) == 1


# D15, F3
def test_a_move_that_is_told_later_keeps_its_own_moment():
	lead = make_lead()
	yesterday, long_ago = add_days(now_datetime(), -1), add_days(now_datetime(), -30)
	frappe.db.set_value("Lead", lead.name, "prospect_stage_entered_on", long_ago)
	lead.reload()
	transition.move(lead, PROSPECT, "Intento de Contacto", Move(on=yesterday))
	assert api.history("Lead", lead.name)[-1].entered_on == yesterday
	for wrong in (long_ago, add_days(now_datetime(), 1)):
		lead.reload()
		with pytest.raises(StageError, match=lead.title):
			transition.move(lead, PROSPECT, "Contacto Establecido", Move(on=wrong))


# D15
def test_merging_two_leads_leaves_one_whole_history():
	older, newer = make_lead(), make_lead()
	month_ago = add_days(now_datetime(), -30)
	log = frappe.qb.DocType("Stage Log")
	update = frappe.qb.update(log).set(log.entered_on, month_ago).set(log.cycle_entered_on, month_ago)
	update.where(log.reference_name == older.name).run()
	frappe.db.set_value("Lead", older.name, "prospect_stage_entered_on", month_ago)
	api.move("Lead", older.name, "Intento de Contacto")
	api.move("Lead", newer.name, "Contacto Establecido")
	frappe.rename_doc("Lead", older.name, newer.name, merge=True, force=True)
	assert [stage for _, stage, _ in stays(newer)] == ["Nuevo", "Nuevo", "Contacto Establecido"]
	assert not api.stage_history.of("Lead", older.name)
	assert_whole(newer)
