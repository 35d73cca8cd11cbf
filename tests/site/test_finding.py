"""Finding prospects: by document number, by free text, by the filters of the list; as who may read them."""

import frappe
import pytest
from frappe.utils import add_days, now_datetime

from crm_etapas.api import prospects as api
from crm_etapas.finding.leads import Leads
from crm_etapas.setup import indexes
from tests.site.factories import make_customer, make_lead, make_user

FIELDS = ["name", "lead_name", "sales_channel", "zone", "creation"]


@pytest.fixture
def counted(monkeypatch):
	"""The statements that go to the database while `counted` is read."""
	statements, original = [], frappe.db.sql

	def sql(query, *args, **kwargs):
		statements.append(str(query))
		return original(query, *args, **kwargs)

	monkeypatch.setattr(frappe.db, "sql", sql)
	return statements


def names(filters=None, text="", order_by=None, start=0, length=20) -> list[str]:
	return [row.name for row in Leads(filters, text).page(FIELDS, order_by, start, length)]


def make_zone(name: str, parent: str | None = None, kind: str = "Zone") -> str:
	parent = parent or frappe.db.get_value("Territory", {"lft": 1})
	territory = {"territory_name": name, "parent_territory": parent, "is_group": 1, "territory_kind": kind}
	return frappe.get_doc({"doctype": "Territory", **territory}).insert().name


def make_channel(name: str) -> str:
	return frappe.get_doc({"doctype": "Sales Channel", "channel_name": name}).insert().name


def of_any_kind() -> str:
	"""A type of document whose numbers nobody checks."""
	name = "Número Libre"
	if not frappe.db.exists("Identification Type", name):
		frappe.get_doc({"doctype": "Identification Type", "type_name": name}).insert()
	return name


def numbered(number: str, **values):
	return make_lead(identification_type=of_any_kind(), identification_number=number, **values)


# D5: the number as people type it
@pytest.mark.parametrize("typed", ["ZQ-77", "zq77", " zq.77 ", "Z Q 7 7 0"])
def test_a_document_number_is_suggested_however_it_is_typed(typed):
	lead = numbered("ZQ-770.123", company_name="Ferretería Sol")
	(found,) = api.search_by_document(typed)
	assert (found["doctype"], found["name"], found["condition"]) == ("Lead", lead.name, "Prospect")
	assert (found["title"], found["stage"]) == ("Ferretería Sol", "Nuevo")


# D5: prospect or customer
def test_a_prospect_that_has_become_a_customer_is_suggested_once_as_customer():
	lead = numbered("ZQ-771")
	customer = make_customer(
		lead_name=lead.name, identification_type=of_any_kind(), identification_number="ZQ-771"
	)
	other = numbered("ZQ-7712")
	found = api.search_by_document("ZQ771")
	assert [(row["name"], row["condition"]) for row in found] == [
		(customer.name, "Customer"),
		(other.name, "Prospect"),
	]


# D5
def test_too_little_is_no_search_and_wildcards_are_none():
	numbered("ZQ-773")
	assert api.search_by_document("z") == []
	assert api.search_by_document("%%") == []
	assert api.search_by_document("z_773") == api.search_by_document("z773") == []
	assert len(api.search_by_document("ZQ", limit=0)) <= 1


# D5
def test_suggestions_take_two_queries(counted):
	numbered("ZQ-774")
	api.search_by_document("ZQ774")
	counted.clear()
	assert api.search_by_document("ZQ774")
	assert len(counted) <= 2, counted


# D5: every filter alone and all together
def test_filters_combine():
	zone = make_zone("Zona de Prueba")
	sector = make_zone("Sector de Prueba", zone, "Sector")
	channel, other = make_channel("Canal de Prueba"), make_channel("Canal Otro")
	wanted = make_lead(sales_channel=channel, zone=zone, sector=sector)
	make_lead(sales_channel=other, zone=zone)
	make_lead(sales_channel=channel)
	values = frappe.db.get_value("Lead", wanted.name, "*", as_dict=True)
	filters = [
		["Lead", "sales_channel", "in", [channel]],
		["Lead", "business_segment", "in", [values.business_segment]],
		["Lead", "potential_level", "in", [values.potential_level]],
		["Lead", "lead_owner", "=", values.lead_owner],
		["Lead", "zone", "in", [zone, sector]],
		["Lead", "sector", "in", [sector]],
		["Lead", "process_status", "=", values.process_status],
		["Lead", "creation", "Between", [add_days(now_datetime(), -1), add_days(now_datetime(), 1)]],
	]
	assert wanted.name in names(filters[:1])
	assert names(filters) == [wanted.name]
	assert len(names(filters[4:5])) == 2
	assert names([*filters, ["Lead", "sales_channel", "in", [other]]]) == []
	assert Leads(filters).count() == (1, True)
	assert Leads(filters[4:5]).count() == (2, True)


# D6: as Frappe's own list has it, page after page, in any order
@pytest.mark.parametrize(
	"order_by", ["creation desc", "modified desc", "`tabLead`.`lead_name` asc", "creation asc"]
)
def test_pages_are_those_of_frappes_own_list(order_by):
	channel = make_channel("Canal de Prueba")
	for number in range(7):
		lead = make_lead(sales_channel=channel, first_name=f"Ana {number}")
		moment = add_days(now_datetime(), -number)
		frappe.db.set_value(
			"Lead", lead.name, {"creation": moment, "modified": moment}, update_modified=False
		)
	filters = [["Lead", "sales_channel", "=", channel]]
	whole = frappe.get_list("Lead", filters, pluck="name", order_by=order_by)
	found = [name for start in (0, 3, 6) for name in names(filters, order_by=order_by, start=start, length=3)]
	assert len(whole) == 7
	assert found == whole


# D6
def test_the_list_answers_as_frappes_own_does():
	lead = make_lead(sales_channel=make_channel("Canal de Prueba"))
	answer = api.get_list(
		'["`tabLead`.`name`", "`tabLead`.`_comments`"]',
		'[["Lead", "sales_channel", "=", "Canal de Prueba"]]',
		order_by="`tabLead`.`creation` desc",
		with_comment_count=True,
	)
	assert answer["keys"] == ["name", "_comments", "_comment_count"]
	assert answer["values"] == [[lead.name, None, 0]]
	assert api.get_list(["name"], [["Lead", "sales_channel", "=", "Fantasma"]]) == []
	assert api.get_count([["Lead", "sales_channel", "=", "Canal de Prueba"]]) == {
		"count": 1,
		"is_exact": True,
	}


# D5: what is not asked for is not told, and nothing gets into the query
@pytest.mark.parametrize(
	"arguments",
	[
		{"fields": ["no_existe"]},
		{"fields": ["name"], "filters": [["Lead", "no_existe", "=", "x"]]},
		{"fields": ["name"], "order_by": "creation desc; drop table tabLead"},
		{"fields": ["name"], "order_by": "sleep(5)"},
	],
)
def test_the_list_refuses_what_frappes_own_refuses(arguments):
	with pytest.raises(Exception, match=r".") as refused:
		api.get_list(**arguments)
	assert isinstance(refused.value, (frappe.ValidationError, frappe.DataError, frappe.PermissionError))


# D5
def test_a_page_takes_at_most_four_queries_also_for_who_does_not_see_all(counted):
	channel = make_channel("Canal de Prueba")
	make_lead(sales_channel=channel)
	user = limited_to(channel)
	filters = [["Lead", "sales_channel", "in", [channel]], ["Lead", "business_segment", "in", ["Nada"]]]
	for who in ("Administrator", user):
		frappe.set_user(who)
		for text in ("", "zzzz zzyy"):
			names(filters, text)
			counted.clear()
			assert names(filters, text) == []
			assert len(counted) <= 4, counted


def limited_to(channel: str) -> str:
	user = make_user("Sales User").name
	permission = {"doctype": "User Permission", "user": user, "allow": "Sales Channel", "for_value": channel}
	frappe.get_doc(permission).insert()
	return user


# D5: nobody finds what they may not read, and everybody what is shared with them
def test_everybody_finds_what_they_may_read():
	mine, theirs = make_channel("Canal Mío"), make_channel("Canal Ajeno")
	visible = numbered("ZQ-880", sales_channel=mine, zone=make_zone("Zona de Prueba"))
	hidden = numbered("ZQ-881", sales_channel=theirs, zone="Zona de Prueba")
	shared = numbered("ZQ-882", sales_channel=theirs, zone="Zona de Prueba")
	user, nobody = limited_to(mine), make_user("Blogger").name
	frappe.share.add("Lead", shared.name, user)
	in_zone = [["Lead", "zone", "=", "Zona de Prueba"]]

	assert {visible.name, hidden.name, shared.name} == set(names(in_zone))
	frappe.set_user(user)
	readable = set(frappe.get_list("Lead", in_zone, pluck="name"))
	assert readable == {visible.name, shared.name}
	assert set(names(in_zone)) == readable
	assert set(names(in_zone, order_by="lead_name asc")) == readable
	assert Leads(in_zone).count() == (2, True)
	assert {row["name"] for row in api.search_by_document("ZQ88")} == readable

	frappe.set_user(nobody)
	for call in (api.search, api.search_by_document):
		with pytest.raises(frappe.PermissionError):
			call("ZQ880")
	with pytest.raises(frappe.PermissionError):
		api.get_list(["name"])
	with pytest.raises(frappe.PermissionError):
		api.get_count()


# D5: the same however few or many there are, and without the app's indexes
def test_both_ways_find_the_same(monkeypatch):
	channel = make_channel("Canal de Prueba")
	for _number in range(5):
		make_lead(sales_channel=channel)
	filters = [["Lead", "sales_channel", "=", channel]]
	by_the_newest = names(filters, length=5)
	assert by_the_newest == names(filters, length=6)
	monkeypatch.setattr(indexes, "existing", lambda doctype: {})
	assert names(filters, length=5) == by_the_newest
	assert Leads(filters).count() == (5, True)


# D5: free text. MariaDB finds a new row by its words only after the commit
def test_free_text(throwaway_site):
	ana = make_lead(
		first_name="Ana",
		last_name="Pérez Ibarrolaza",
		company_name="Inversiones El Ñandú",
		legal_name="Grupo Kavanayen, C.A.",
		email_id="ana.perez@ejemplo.com",
		mobile_no="+525512345678",
		identification_type=of_any_kind(),
		identification_number="ZQ-770.123",
	).name
	other = make_lead(first_name="Luis", last_name="Peralta", company_name="3M Andina").name
	hp = make_lead(first_name="Sara", last_name="Gil", company_name="HP Caracas").name
	frappe.db.commit()

	def found(text):
		return {row["name"] for row in api.search(text)}

	for text in (
		"perez",
		"PÉREZ ana",
		"ibarro",
		"nandu inver",
		"kavanayen",
		"ana.perez@ejemplo.com",
		"ana.pe",
		"ana.perez@",
		"+52 55 1234",
		"55 1234 5678",
		"ZQ-770",
		"zq770123",
		"ana ZQ770",
		"el ñandú",
	):
		assert found(text) == {ana}, text
	assert found("per") == {ana, other}
	assert found("@ejemplo.com") == {ana}
	assert found("3m") == {other}
	assert found("HP") == {hp}
	assert found("gil HP") == {hp}
	for text in ("perez luis", "zzzz", "arrolaza", "%", "_", "--", "+", '"perez', "perez -ana x", "ana de"):
		expected = {ana} if text == '"perez' else set()
		assert found(text) == expected, text
	assert names(text="perez", order_by="lead_name asc") == [ana]
	assert api.get_count(text="perez") == {"count": 1, "is_exact": True, "names": [ana]}
	assert names([["Lead", "company_name", "like", "%andú%"]], "perez") == [ana]
	for length in (1, 20):  # one page is full at once, the other goes on to look
		assert names(text="pérez", length=length) == [ana]

	frappe.get_doc("Lead", ana).update({"last_name": "Zubillaga"}).save()
	frappe.db.commit()
	assert found("perez ibarrolaza") == set()
	assert found("zubillaga") == {ana}


# D5
def test_only_leads_are_searched():
	with pytest.raises(frappe.ValidationError, match=r"Lead|Iniciativa"):
		api.search("perez", doctype="User")
	assert api.search("   ") == []


# D6: the list as it is after installing, and an admin's own settings
def test_columns_of_the_list_are_the_admins_own_once_they_exist():
	from crm_etapas.setup import lead_list

	settings = frappe.get_doc("List View Settings", "Lead")
	assert "zone" in settings.fields
	meta = frappe.get_meta("Lead")
	assert (meta.sort_field, meta.sort_order) == ("creation", "DESC")
	assert all(meta.get_field(field).in_list_view for field in lead_list.COLUMNS)
	settings.total_fields = "6"
	settings.save()
	lead_list.create()
	lead_list.delete()
	assert frappe.db.get_value("List View Settings", "Lead", "total_fields") == "6"
	settings.reload()
	settings.total_fields = lead_list.MOST_COLUMNS
	settings.save()
	lead_list.delete()
	assert not frappe.db.exists("List View Settings", "Lead")
