"""What the import would write, guess and refuse."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_etapas.exceptions import HistoryImportError, TableError
from crm_etapas.history_import import mapping as mappings
from crm_etapas.history_import.site import KnownItem
from tests.unit.import_site import HEADER, MAPPING, MemorySite, csv_of, guesses, plan, refusals


def changed(**keys) -> dict:
	return {**json.loads(json.dumps(MAPPING)), **keys}


# F1: history with the original dates
def test_a_won_row_went_through_the_stages_before():
	result, report = plan(csv_of("1,Ana,GTX,Acme,Won,2024-01-10,2024-03-01,100.50"))
	(row,) = result.rows
	assert [(s.stage.name, f"{s.entered_on:%Y-%m-%d}") for s in row.stays] == [
		("Negociación", "2024-01-10"),
		("Ganado", "2024-03-01"),
	]
	assert (row.amount, row.party.doctype, row.party.label, row.owner) == (
		100.5,
		"Customer",
		"Acme",
		"ana@example.com",
	)
	assert result.counts()["Stage Log"] == 2
	assert not report.refused


# F1
def test_a_row_without_dates_enters_now_and_that_is_a_guess():
	result, report = plan(csv_of("1,Ana,GTX,Acme,New,,,"))
	assert [stay.entered_on for stay in result.rows[0].stays] == [MemorySite.now]
	assert ("stage", "New", "2024-06-01") in guesses(report)


# F1: who is a customer
def test_an_account_that_never_bought_is_a_lead():
	result, _report = plan(
		csv_of("1,,,Acme,Lost,,2024-01-02,0", "2,,,Beta,New,,,", "3,,,Beta,Won,,2024-01-02,5", "4,,,,New,,,")
	)
	assert [(p.doctype, p.label, p.is_organisation) for p in result.parties] == [
		("Lead", "Acme", True),
		("Customer", "Beta", True),
		("Lead", "Unnamed prospect 4", False),
	]
	assert result.rows[1].party is result.rows[2].party


# F1
def test_existing_parties_and_users_are_used():
	site = MemorySite()
	site.known_parties = {"acme": {"Lead": "LEAD-1"}}
	site.known_users = {"ana": "ana@empresa.mx"}
	result, _report = plan(csv_of("1,Ana,,ACME,Won,,2024-01-02,5"), site=site)
	assert not result.parties and not result.users
	assert (result.rows[0].party.name, result.rows[0].owner) == ("LEAD-1", "ana@empresa.mx")


# F1: a bad row never stops the others
@pytest.mark.parametrize(
	("line", "column"),
	[
		("2,Ana,GTX,Acme,Won,2024-03-01,2024-01-10,1", "closed"),
		("2,Ana,GTX,Acme,Won,2024-03-01,,1", "closed"),
		("2,Ana,GTX,Acme,Won,,2099-01-01,1", "closed"),
		("2,Ana,GTX,Acme,Talking,1/2/2024,,1", "talked"),
		("2,Ana,GTX,Acme,Nobody knows,,,1", "stage"),
		("2,Ana,GTX,Acme,,,,1", "stage"),
		("2,Ana,GTX,Acme,New,,,many", "value"),
		("2,Ana,GTX,<b>Acme</b>,New,,,1", "account"),
		(",Ana,GTX,Acme,New,,,1", "id"),
		("1,Ana,GTX,Acme,New,,,1", "id"),
		("2,Ana,GTX,Acme,New", ""),
	],
)
def test_a_bad_row_is_refused_alone(line, column):
	result, report = plan(csv_of("1,Ana,GTX,Acme,New,,,1", line, "3,Ana,GTX,Acme,New,,,1"))
	assert [row.number for row in result.rows] == [2, 4]
	assert [(row, where) for row, where, _reason in refusals(report)] == [(3, column)]


# F1: run twice, nothing is created twice
def test_rows_that_are_there_are_skipped():
	site = MemorySite()
	site.imported = {"other:1"}
	result, report = plan(csv_of("1,Ana,,Acme,Won,,2024-01-02,5", "2,Ana,,Acme,New,,,"), site=site)
	assert [row.key for row in result.rows] == ["other:2"]
	assert report.already_there == 1
	assert result.parties[0].doctype == "Customer"


# F1
def test_rows_without_identifier_are_known_by_what_they_say():
	mapping = changed(columns={"stage": "stage"})
	first, _report = plan(csv_of(*["1,Ana,,Acme,New,,,"] * 2), mapping)
	again, _report = plan(csv_of(*["1,Ana,,Acme,New,,,"] * 3), mapping)
	assert len({row.key for row in first.rows}) == 2
	assert [row.key for row in again.rows][:2] == [row.key for row in first.rows]


# F1: a misspelt product
def test_items():
	site = MemorySite()
	site.known_items = {"MG": KnownItem("MG Special", True), "Alt": KnownItem("Alt", False)}
	mapping = changed(items={"key": "product", "columns": {"website": "page"}})
	result, report = plan(
		csv_of("1,,GTXPro,A,New,,,", "2,,MG Special,A,New,,,", "3,,Alt,A,New,,,", "4,,Other,A,New,,,"),
		mapping,
		site,
		items=b"product,page\nGTX Pro,x.mx\nUnused,y.mx\n",
	)
	assert [row.item for row in result.rows] == ["GTX Pro", "MG", "Other"]
	assert [(item.code, item.values.get("website")) for item in result.items] == [
		("GTX Pro", "x.mx"),
		("Other", None),
	]
	assert ("product", "GTXPro", "GTX Pro") in guesses(report)
	assert refusals(report)[0][:2] == (4, "product")


# F1: a misspelt sector
def test_accounts():
	mapping = changed(
		accounts={"key": "name", "columns": {"industry": "sector", "no_of_employees": "people"}},
		party={"as": "Lead"},
	)
	result, report = plan(
		csv_of("1,,,Acme,New,,,", "2,,,Beta,New,,,", "3,,,Gamma,New,,,"),
		mapping,
		accounts=b"name,sector,people\nAcme,technolgy,2822\nBeta,medical,many\n",
	)
	acme, beta, gamma = result.parties
	assert acme.values == {"industry": "Technology", "no_of_employees": "1000+"}
	assert beta.values["industry"] == "medical" and not beta.values["no_of_employees"]
	assert not gamma.values
	assert result.records == {"Industry Type": ["medical"]}
	assert ("sector", "technolgy", "Technology") in guesses(report)


# F1: bad mapping
@pytest.mark.parametrize(
	("keys", "words"),
	[
		({"stages": {"New": "Nuevo"}}, "Iniciativa"),
		({"stages": {"New": "Vieja"}}, "disabled"),
		({"stages": {"New": "Nada"}}, "exist"),
		({"columns": {"stage": "stagee"}}, "stage"),
		({"columns": {"stage": "stage", "websit": "id"}}, "website"),
		({"columns": {"stage": "stage", "name": "id"}}, "name"),
		({"colums": {}}, "columns"),
		({"history": [{"stage": "Never", "entered_on": "talked"}]}, "Never"),
		({"history": [{"stage": "New"}]}, "entered_on"),
		({"source": ""}, "source"),
		({"date_format": "YYYY"}, "YYYY"),
		({"number_format": "x"}, "x"),
		({"party": {"as": "Friend"}}, "Auto"),
		({"defaults": {"industry": "Nothing like it"}}, "Industry Type"),
		({"columns": {"stage": {"column": "stage", "tims": 2}}}, "times"),
	],
)
def test_a_mapping_that_cannot_be_used_is_refused_with_a_reason(keys, words):
	with pytest.raises(TableError, match=words):
		plan(csv_of("1,Ana,GTX,Acme,New,,,1"), changed(**keys))


# F1
@pytest.mark.parametrize("mapping", ["{", "[]", "null", '"x"', "{}"])
def test_what_is_no_mapping(mapping):
	with pytest.raises(HistoryImportError):
		mappings.parse(mapping)


# F1: fields that an admin made mandatory
def test_mandatory_fields():
	site = MemorySite()
	site.required = {"Opportunity": {"zone": "Zone"}}
	with pytest.raises(HistoryImportError, match="zone"):
		plan(csv_of("1,,,,New,,,"), site=site)
	mapping = changed(columns={"id": "id", "stage": "stage", "zone": "account"})
	result, report = plan(csv_of("1,,,North,New,,,", "2,,,,New,,,"), mapping, site)
	assert [row.values["zone"] for row in result.rows] == ["North"]
	assert refusals(report) == [(3, "account", "Zone is mandatory")]


# F1: who may not create users is told what to do
def test_missing_rights_are_said_before_anything_is_written():
	site = MemorySite()
	site.allowed.remove("User")
	with pytest.raises(HistoryImportError, match="Ana"):
		plan(csv_of("1,Ana,,,New,,,"), site=site)


CELLS = {
	"id": st.sampled_from(["", "1", "2", "3", "4"]),
	"agent": st.sampled_from(["", "Ana", "ana", "José"]),
	"product": st.sampled_from(["", "GTX Pro", "GTXPro"]),
	"account": st.sampled_from(["", "Acme", "acme", "Acme!"]),
	"stage": st.sampled_from(["New", "Talking", "Won", "Lost", "", "?"]),
	"talked": st.sampled_from(["", "2024-01-01", "2024-03-01", "3/1/2024", "x"]),
	"closed": st.sampled_from(["", "2024-02-01", "2024-03-01", "2030-01-01"]),
	"value": st.sampled_from(["", "5", "1,234.5", "x"]),
}


# F1: no row is lost, and stays follow each other without gap up to the stage the row stands in
@given(st.lists(st.tuples(*(CELLS[column] for column in HEADER.split(","))), min_size=1, max_size=12))
def test_every_row_is_planned_or_refused(rows):
	lines = [",".join(f'"{cell}"' for cell in row) for row in rows]
	site = MemorySite()
	site.imported = {"other:4"}
	result, report = plan(csv_of(*lines), site=site)
	numbers = [row.number for row in result.rows]
	assert len(numbers) + report.already_there + report.refused == report.rows == len(rows)
	assert not set(numbers) & report.refused_rows
	assert len({row.key for row in result.rows}) == len(result.rows)
	for row in result.rows:
		moments = [stay.entered_on for stay in row.stays]
		assert moments == sorted(moments)
		assert row.stays[-1].stage == row.stage
		assert all(a.stage != b.stage for a, b in zip(row.stays, row.stays[1:], strict=False))
		assert row.party
