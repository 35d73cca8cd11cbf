"""Several processes at once: no lost update, no double open stay, no gap, deadlocks retried."""

import os

import frappe
import pytest
from stdnum.ve.rif import calc_check_digit

from crm_etapas.cycle.loyalty import LOG, RULE
from crm_etapas.identity import identification
from crm_etapas.pipeline import history, truth
from crm_etapas.pipeline.registry import get_pipeline
from crm_etapas.pipelines import PROSPECT
from tests.site import crowd
from tests.site.conftest import connect
from tests.site.factories import (
	change_stage,
	make_customer,
	make_interaction,
	make_lead,
	make_opportunity,
	make_user,
)
from tests.site.invariants import assert_no_history_without_a_record, assert_whole
from tests.site.test_coming_back import BACK, day_comes, lose, make_reason, renewed
from tests.site.test_customer_follow_up import make_order, make_rule
from tests.site.throwaway import ThrowawaySite

COUNTERS = {"Lead": "annual_revenue", "Opportunity": "opportunity_amount"}
PROCESSES = 8
STEPS = int(os.environ.get("CRM_ETAPAS_CONCURRENT_STEPS", 25))  # each process; 300 take some minutes


@pytest.fixture(scope="module")
def busy_site(bench):
	"""A throwaway site for all tests of this file: what its processes do is committed."""
	site = ThrowawaySite(bench)
	site.create()
	frappe.destroy()
	connect(site.name, bench.sites_path)
	site.users = [make_user("Sales User", "Sales Manager").name for _number in range(PROCESSES)]
	frappe.db.commit()
	yield site
	frappe.destroy()
	site.drop()
	connect(bench.site, bench.sites_path)


@pytest.fixture
def committed(busy_site, rolled_back, monkeypatch):
	"""Commit what a test has made, so that other processes see it."""
	monkeypatch.undo()
	return frappe.db.commit


# D15, F2
def test_eight_processes_on_the_same_hundred_records_lose_nothing(busy_site, committed):
	leads = [make_lead() for _number in range(60)]
	opportunities = [make_opportunity(lead, opportunity_amount=1) for lead in leads[:40]]
	records = [(doc.doctype, doc.name) for doc in (*leads, *opportunities)]
	for stage in frappe.get_all("Opportunity Stage", {"outcome": "Lost"}, pluck="name"):
		change_stage(
			stage, "Opportunity Stage", requirements=[]
		)  # Frappe's child tables deadlock under such a load, whatever is in them
	committed()
	before, begun = stays_of(records), counted(records)

	results = crowd.run(
		busy_site,
		*(
			(user, "move_at_random", {"records": records, "counters": COUNTERS, "steps": STEPS, "seed": seed})
			for seed, user in enumerate(busy_site.users)
		),
	)

	frappe.db.rollback()  # see what the others have committed
	assert not sum(result["given up"] for result in results)
	for doctype, name in records:
		assert_whole(frappe._dict(doctype=doctype, name=name))
	for user, result in zip(busy_site.users, results, strict=True):
		assert frappe.db.count("Stage Log", {"moved_by": user}) == result["moved"]
	moved = sum(result["moved"] for result in results)
	assert moved and stays_of(records) == before + moved
	assert counted(records) == begun + sum(result["counted"] for result in results)


# A8, D15
def test_opportunities_for_one_lead_made_at_once_convert_it_once(busy_site, committed):
	lead = make_lead(prospect_stage="Nuevo")
	committed()
	tasks = [(user, "make_opportunities", {"lead": lead.name, "count": 3}) for user in busy_site.users[:2]]
	results = crowd.run(busy_site, *tasks)

	frappe.db.rollback()
	assert sum(result["made"] for result in results) == 6
	assert_whole(lead)
	assert [stay.stage for stay in history.of("Lead", lead.name, "prospect")] == [
		"Nuevo",
		"Convertido a Oportunidad",
	]
	for name in frappe.get_all("Opportunity", {"party_name": lead.name}, pluck="name"):
		assert_whole(frappe._dict(doctype="Opportunity", name=name))
	assert_no_history_without_a_record("Opportunity")


# A1, D2, D3
@pytest.mark.parametrize(
	("doctype", "first", "second"),
	[
		("Prospect Stage", ["Nuevo", "Intento de Contacto"], ["Contacto Establecido", "Nuevo"]),
		("Sales Channel", ["Directo", "Visita"], ["Referido", "Directo"]),
		("Business Segment", ["General", "Comercio"], ["Industria", "General"]),
	],
)
def test_two_defaults_made_at_once_leave_one(busy_site, committed, doctype, first, second):
	tasks = [
		("Administrator", "make_default", {"doctype": doctype, "names": names, "times": 6})
		for names in (first, second)
	]
	results = crowd.run(busy_site, *tasks)

	frappe.db.rollback()
	frappe.clear_cache()
	assert all(result["made"] or result["refused"] for result in results)
	assert not any(result["deadlocked"] for result in results)
	assert len(frappe.get_all(doctype, {"is_default": 1})) == 1


# D7
def test_of_leads_that_get_one_identification_at_once_one_keeps_it(busy_site, committed):
	numbers = [rif(number) for number in range(12)]
	leads = [[make_lead().name for _number in numbers] for _user in busy_site.users]
	committed()
	results = crowd.run(
		busy_site,
		*(
			(user, "identify", {"doctype": "Lead", "names": names, "numbers": numbers})
			for user, names in zip(busy_site.users, leads, strict=True)
		),
	)

	frappe.db.rollback()
	kept = frappe.get_all("Lead", {"identification_type": "RIF"}, pluck="identification_number")
	assert sorted(kept) == numbers
	assert sum(result["identified"] for result in results) == len(numbers)
	assert sum(result["refused"] for result in results) == (PROCESSES - 1) * len(numbers)


# D7
def test_leads_that_get_identifications_beside_one_another_do_not_hold_each_other_up(busy_site, committed):
	leads = [[make_lead().name for _number in range(12)] for _user in busy_site.users]
	numbers = [rif(number) for number in range(100, 100 + 12 * PROCESSES)]
	committed()
	results = crowd.run(
		busy_site,
		*(
			(user, "identify", {"doctype": "Lead", "names": names, "numbers": numbers[at::PROCESSES]})
			for at, (user, names) in enumerate(zip(busy_site.users, leads, strict=True))
		),
	)
	assert results == [{"identified": 12}] * PROCESSES  # nobody refused, and no deadlock


def rif(number: int) -> str:
	bare = f"J{number:08}0"
	return identification.normalise(bare[:-1] + calc_check_digit(bare), "ve.rif")


# A3, D15
def test_a_rule_moves_a_record_that_someone_else_has_just_moved(busy_site, committed):
	lead = seen(make_lead(prospect_stage="Nuevo"))
	elsewhere(busy_site, lead, "Intento de Contacto")
	make_interaction(lead, sent_or_received="Received")
	frappe.db.commit()
	assert stages_of(lead) == ["Nuevo", "Intento de Contacto", "Contacto Establecido"]
	assert_whole(lead)


# A8, D15
def test_what_someone_else_has_just_moved_is_not_taken_back(busy_site, committed):
	lead = make_lead(prospect_stage="Nuevo")
	opportunity = make_opportunity(lead)
	seen(lead)
	elsewhere(busy_site, lead, "Spam")
	frappe.delete_doc("Opportunity", opportunity.name)
	frappe.db.commit()
	assert stages_of(lead) == ["Nuevo", "Convertido a Oportunidad", "Spam"]
	assert_whole(lead)


# C2, D15
def test_a_status_from_documents_moves_a_record_that_someone_else_has_just_written(busy_site, committed):
	lead = make_lead(prospect_stage="Nuevo")
	frappe.db.set_value("Lead", lead.name, "status", "Converted")  # past the door
	seen(lead)
	count = {"doctype": "Lead", "name": lead.name, "fieldname": "job_title", "value": "Compras"}
	crowd.run(busy_site, (busy_site.users[0], "write", count))
	truth.make_true(PROSPECT, lead.name)
	frappe.db.commit()
	assert stages_of(lead) == ["Nuevo", "Convertido a Oportunidad"]
	assert_whole(lead)


# D15
def test_merging_records_that_someone_else_has_just_moved_keeps_their_moves(busy_site, committed):
	older, newer = make_lead(prospect_stage="Nuevo"), seen(make_lead(prospect_stage="Nuevo"))
	elsewhere(busy_site, newer, "Intento de Contacto")
	frappe.rename_doc("Lead", older.name, newer.name, merge=True, force=True)
	frappe.db.commit()
	assert stages_of(newer) == ["Nuevo", "Nuevo", "Intento de Contacto"]
	assert_whole(newer)


# A7, F8: the job runs twice at once
def test_what_comes_back_comes_back_once(busy_site, committed):
	leads = [make_lead(prospect_stage="Contactar en un Futuro") for _number in range(12)]
	lost = [lose(make_opportunity(), make_reason(comes_back_after_days=9)) for _number in range(6)]
	for doc in (*leads, *lost):
		day_comes(doc)
	committed()
	results = crowd.run(busy_site, *[("Administrator", "come_back", {})] * 3)

	frappe.db.rollback()
	again = crowd.run(busy_site, ("Administrator", "come_back", {}))  # whom the database has turned away
	frappe.db.rollback()
	assert sum(result["woken"] for result in (*results, *again)) == len(leads) + len(lost)
	assert not sum(result["refused"] for result in (*results, *again))
	for lead in leads:
		assert stages_of(lead) == ["Contactar en un Futuro", BACK]
		assert_whole(lead)
		assert frappe.db.count("Event Participants", {"reference_docname": lead.name}) == 1
	for opportunity in lost:
		assert len(renewed(opportunity)) == 1


# F7: the job runs twice at once
def test_a_customer_is_followed_up_once(busy_site, committed):
	frappe.db.set_value(RULE, {"name": ["!=", ""]}, "disabled", 1)
	make_rule(not_again_within_days=0)
	customers = [make_customer(account_manager=busy_site.users[0]) for _number in range(5)]
	orders = [make_order(customer) for customer in customers for _number in range(2)]
	committed()
	results = crowd.run(busy_site, *[("Administrator", "follow_up", {})] * 3)

	frappe.db.rollback()
	again = crowd.run(busy_site, ("Administrator", "follow_up", {}))
	frappe.db.rollback()
	assert sum(result["Made"] for result in (*results, *again)) == len(customers)
	assert frappe.db.count(LOG, {"reference_name": ["in", [o.name for o in orders]]}) == len(orders)
	for customer in customers:
		assert frappe.db.count("Event Participants", {"reference_docname": customer.name}) == 1


def seen(doc):
	"""Commit a record and look at it: until the next commit this process sees it as it is now."""
	frappe.db.commit()
	doc.reload()
	history.of(doc.doctype, doc.name)
	return doc


def elsewhere(site, doc, stage: str) -> None:
	"""Move a record in another process."""
	there = {"doctype": doc.doctype, "name": doc.name, "stage": stage}
	assert crowd.run(site, (site.users[0], "move", there)) == [{"stage": stage}]


def stages_of(doc) -> list[str]:
	return [stay.stage for stay in history.of(doc.doctype, doc.name, get_pipeline(doc.doctype).name)]


def stays_of(records: list) -> int:
	return frappe.db.count("Stage Log", {"reference_name": ["in", [name for _doctype, name in records]]})


def counted(records: list) -> float:
	return sum(frappe.db.get_value(doctype, name, COUNTERS[doctype]) or 0 for doctype, name in records)
