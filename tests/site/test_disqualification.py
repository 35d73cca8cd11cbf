"""Why a prospect is not one for us: given, kept, forgotten when it comes back, reported to who may read it."""

import frappe
import pytest
from frappe.desk.form.load import run_onload

from crm_etapas.api import disqualification as api
from crm_etapas.api.stages import bulk_move_results, history, move
from crm_etapas.crm_etapas.report.disqualified_prospects import disqualified_prospects
from crm_etapas.exceptions import DisqualificationError, StageRequirementError
from crm_etapas.identity import merge
from tests.site.factories import change_stage, make_lead, make_stage, make_user
from tests.site.test_query_counts import counted

ONLY_COMPANIES = "Solo Vendemos a Empresas"
OUT_OF_REACH = "Fuera de Cobertura"


def change_reason(name: str, **values):
	return frappe.get_doc("Disqualification Reason", name).update(values).save()


def told(lead) -> tuple:
	lead.reload()
	return lead.disqualification_reason, bool(lead.disqualified_on), lead.disqualified_by


# F4
def test_a_prospect_is_disqualified_with_a_reason_and_a_comment():
	lead = make_lead(qualification_status="In Process")
	path = api.disqualify(lead.name, ONLY_COMPANIES, "Compra para su casa")
	assert path["stage"] == "No Interesado"
	assert told(lead) == (ONLY_COMPANIES, True, "Administrator")
	assert lead.disqualified_on == lead.prospect_stage_entered_on
	assert (lead.status, lead.process_status) == ("Do Not Contact", "No Interesado")
	assert lead.qualification_status == "Unqualified"
	assert history("Lead", lead.name)[-1].comment == f"{ONLY_COMPANIES}. Compra para su casa"


# F4: which stage is data
def test_the_reason_or_the_settings_say_which_stage():
	stage = make_stage(outcome="Lost", process_status="Descalificado").name
	frappe.get_doc("CRM Etapas Settings").update({"disqualification_stage": stage}).save()
	assert api.disqualify(make_lead().name, ONLY_COMPANIES)["stage"] == stage
	change_reason("Datos Falsos", stage="Spam")
	assert api.disqualify(make_lead().name, "Datos Falsos")["stage"] == "Spam"
	frappe.rename_doc("Prospect Stage", stage, "Fuera")
	assert api.disqualify(make_lead().name, ONLY_COMPANIES)["stage"] == "Fuera"


# F4: neither a stage where work goes on nor none at all
def test_a_stage_that_discards_nobody_is_refused():
	with pytest.raises(DisqualificationError, match="Contacto Establecido"):
		change_reason(ONLY_COMPANIES, stage="Contacto Establecido")
	with pytest.raises(DisqualificationError, match="Nuevo"):
		frappe.get_doc("CRM Etapas Settings").update({"disqualification_stage": "Nuevo"}).save()
	stage = make_stage(outcome="Lost").name
	change_reason(ONLY_COMPANIES, stage=stage)
	change_stage(stage, outcome="Open", process_status="En Gestión")
	lead = make_lead()
	with pytest.raises(DisqualificationError, match=stage):
		api.disqualify(lead.name, ONLY_COMPANIES)
	for name in frappe.get_all("Prospect Stage", {"outcome": "Lost"}, pluck="name"):
		change_stage(name, disabled=1)
	with pytest.raises(DisqualificationError, match="CRM Etapas"):
		api.disqualify(lead.name, OUT_OF_REACH)
	assert told(lead) == (None, False, None)


# F4: a form, REST or an import that only fills in the field does the same
def test_giving_the_reason_moves_the_prospect():
	lead = make_lead()
	lead.update({"disqualification_reason": OUT_OF_REACH, "disqualified_by": "Guest"}).save()
	assert lead.prospect_stage == "No Interesado"
	assert told(lead) == (OUT_OF_REACH, True, "Administrator")
	assert make_lead(disqualification_reason=OUT_OF_REACH).prospect_stage == "No Interesado"
	with pytest.raises(DisqualificationError, match="Contacto Establecido"):
		make_lead().update(
			{"disqualification_reason": OUT_OF_REACH, "prospect_stage": "Contacto Establecido"}
		).save()


# F4
def test_coming_back_clears_the_reason_and_the_history_keeps_it():
	lead = make_lead()
	api.disqualify(lead.name, ONLY_COMPANIES)
	lead.reload()
	since = lead.disqualified_on
	lead.update({"disqualification_reason": OUT_OF_REACH, "disqualified_on": "2001-01-01"}).save()
	assert (told(lead)[0], lead.disqualified_on) == (OUT_OF_REACH, since)
	move("Lead", lead.name, "Spam")
	assert told(lead) == (OUT_OF_REACH, True, "Administrator")
	move("Lead", lead.name, "Contacto Establecido")
	assert told(lead) == (None, False, None)
	assert lead.qualification_status == "In Process"
	assert ONLY_COMPANIES in history("Lead", lead.name)[1].comment


# F4: what is written past the door has a day too, once it is saved
def test_a_stage_written_directly_gives_a_day():
	lead = make_lead()
	lead.db_set("prospect_stage", "No Interesado")
	lead.reload()
	lead.save()
	assert told(lead) == (None, True, None)


# A6: the starting stage asks for it
def test_the_starting_stage_asks_for_the_reason():
	lead = make_lead()
	with pytest.raises(StageRequirementError, match="Motivo"):
		move("Lead", lead.name, "No Interesado")
	move("Lead", lead.name, "No Interesado", values={"disqualification_reason": OUT_OF_REACH})
	assert told(lead)[0] == OUT_OF_REACH


# F4: in the list, with what the stage asks besides
def test_many_are_disqualified_at_once():
	open_leads = [make_lead().name for _ in range(2)]
	other = make_lead().name
	job = api.disqualify_many(ONLY_COMPANIES, names=[*open_leads, "NO-HAY"], comment="Feria")
	outcome = bulk_move_results(job)
	assert (outcome["moved"], outcome["refused"]) == (2, 1)
	for name in open_leads:
		assert told(frappe.get_doc("Lead", name))[0] == ONLY_COMPANIES
		assert history("Lead", name)[-1].comment == f"{ONLY_COMPANIES}. Feria"
	assert not told(frappe.get_doc("Lead", other))[0]


# F4
def test_an_unknown_or_disabled_reason_is_refused():
	lead = make_lead()
	with pytest.raises(DisqualificationError, match="Inventado"):
		api.disqualify(lead.name, "Inventado")
	change_reason(OUT_OF_REACH, disabled=1)
	with pytest.raises(DisqualificationError, match=OUT_OF_REACH):
		api.disqualify(lead.name, OUT_OF_REACH)


# F4: sells only to companies and this is a person; region not served
def test_reasons_that_a_prospect_meets_are_proposed():
	change_reason(ONLY_COMPANIES, condition="not doc.company_name")
	change_reason(OUT_OF_REACH, condition="doc.territory in ('Marte', 'Venus')")
	person, company = make_lead(), make_lead(company_name="Aceros del Norte, C.A.")
	assert [reason["name"] for reason in api.suggest(person.name)] == [ONLY_COMPANIES]
	assert not api.suggest(company.name)
	run_onload(person)
	assert person.get_onload("met_disqualification_reasons")[0]["label"] == ONLY_COMPANIES
	api.disqualify(person.name, ONLY_COMPANIES)
	assert not api.suggest(person.name)


# F4: never blocks anybody
def test_a_broken_condition_is_refused_and_one_that_breaks_later_does_nothing():
	with pytest.raises(frappe.ValidationError, match=ONLY_COMPANIES):
		change_reason(ONLY_COMPANIES, condition="doc.company_name +")
	lead = make_lead()
	frappe.db.set_value("Disqualification Reason", ONLY_COMPANIES, "condition", "doc.no.existe")
	frappe.clear_cache()
	assert not api.suggest(lead.name)
	lead.reload()
	lead.save()


# F4: proposing costs no query
def test_proposing_costs_no_query():
	lead = make_lead()
	queries = []
	for condition in ("not doc.company_name", None):
		change_reason(ONLY_COMPANIES, condition=condition)
		run_onload(lead)  # fills the caches
		with counted() as statements:
			run_onload(lead)
		queries.append(len(statements))
	assert queries[0] == queries[1]


# F4: two records of one prospect
def test_a_merge_disqualifies_nobody():
	gone, kept = make_lead(), make_lead()
	api.disqualify(gone.name, ONLY_COMPANIES)
	merge.merge("Lead", gone.name, kept.name, {})
	assert told(kept) == (None, False, None)
	assert kept.prospect_stage == "Nuevo"


def report(**filters) -> dict:
	_columns, rows, *more = disqualified_prospects.execute(filters)
	if rows:
		_message, chart, (summary,) = more
		figures = [row["prospects"] for row in rows]
		assert chart["data"]["datasets"][0]["values"] == figures and summary["value"] == sum(figures)
	return {row["reason"]: (row["prospects"], round(row["share"])) for row in rows}


# F4, D5: by reason, junk left out
def test_the_report_counts_by_reason():
	channel = frappe.get_doc({"doctype": "Sales Channel", "channel_name": "Canal de Prueba"}).insert().name
	leads = [make_lead(sales_channel=channel) for _ in range(4)]
	for lead, reason in zip(leads, [ONLY_COMPANIES] * 3 + [OUT_OF_REACH], strict=True):
		api.disqualify(lead.name, reason)
	make_lead(sales_channel=channel, prospect_stage="Spam")
	make_lead(sales_channel=channel)
	today = frappe.utils.today()
	assert report(sales_channel=channel) == {ONLY_COMPANIES: (3, 75), OUT_OF_REACH: (1, 25)}
	assert report(sales_channel=channel, from_date=today, to_date=today)[ONLY_COMPANIES][0] == 3
	assert not report(sales_channel=channel, to_date=frappe.utils.add_days(today, -1))
	assert report(sales_channel=channel, include_junk=1)[None] == (1, 20)
	assert not report(sales_channel=channel, lead_owner="nadie@example.com")


# F4: nobody is told of prospects that they may not read
def test_the_report_counts_what_the_user_may_read():
	territory = frappe.get_all("Territory", {"is_group": 0}, pluck="name", order_by="name", limit=2)
	channel = frappe.get_doc({"doctype": "Sales Channel", "channel_name": "Canal de Prueba"}).insert().name
	for place in territory:
		api.disqualify(make_lead(sales_channel=channel, territory=place).name, ONLY_COMPANIES)
	user = make_user("Sales User").name
	frappe.get_doc(
		{"doctype": "User Permission", "user": user, "allow": "Territory", "for_value": territory[0]}
	).insert()
	frappe.set_user(user)
	assert report(sales_channel=channel) == {ONLY_COMPANIES: (1, 100)}


# F4: leads that were discarded before reasons were kept
def test_leads_from_before_have_a_day_and_no_reason():
	from crm_etapas.setup import backfill

	lead = make_lead(prospect_stage="Spam")
	frappe.db.set_value("Lead", lead.name, {"disqualified_on": None, "disqualified_by": None})
	backfill.give_disqualifications()
	assert told(lead) == (None, True, None)
	assert lead.disqualified_on == lead.prospect_stage_entered_on
