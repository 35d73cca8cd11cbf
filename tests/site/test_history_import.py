"""The history import on a site: what it writes, what it leaves alone, who may run it."""

import json

import frappe
import pytest
from frappe.utils import get_datetime

from crm_etapas.api import history_import as api
from crm_etapas.exceptions import HistoryImportError
from crm_etapas.history_import.job import import_history
from crm_etapas.pipelines import OPPORTUNITY
from tests.site.factories import make_lead, make_user

HEADER = "id,agent,product,account,stage,talked,closed,value"
MAPPING = {
	"source": "prueba",
	"columns": {
		"id": "id",
		"stage": "stage",
		"party": "account",
		"owner": "agent",
		"amount": "value",
		"item": "product",
	},
	"stages": {
		"New": "Cotización Solicitada",
		"Talking": "En Negociación",
		"Won": "Cerrado Ganado",
		"Lost": "Cerrado Perdido",
	},
	"history": [
		{"stage": "Talking", "entered_on": "talked"},
		{"stage": ["Won", "Lost"], "entered_on": "closed"},
	],
	"owners": {"email_domain": "example.com"},
}
WON = "1,Ana Prueba,Bomba X,Cliente Prueba,Won,2024-01-10,2024-03-01,1500.50"
LOST = "2,Ana Prueba,Bomba X,Perdedor Prueba,Lost,2024-01-10,2024-01-24,0"
NAMELESS = "3,,,,New,,,"


def bring_in(*lines: str, mapping: dict | None = None, **options):
	content = "\n".join((HEADER, *lines)).encode()
	return import_history(("deals.csv", content), mapping or MAPPING, **options)


def imported(identifier: int, source: str = "prueba"):
	return frappe.get_doc("Opportunity", {"opportunity_import_id": f"{source}:{identifier}"})


def stays_of(doctype: str, name: str) -> list:
	return frappe.get_all(
		"Stage Log",
		filters={"reference_doctype": doctype, "reference_name": name, "pipeline": ["!=", "qualification"]},
		fields=["*"],
		order_by="sequence",
	)


def counts() -> dict[str, int]:
	doctypes = (
		"Opportunity",
		"Opportunity Item",
		"Stage Log",
		"Lead",
		"Customer",
		"Item",
		"User",
		"Industry Type",
	)
	return {doctype: frappe.db.count(doctype) for doctype in doctypes}


# F1: an opportunity as the form would have made it
def test_a_won_opportunity():
	report = bring_in(WON)
	doc = imported(1)
	assert doc.opportunity_from == "Customer" and doc.party_name == "Cliente Prueba"
	assert (doc.opportunity_stage, doc.status) == ("Cerrado Ganado", "Converted")
	assert doc.opportunity_stage_entered_on == get_datetime("2024-03-01")
	assert doc.creation == get_datetime("2024-01-10")
	assert str(doc.transaction_date) == "2024-01-10"
	assert doc.probability == 100
	assert doc.opportunity_owner == "ana.prueba@example.com"
	assert doc.opportunity_amount == doc.base_opportunity_amount == doc.total == 1500.5
	assert doc.currency == frappe.get_cached_value("Company", doc.company, "default_currency")
	assert [(item.item_code, item.qty, item.amount) for item in doc.items] == [("Bomba X", 1, 1500.5)]
	assert report.created == {
		"Opportunity": 1,
		"Opportunity Item": 1,
		"Stage Log": 2,
		"Customer": 1,
		"Lead": 0,
		"User": 1,
		"Item": 1,
	}
	user = frappe.get_doc("User", doc.opportunity_owner)
	assert not user.enabled and "Sales User" in [role.role for role in user.roles]


# F1, D15: the history with its original dates
def test_the_stays_follow_each_other():
	bring_in(WON)
	name = imported(1).name
	first, second = stays_of("Opportunity", name)
	assert (first.stage, first.entered_on, first.left_on) == (
		"En Negociación",
		get_datetime("2024-01-10"),
		get_datetime("2024-03-01"),
	)
	assert first.seconds == 51 * 86400
	assert (second.stage, second.entered_on, second.left_on) == (
		"Cerrado Ganado",
		get_datetime("2024-03-01"),
		None,
	)
	assert second.previous_stage == "En Negociación"
	for stay in (first, second):
		assert (stay.cycle, stay.cause, stay.pipeline) == (1, "Import", OPPORTUNITY.name)
		assert (stay.responsible, stay.moved_by) == ("ana.prueba@example.com", "Administrator")
		assert (stay.amount, stay.company) == (1500.5, imported(1).company)


# F1: who has no account, and who never bought, is a lead that became an opportunity
def test_leads():
	bring_in(LOST, NAMELESS)
	for identifier in (2, 3):
		lead = frappe.get_doc("Lead", imported(identifier).party_name)
		assert (lead.prospect_stage, lead.status) == ("Convertido a Oportunidad", "Opportunity")
		(stay,) = stays_of("Lead", lead.name)
		assert (stay.stage, stay.entered_on) == (lead.prospect_stage, lead.prospect_stage_entered_on)
		assert not stay.left_on
	assert frappe.db.get_value("Lead", imported(2).party_name, "company_name") == "Perdedor Prueba"


# C10, F1: what was imported is a record like any other
def test_imported_records_can_be_saved_and_moved():
	bring_in(WON, LOST, NAMELESS)
	doc = imported(3)
	doc.opportunity_stage = "Análisis"
	doc.save()
	assert [stay.stage for stay in stays_of("Opportunity", doc.name)] == ["Cotización Solicitada", "Análisis"]
	for identifier in (1, 2):
		doc = imported(identifier)
		before = doc.status
		doc.save()
		assert doc.status == before
	another = frappe.get_doc(
		{"doctype": "Opportunity", "opportunity_from": "Customer", "party_name": imported(1).party_name}
	).insert()
	assert not another.opportunity_import_id


# F1: dry run
def test_a_dry_run_writes_nothing():
	before = counts()
	report = bring_in(WON, LOST, NAMELESS, dry_run=True)
	assert counts() == before
	assert {dt: n for dt, n in report.created.items() if n} == {
		"Opportunity": 3,
		"Opportunity Item": 2,
		"Stage Log": 9,  # a lead stands in a level too
		"Customer": 1,
		"Lead": 2,
		"User": 1,
		"Item": 1,
	}


# F1: run twice, it creates nothing twice
def test_a_second_run_creates_nothing():
	bring_in(WON, LOST, NAMELESS)
	before = counts()
	again = bring_in(WON, LOST, NAMELESS)
	assert counts() == before
	assert again.already_there == 3 and not any(again.created.values())


# F1: a bad row never stops the others and never half-lands
def test_a_bad_row_leaves_nothing_behind():
	before = counts()
	report = bring_in("9,Beto Prueba,Bomba Y,Otro Prueba,Won,2024-03-01,2024-01-01,5", NAMELESS)
	assert report.refused == 1 and imported(3)
	after = counts()
	assert {dt for dt in before if before[dt] != after[dt]} == {"Opportunity", "Lead", "Stage Log"}


# F1: names of the series stay in order, also around one that somebody gave by hand
def test_names_follow_the_series():
	bring_in(NAMELESS)
	prefix, number = imported(3).name.rsplit("-", 1)
	taken = f"{prefix}-{int(number) + 2:05d}"
	frappe.rename_doc("Opportunity", imported(3).name, taken)
	bring_in(*(f"1{n},,,,New,,," for n in range(4)))
	numbers = sorted(int(imported(10 + n).name.rsplit("-", 1)[1]) - int(number) for n in range(4))
	assert numbers == [1, 3, 4, 5]
	assert frappe.new_doc(
		"Opportunity", opportunity_from="Lead", party_name=make_lead().name
	).insert().name == (f"{prefix}-{int(number) + 6:05d}")


# F1, F5: a lead that was there before moves through the one door
def test_an_existing_lead_moves_on():
	lead = make_lead(company_name="Perdedor Prueba")
	report = bring_in(LOST)
	assert imported(2).party_name == lead.name and not report.created["Lead"]
	lead.reload()
	assert lead.prospect_stage == "Convertido a Oportunidad"
	assert [stay.stage for stay in stays_of("Lead", lead.name)] == ["Nuevo", "Convertido a Oportunidad"]


# F1
def test_an_existing_user_is_found_by_name():
	user = make_user("Sales User", first_name="Ana", last_name="Prueba")
	report = bring_in(WON)
	assert imported(1).opportunity_owner == user.name and not report.created["User"]


# F1: no script of a file runs in anybody's browser
def test_markup_is_made_harmless():
	mapping = {**MAPPING, "columns": {**MAPPING["columns"], "order_lost_reason": "product"}}
	mapping["columns"].pop("item")
	bring_in("5,,<script>alert(1)</script>caro,,Lost,,2024-01-01,", mapping=mapping)
	assert "<script" not in imported(5).order_lost_reason


# F1: a stage that does not exist, is disabled, or belongs to the other pipeline
@pytest.mark.parametrize("target", ["Nada", "Nuevo", "Análisis"])
def test_a_stage_that_cannot_be_entered(target):
	stage = frappe.get_doc("Opportunity Stage", "Análisis")
	stage.update({"disabled": 1, "is_default": 0}).save()
	before = counts()
	with pytest.raises(HistoryImportError, match=target):
		bring_in(WON, mapping={**MAPPING, "stages": {**MAPPING["stages"], "Won": target}})
	assert counts() == before


# F1: who may import
def test_roles():
	frappe.set_user(make_user("Sales User").name)
	with pytest.raises(frappe.PermissionError):
		bring_in(NAMELESS)
	frappe.set_user("Administrator")
	frappe.set_user(make_user("Sales User", "Sales Manager", "Sales Master Manager").name)
	with pytest.raises(HistoryImportError, match="Ana Prueba"):
		bring_in(WON)
	assert bring_in(NAMELESS).created["Opportunity"] == 1


def upload(name: str, content: str) -> str:
	return (
		frappe.get_doc({"doctype": "File", "file_name": name, "content": content, "is_private": 1})
		.insert()
		.name
	)


# F1: from the desk and over REST, with what came of it on a document
def test_api():
	file = upload("deals.csv", "\n".join((HEADER, NAMELESS, LOST, "x,,,,Nonsense,,,")))
	mapping = {**MAPPING, "columns": {**MAPPING["columns"]}}
	mapping["columns"].pop("item")
	dry = api.run(file, json.dumps(mapping), dry_run=True, wait=True)
	assert (dry["status"], dry["created"], dry["refused"]) == ("Dry Run Done", 2, 1)
	done = api.run(file, mapping, wait=True)
	assert (done["status"], done["created"], done["refused"], done["error"]) == ("Partly Refused", 2, 1, None)
	doc = frappe.get_doc("History Import", done["name"])
	assert doc.progress == 100 and doc.source == "prueba" and doc.finished_on
	assert "Nonsense" in doc.report
	report = frappe.get_doc("File", {"file_url": doc.report_file}).get_content()
	assert "Nonsense" in report and "4" in report


# F1
def test_what_cannot_run_is_said_on_the_document():
	done = api.run(upload("deals.csv", "%PDF-1.4 no table"), MAPPING, wait=True)
	assert done["status"] == "Failed" and "deals" in done["error"]


# F1
def test_a_file_that_the_user_may_not_read():
	file = upload("deals.csv", HEADER)
	frappe.set_user(make_user("Sales User", "Sales Master Manager").name)
	with pytest.raises(HistoryImportError):
		api.run(file, MAPPING)
