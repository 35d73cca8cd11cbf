"""What the workspace shows at a glance: of the records that the user may read, in few statements."""

import frappe
import pytest
from frappe.utils import add_days, now_datetime

from crm_etapas.api import overview
from crm_etapas.follow_up.day import today_of
from tests.site.factories import make_lead, make_opportunity, make_user
from tests.site.test_query_counts import counted

CARDS = ("contacts_due", "new_prospects")
CHARTS = ("prospects_by_stage", "value_by_stage")


def value_of(card: str) -> float:
	return getattr(overview, card)()["value"]


# D19: what is to be done today is counted for whoever is to do it, overdue ones too
def test_contacts_that_are_due_are_the_users_own():
	user = make_user("Sales User").name
	day = today_of(user)
	for days in (-1, 0, 1):
		lead = make_lead(lead_owner=user)
		moment = add_days(day.start, days)
		frappe.db.set_value("Lead", lead.name, {"next_contact_date": moment, "next_contact_by": user})
	before = value_of("contacts_due")
	frappe.set_user(user)
	assert value_of("contacts_due") == 2
	frappe.set_user("Administrator")
	assert value_of("contacts_due") == before


# A1, A9: junk is no new prospect, nor is what came in last week
def test_new_prospects_are_those_of_this_week_without_junk():
	before = value_of("new_prospects")
	make_lead()
	make_lead(prospect_stage="Spam")
	old = make_lead()
	old.db_set("creation", add_days(now_datetime(), -8))
	assert value_of("new_prospects") == before + 1


# D6: the list that a card opens has what the card has counted
def test_a_card_opens_the_list_of_what_it_counts():
	make_lead()
	told = overview.new_prospects()
	(row,) = frappe.get_list("Lead", filters=told["route_options"], fields=["count(name) as value"])
	assert row.value == told["value"] > 0


# A, B: in the order of the path, named in the user's language; nothing to draw is an empty answer
def test_charts_follow_the_path():
	frappe.db.set_value("Opportunity", {"name": ["!=", ""]}, "opportunity_stage", "Cerrado Perdido")
	assert overview.value_by_stage() == {}
	make_opportunity(opportunity_amount=500, opportunity_stage="Análisis")
	make_opportunity(opportunity_amount=250)
	drawn = overview.value_by_stage()
	assert drawn["labels"] == ["Cotización Solicitada", "Análisis", "En Propuesta", "En Negociación"]
	assert drawn["datasets"][0]["values"] == [250, 500, 0, 0]
	frappe.local.lang = "en"
	make_lead()
	assert overview.prospects_by_stage()["labels"][0] == "New"


# D5: whoever may not read the others' records does not count them
def test_figures_are_of_what_the_user_may_read():
	user = make_user("Sales User").name
	mine = frappe.get_doc({"doctype": "Territory", "territory_name": "Zona de Prueba"})
	mine.parent_territory = frappe.db.get_value("Territory", {"is_group": 1})
	mine.insert()
	frappe.get_doc(
		{"doctype": "User Permission", "user": user, "allow": "Territory", "for_value": mine.name}
	).insert()
	make_lead(territory=mine.name)
	make_lead(territory=mine.parent_territory)
	frappe.set_user(user)
	assert value_of("new_prospects") == 1
	assert sum(overview.prospects_by_stage()["datasets"][0]["values"]) == 1


def test_whoever_reads_no_leads_is_told_nothing():
	user = make_user("Stock User").name
	frappe.set_user(user)
	for method in (*CARDS, *CHARTS):
		with pytest.raises(frappe.PermissionError):
			getattr(overview, method)()


# the workspace is opened many times a day
@pytest.mark.parametrize("method", [*CARDS, *CHARTS])
def test_a_figure_costs_one_statement(method):
	frappe.set_user(make_user("Sales User").name)
	getattr(overview, method)()  # fills the caches
	with counted() as statements:
		getattr(overview, method)()
	assert len(statements) <= 1, statements
