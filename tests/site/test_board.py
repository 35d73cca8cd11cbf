"""The board of a pipeline: columns, figures and cards, of what a user may read."""

import frappe
import pytest
from frappe.utils import add_days, add_to_date, now_datetime, today

from crm_etapas.api import board as api
from crm_etapas.api import stages as stages_api
from crm_etapas.board import columns as board_columns
from crm_etapas.exceptions import BoardError, UnknownStageError
from crm_etapas.setup import indexes
from tests.site.factories import change_stage, make_lead, make_opportunity, make_stage, make_user
from tests.site.test_query_counts import counted

MARK = "Tablero de Prueba"


@pytest.fixture
def company_of_test():
	"""What tells the records of a test from all others: the leads' name of their company."""
	return f"{MARK} {frappe.generate_hash(length=6)}"


def of(company: str) -> dict:
	return {"filters": [["Lead", "company_name", "=", company]]}


def column(board: dict, stage: str) -> dict:
	return next(column for column in board["columns"] if column["name"] == stage)


def names(column: dict) -> list[str]:
	return [card["name"] for card in column["cards"]]


# A1..A9
def test_counts_are_those_of_the_list(company_of_test):
	leads = [make_lead(company_name=company_of_test) for _ in range(3)]
	stages_api.move("Lead", leads[0].name, "Contacto Establecido")
	for board, filters in (
		(api.get_board("Lead"), {}),
		(api.get_board("Lead", **of(company_of_test)), {"company_name": company_of_test}),
	):
		for one in board["columns"]:
			expected = len(
				frappe.get_list("Lead", {"prospect_stage": one["name"], **filters}, limit_page_length=0)
			)
			assert one["count"] == expected, one["name"]
	assert names(column(board, "Contacto Establecido")) == [leads[0].name]
	assert set(names(column(board, "Nuevo"))) == {lead.name for lead in leads[1:]}


# B1..B7, E6
def test_values_are_weighted_by_the_probability_of_the_stage():
	change_stage("Análisis", "Opportunity Stage", probability=40)
	title = frappe.generate_hash(length=10)
	for amount in (1000, 500):
		deal = make_opportunity(title=title, opportunity_amount=amount)
		stages_api.move("Opportunity", deal.name, "Análisis")
	found = column(api.get_board("Opportunity", {"title": title}), "Análisis")
	currency = frappe.get_cached_value("Company", deal.company, "default_currency")
	assert found["count"] == 2
	assert found["values"] == {currency: 1500}
	assert found["weighted"] == {currency: 600}


# E6
def test_other_currencies_count_in_that_of_the_company():
	title = frappe.generate_hash(length=10)
	deal = make_opportunity(title=title, opportunity_amount=100)
	frappe.db.set_value("Opportunity", deal.name, {"currency": "EUR", "base_opportunity_amount": 2000})
	found = column(api.get_board("Opportunity", {"title": title}), deal.opportunity_stage)
	assert list(found["values"].values()) == [2000]
	assert (found["cards"][0]["amount"], found["cards"][0]["currency"]) == (100, "EUR")


# E6
def test_prospects_have_their_estimated_value(company_of_test):
	make_lead(company_name=company_of_test, estimated_value=700)
	make_lead(company_name=company_of_test)
	found = column(api.get_board("Lead", **of(company_of_test)), "Nuevo")
	assert list(found["values"].values()) == [700]
	assert found["weighted"] == {}


# A7, A9, B5: what is closed or waits stands at the end, with its figures alone
def test_closing_columns_come_last_and_without_cards(company_of_test):
	lead = make_lead(company_name=company_of_test)
	stages_api.move("Lead", lead.name, "Spam")
	board = api.get_board("Lead", **of(company_of_test))
	spam = column(board, "Spam")
	assert spam["is_folded"] and spam["count"] == 1 and not spam["cards"]
	folded = [one["is_folded"] for one in board["columns"]]
	assert folded == sorted(folded)
	opened = api.get_cards("Lead", "Spam", **of(company_of_test))
	assert names(opened) == [lead.name]
	again = api.get_board("Lead", lengths={"Spam": 20}, **of(company_of_test))
	assert names(column(again, "Spam")) == [lead.name]
	assert not any(one["cards"] for one in again["columns"] if one["name"] != "Spam")


def test_a_disabled_stage_is_a_column_while_a_record_stands_there(company_of_test):
	stage = make_stage(position=3)
	lead = make_lead(company_name=company_of_test, prospect_stage=stage.name)
	change_stage(stage.name, disabled=1)
	assert column(api.get_board("Lead", **of(company_of_test)), stage.name)["disabled"]
	lead.delete()
	known = api.get_board("Lead", **of(company_of_test))["columns"]
	assert stage.name not in [one["name"] for one in known]


# D6: every record once, in order, page by page
@pytest.mark.parametrize("sort", ["recent", "oldest", "next_contact", "value"])
def test_pages_follow_one_another(company_of_test, sort):
	now = now_datetime()
	for number in range(7):
		lead = make_lead(company_name=company_of_test)
		values = {
			"prospect_stage_entered_on": add_to_date(now, hours=-number),
			"next_contact_date": None if number % 3 == 0 else add_to_date(now, days=number),
			"estimated_value": number % 4 * 100,
		}
		frappe.db.set_value("Lead", lead.name, values, update_modified=False)
	given = {**of(company_of_test), "sort": sort}
	whole = names(column(api.get_board("Lead", **given), "Nuevo"))
	found, start, has_more = [], 0, True
	while has_more:
		page = api.get_cards("Lead", "Nuevo", start=start, limit=3, **given)
		found, start, has_more = found + names(page), start + 3, page["has_more"]
	assert found == whole and len(set(found)) == 7
	fields = ["name", "prospect_stage_entered_on", "next_contact_date", "estimated_value"]
	rows = {row.name: row for row in frappe.get_all("Lead", {"company_name": company_of_test}, fields)}
	if sort == "next_contact":
		dates = [rows[name].next_contact_date for name in found]
		assert dates == sorted(filter(None, dates)) + [None] * 3
	elif sort == "value":
		values = [rows[name].estimated_value for name in found]
		assert values == sorted(values, reverse=True)
	else:
		entered = [rows[name].prospect_stage_entered_on for name in found]
		assert entered == sorted(entered, reverse=sort == "recent")


def test_beyond_the_most_it_is_not_counted(company_of_test, monkeypatch):
	monkeypatch.setattr(board_columns, "MOST_COUNTED", 2)
	for _ in range(4):
		make_lead(company_name=company_of_test)
	found = column(api.get_board("Lead", **of(company_of_test)), "Nuevo")
	assert (found["count"], found["is_exact"]) == (2, False)
	assert len(found["cards"]) == 4


# D6, E1: what a card says
def test_a_card_says_what_matters(company_of_test):
	lead = make_lead(company_name=company_of_test, business_segment="Servicios", estimated_value=10)
	frappe.db.set_value(
		"Lead",
		lead.name,
		{
			"prospect_stage_entered_on": add_days(now_datetime(), -9),
			"rotting_since": today(),
			"next_contact_date": "2026-01-01 10:00:00",
			"qualification_level": "Perfilación",
			"lead_owner": "Administrator",
		},
	)
	board = api.get_board("Lead", **of(company_of_test))
	(card,) = column(board, "Nuevo")["cards"]
	assert card["title"] == company_of_test
	assert card["detail"] == lead.lead_name
	assert (card["days"], card["level"], card["segment"]) == (9, "Perfilación", "Servicios")
	assert str(card["next_contact_date"]) == "2026-01-01 10:00:00"
	assert card["rotting_since"] and card["amount"] == 10
	assert board["segments"]["Servicios"]["color"]
	assert board["users"]["Administrator"]["fullname"]


# D5
def test_only_mine_and_free_text(company_of_test):
	mine = make_lead(company_name=company_of_test, lead_owner=frappe.session.user)
	other = make_lead(company_name=company_of_test, lead_owner=make_user("Sales User").name)
	found = column(api.get_board("Lead", mine=True, **of(company_of_test)), "Nuevo")
	assert (found["count"], names(found)) == (1, [mine.name])
	for deal in (make_opportunity(mine), make_opportunity(other)):
		text = deal.name.lower()
		board = api.get_board("Opportunity", text=text)
		assert [card["name"] for one in board["columns"] for card in one["cards"]] == [deal.name]


# D5: rows of the record's tables too, as the list's own filter allows
def test_a_filter_on_rows_of_a_table(company_of_test):
	lead = make_lead(company_name=company_of_test, notes=[{"note": company_of_test}])
	make_lead(company_name=company_of_test)
	found = api.get_board("Lead", [["CRM Note", "note", "=", company_of_test]])
	assert names(column(found, "Nuevo")) == [lead.name]
	assert column(found, "Nuevo")["count"] == 1


# C4: a Sales User with a User Permission counts and sees only what that leaves
def test_only_what_the_user_may_read_is_counted(company_of_test):
	user = make_user("Sales User").name
	territories = frappe.get_all("Territory", {"is_group": 0}, pluck="name", limit=2)
	leads = [make_lead(company_name=company_of_test, territory=territory) for territory in territories]
	permission = {"doctype": "User Permission", "user": user, "allow": "Territory"}
	frappe.get_doc({**permission, "for_value": territories[0]}).insert()
	frappe.set_user(user)
	for given in ({}, of(company_of_test)):
		found = column(api.get_board("Lead", **given), "Nuevo")
		assert leads[1].name not in names(found)
		assert found["count"] == len(
			frappe.get_list(
				"Lead",
				{"prospect_stage": "Nuevo"} | ({"company_name": company_of_test} if given else {}),
				limit_page_length=0,
			)
		)
	assert names(found) == [leads[0].name]
	assert not names(api.get_cards("Lead", "Nuevo", filters=[["Lead", "name", "=", leads[1].name]]))


def test_without_rights_there_is_a_word_of_what_to_do():
	frappe.set_user(make_user("Accounts User").name)
	for call in (lambda: api.get_board("Opportunity"), lambda: api.get_cards("Opportunity", "Análisis")):
		with pytest.raises(frappe.PermissionError, match="administrador"):
			call()


# a value that a user may not read stands on no card and in no sum
def test_an_amount_above_the_user_s_level_is_not_told(company_of_test):
	make_lead(company_name=company_of_test, estimated_value=700)
	frappe.make_property_setter(
		{
			"doctype": "Lead",
			"fieldname": "estimated_value",
			"property": "permlevel",
			"value": 3,
			"property_type": "Int",
		}
	)
	frappe.clear_cache(doctype="Lead")
	frappe.set_user(make_user("Sales User").name)
	board = api.get_board("Lead", sort="value", **of(company_of_test))
	found = column(board, "Nuevo")
	assert not found["values"] and "amount" not in found["cards"][0]
	assert "value" not in board["sorts"]


def test_what_cannot_be_is_said():
	with pytest.raises(BoardError):
		api.get_board("Lead", sort="alfabeto")
	with pytest.raises(BoardError):
		api.get_board("Lead", lengths="muchos")
	with pytest.raises(UnknownStageError):
		api.get_cards("Lead", "Etapa Fantasma")
	with pytest.raises(frappe.ValidationError):
		api.get_board("Note")


# E1: the levels are a pipeline too
def test_the_levels_of_qualification_have_a_board():
	board = api.get_board("Lead", pipeline="qualification")
	assert "MQL" in [one["name"] for one in board["columns"]]


# A, B: however many records there are
def test_a_board_costs_few_queries(company_of_test):
	user = make_user("Sales User").name
	for _number in range(12):
		make_opportunity(make_lead(company_name=company_of_test, lead_owner=user))
	for doctype in ("Lead", "Opportunity"):
		for given in ({}, {"mine": True}, {"sort": "value"}):
			api.get_board(doctype, **given)  # fills the caches
			with counted() as statements:
				api.get_board(doctype, **given)
			assert len(statements) <= 6, statements
	with counted() as statements:
		api.get_cards("Lead", "Nuevo", start=2)
	assert len(statements) <= 4, statements


# A, B: the figures are read from one index
def test_each_pipeline_has_its_index():
	for doctype, stage_field in (("Lead", "prospect_stage"), ("Opportunity", "opportunity_stage")):
		wanted = (stage_field, f"{stage_field}_entered_on")
		assert any(columns[:2] == wanted for columns in indexes.existing(doctype))
