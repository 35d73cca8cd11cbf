"""Regions, zones and sectors: the tree of territories says what lies in what."""

import frappe
import pytest

from crm_etapas.exceptions import PlaceError
from crm_etapas.profile.places import settle
from tests.site.factories import make_customer, make_lead, make_opportunity, make_user
from tests.site.test_query_counts import counted


@pytest.fixture
def tree():
	"""Two zones of a region with a sector each, and a territory without a kind."""
	root = frappe.get_all("Territory", {"parent_territory": ["in", ["", None]]}, pluck="name")[0]
	make_territory("Centro", root, "Region")
	make_territory("Norte", "Centro", "Zone")
	make_territory("Sur", "Centro", "Zone")
	make_territory("Norte 1", "Norte", "Sector")
	make_territory("Sur 1", "Sur", "Sector")
	make_territory("Suelto", root, None)
	make_territory("Suelto 1", root, "Sector")


def make_territory(name: str, parent: str, kind: str | None) -> None:
	frappe.get_doc(
		{
			"doctype": "Territory",
			"territory_name": name,
			"parent_territory": parent,
			"is_group": 1,
			"territory_kind": kind,
		}
	).insert()


def country() -> str:
	return frappe.db.get_value("Country", {"code": "ve"})


def make_address(*records, **values):
	return frappe.get_doc(
		{
			"doctype": "Address",
			"address_title": frappe.generate_hash(length=8),
			"address_type": "Office",
			"address_line1": "Calle 1",
			"city": "Caracas",
			"country": country(),
			"links": [{"link_doctype": r.doctype, "link_name": r.name} for r in records],
			**values,
		}
	).insert()


def places(doc) -> tuple:
	doc.reload()
	return tuple(doc.get(field) for field in ("region", "zone", "sector") if doc.meta.has_field(field))


# D8
def test_the_sector_fills_zone_and_region(tree):
	address = make_address(sector="Norte 1")
	assert places(address) == ("Centro", "Norte", "Norte 1")
	address.sector = "Sur 1"  # what nobody chose now gives way
	address.save()
	assert places(address) == ("Centro", "Sur", "Sur 1")


# D8
def test_the_zone_fills_the_region(tree):
	assert places(make_address(zone="Sur")) == ("Centro", "Sur", None)


# D8
def test_a_zone_that_contradicts_the_sector_is_refused(tree):
	with pytest.raises(PlaceError) as error:
		make_address(sector="Norte 1", zone="Sur")
	assert all(name in str(error.value) for name in ("Norte 1", "Sur", "<strong>Norte</strong>"))
	address = make_address(sector="Norte 1")
	address.zone = "Sur"
	with pytest.raises(PlaceError):
		address.save()
	with pytest.raises(PlaceError, match="Suelto 1"):
		make_address(sector="Suelto 1", zone="Sur")


# D8
@pytest.mark.parametrize(
	("field", "territory"),
	[("zone", "Norte 1"), ("sector", "Norte"), ("region", "Suelto"), ("zone", "Suelto")],
)
def test_a_territory_of_another_kind_is_refused(tree, field, territory):
	with pytest.raises(PlaceError, match=territory):
		make_address(**{field: territory})


# D8
def test_places_cost_one_query_and_none_when_they_stay(tree):
	address = make_address(sector="Norte 1").reload()
	for change, queries in ((None, 0), ("Sur 1", 1)):
		address.load_doc_before_save()
		address.sector = change or address.sector
		with counted() as statements:
			settle(address)
		assert len(statements) == queries


# D8
@pytest.mark.parametrize("make", [make_lead, make_customer, make_opportunity])
def test_the_sector_of_a_record_fills_its_zone_and_an_empty_territory(tree, make):
	record = make(sector="Norte 1", territory=None)
	assert places(record) == ("Norte", "Norte 1")
	assert record.territory == "Norte 1"
	record = make(zone="Sur", territory=None)
	assert record.territory == "Sur"
	record = make(sector="Norte 1", territory="Suelto")
	assert record.territory == "Suelto"


# D8
def test_a_lead_refuses_what_contradicts(tree):
	with pytest.raises(PlaceError):
		make_lead(sector="Norte 1", zone="Sur")
	with pytest.raises(PlaceError):
		make_lead(zone="Norte 1")


# D8
def test_records_keep_their_places_when_the_tree_changes(tree):
	lead = make_lead(sector="Norte 1")
	territory = frappe.get_doc("Territory", "Norte 1")
	territory.parent_territory = "Sur"
	territory.save()
	lead.reload().company_name = "Otra"
	lead.save()
	assert places(lead) == ("Norte", "Norte 1")
	opportunity = make_opportunity(lead)  # and nobody is kept from going on
	assert places(opportunity) == ("Sur", "Norte 1")


# D8
def test_the_main_address_gives_its_places_to_whom_it_is_of(tree):
	lead, customer = make_lead(territory=None), make_customer()
	address = make_address(lead, customer, sector="Norte 1")
	assert places(lead) == places(customer) == ("Norte", "Norte 1")
	assert lead.territory == "Norte 1"
	address.reload().sector = "Sur 1"
	address.save()
	assert places(lead) == places(customer) == ("Sur", "Sur 1")
	assert lead.territory == "Norte 1"
	address.reload().update({"sector": None, "zone": None, "region": None})
	address.save()
	assert places(lead) == (None, None)


# D8
def test_what_somebody_chose_by_hand_stays(tree):
	lead = make_lead(zone="Sur")
	make_address(lead, sector="Norte 1")
	assert places(lead) == ("Sur", None)


# D8
def test_only_the_main_address_counts(tree):
	lead = make_lead()
	make_address(lead, sector="Norte 1", is_primary_address=1)
	second = make_address(lead, sector="Sur 1")
	assert places(lead) == ("Norte", "Norte 1")
	second.reload().is_primary_address = 1
	second.save()
	assert places(lead) == ("Sur", "Sur 1")


# D8
def test_who_may_edit_the_address_need_not_be_able_to_edit_the_lead(tree):
	lead = make_lead()
	frappe.set_user(make_user("Accounts User").name)
	assert not frappe.has_permission("Lead", "write", doc=lead.name)
	make_address(lead, sector="Sur 1")
	frappe.set_user("Administrator")
	assert places(lead) == ("Sur", "Sur 1")


# D5: a salesperson who is limited to a territory
def test_a_user_of_one_territory_enters_leads_without_a_wrong_zone(tree):
	user = make_user("Sales User")
	frappe.get_doc(
		{"doctype": "User Permission", "user": user.name, "allow": "Territory", "for_value": "Norte 1"}
	).insert()
	frappe.set_user(user.name)
	lead = frappe.new_doc("Lead").update({"first_name": "Ana"}).insert()
	assert (lead.territory, lead.zone, lead.sector) == ("Norte 1", None, None)
