"""What is known of a prospect: beside ERPNext's own fields, and along to whatever is made of it."""

import frappe
import pytest
from erpnext.crm.doctype.lead.lead import make_customer as customer_of_lead
from erpnext.crm.doctype.lead.lead import make_opportunity as opportunity_of_lead
from erpnext.crm.doctype.opportunity.opportunity import make_customer as customer_of_opportunity
from erpnext.crm.doctype.prospect.prospect import make_customer as customer_of_prospect
from frappe.permissions import update_permission_property
from frappe.utils import add_days, getdate, today

from crm_etapas import master
from crm_etapas.exceptions import ProfileError
from crm_etapas.profile import FIELDS
from tests.site.factories import (
	change_stage,
	make_customer,
	make_lead,
	make_opportunity,
	make_quotation,
	make_sales_order,
	make_user,
)

KNOWN = {
	"sales_channel": "Referido",
	"business_segment": "Industria",
	"legal_name": "Aceros del Norte, C.A.",
	"validity_days": 30,
	"notifications_enabled": 0,
}


@pytest.fixture
def lead():
	attribute = frappe.get_doc({"doctype": "Customer Attribute", "attribute_name": "Flota"}).insert()
	zone = make_territory("Zone")
	return make_lead(
		company_name="Aceros del Norte",
		potential_level="Alto",
		zone=zone,
		customer_attributes=[{"attribute": attribute.name, "value": "12 camiones"}],
		**KNOWN,
	)


def make_territory(kind: str, parent: str | None = None) -> str:
	root = frappe.get_all("Territory", {"parent_territory": ["in", ("", None)]}, pluck="name")[0]
	return (
		frappe.get_doc(
			{
				"doctype": "Territory",
				"territory_name": f"Lugar {frappe.generate_hash(length=6)}",
				"parent_territory": parent or root,
				"is_group": 1,
				"territory_kind": kind,
			}
		)
		.insert()
		.name
	)


def assert_same_profile(doc, lead, besides=()):
	for fieldname in set(FIELDS) - set(besides):
		assert doc.get(fieldname) == lead.get(fieldname), fieldname
	assert [(row.attribute, row.value) for row in doc.customer_attributes] == [("Flota", "12 camiones")]


# D7, C8
def test_the_profile_goes_along_the_create_buttons(lead):
	opportunity = opportunity_of_lead(lead.name).insert()
	assert_same_profile(opportunity, lead)
	assert opportunity.valid_until == getdate(add_days(today(), 30))
	customer = customer_of_lead(lead.name).insert()
	assert_same_profile(customer, lead, besides=["potential_level"])
	assert customer.potential_level == master.default("Potential Level", level_type="Customer")


# D7, C8
def test_the_profile_goes_along_where_nobody_used_a_button(lead):
	assert_same_profile(make_opportunity(lead), lead)
	lead.create_prospect("Aceros del Norte")
	prospect = frappe.get_doc("Prospect", "Aceros del Norte")
	assert_same_profile(prospect, lead)
	assert_same_profile(make_opportunity(frappe._dict(name=prospect.name), opportunity_from="Prospect"), lead)
	customer = make_customer(prospect_name=prospect.name)
	assert_same_profile(customer, lead, besides=["potential_level"])
	of_customer = make_opportunity(frappe._dict(name=customer.name), opportunity_from="Customer")
	assert of_customer.party_condition == "Customer"
	assert_same_profile(of_customer, lead, besides=["potential_level"])


# D7, C8
def test_an_order_makes_its_customer_with_the_profile(lead):
	opportunity = make_opportunity(lead)
	quotation = make_quotation(opportunity).submit()
	make_sales_order(quotation)
	customer = frappe.get_doc("Customer", {"lead_name": lead.name})
	assert_same_profile(customer, lead, besides=["potential_level"])
	assert customer_of_opportunity(make_opportunity(lead).name).sales_channel == "Referido"


# D7
def test_what_someone_says_is_not_overwritten_by_what_comes_along(lead):
	opportunity = make_opportunity(lead, sales_channel="Visita", legal_name="Otra, S.A.")
	assert (opportunity.sales_channel, opportunity.legal_name) == ("Visita", "Otra, S.A.")
	assert opportunity.source == frappe.db.get_value("Sales Channel", "Visita", "erpnext_source")


# C3, D2, D3
def test_channel_and_segment_keep_erpnexts_fields_filled():
	lead = make_lead(sales_channel="Referido", business_segment="Industria")
	source = frappe.db.get_value("Sales Channel", "Referido", "erpnext_source")
	assert (lead.source, lead.market_segment) == (source, "Industria")
	lead.sales_channel = "Visita"
	lead.save()
	assert lead.source == frappe.db.get_value("Sales Channel", "Visita", "erpnext_source")
	lead.sales_channel = None
	lead.save()
	assert not lead.source


# F1: a web form, an API or another app knows only ERPNext's own fields
def test_a_source_of_erpnext_chooses_its_channel():
	source = frappe.db.get_value("Sales Channel", "Visita", "erpnext_source")
	assert make_lead(source=source).sales_channel == "Visita"
	lead = make_lead(sales_channel="Referido")
	lead.update({"source": source}).save()
	assert lead.sales_channel == "Visita"
	unknown = frappe.get_doc({"doctype": "Lead Source", "source_name": "Sin canal"}).insert().name
	lead.update({"source": unknown}).save()
	assert (lead.source, lead.sales_channel) == (unknown, None)


# D2, D3, D4
def test_a_new_prospect_gets_the_defaults():
	frappe.db.set_single_value("CRM Etapas Settings", "default_validity_days", 90)
	lead = make_lead()
	assert lead.sales_channel == master.default("Sales Channel")
	assert lead.business_segment == master.default("Business Segment")
	assert lead.potential_level == master.default("Potential Level", level_type="Prospect")
	assert (lead.party_condition, lead.notifications_enabled) == ("Prospect", 1)
	assert lead.valid_until == getdate(add_days(today(), 90))


# D4
def test_a_customers_level_is_not_for_prospects():
	with pytest.raises(ProfileError, match="Alto, Medio, Bajo"):
		make_lead(potential_level="Cliente Estratégico")
	with pytest.raises(ProfileError, match="Cliente Estratégico"):
		make_customer().update({"potential_level": "Alto"}).save()


# D7
def test_valid_until_follows_the_days_and_nothing_else():
	lead = make_lead(validity_days=10)
	assert lead.valid_until == getdate(add_days(today(), 10))
	lead.update({"valid_until": "2030-01-01"}).save()
	assert lead.valid_until == getdate(add_days(today(), 10))
	lead.update({"validity_days": 0}).save()
	assert lead.valid_until is None


# D12
def test_choosing_customer_makes_the_customer_once(lead):
	lead.update({"party_condition": "Customer"}).save()
	customer = frappe.get_doc("Customer", {"lead_name": lead.name})
	assert customer.customer_name == "Aceros del Norte"
	assert_same_profile(customer, lead, besides=["potential_level"])
	assert (lead.status, lead.prospect_stage) == ("Converted", "Convertido a Oportunidad")
	lead.update({"job_title": "Compras"}).save()  # the form that saved it can go on
	assert frappe.db.count("Customer", {"lead_name": lead.name}) == 1


# D12
def test_a_new_prospect_can_come_in_as_a_customer():
	lead = make_lead(party_condition="Customer")
	assert frappe.db.exists("Customer", {"lead_name": lead.name})
	company = frappe.get_doc({"doctype": "Prospect", "company_name": "Textiles Prueba"}).insert()
	company.update({"party_condition": "Customer"}).save()
	assert frappe.db.exists("Customer", {"prospect_name": company.name})


# D12: nobody becomes a second customer
@pytest.mark.parametrize("is_new", [True, False])
def test_choosing_customer_takes_the_one_who_is_there(is_new):
	number = {"identification_type": "RIF", "identification_number": "J-07013380-5"}
	customer, count = make_customer(**number), frappe.db.count("Customer")
	lead = make_lead(**number, **({"party_condition": "Customer"} if is_new else {}))
	if not is_new:
		lead.update({"party_condition": "Customer"}).save()
	assert (lead.customer, lead.party_condition) == (customer.name, "Customer")
	assert lead.prospect_stage == "Convertido a Oportunidad"
	lead.update({"job_title": "Compras"}).save()  # the form that saved it can go on
	assert frappe.db.count("Customer") == count
	lead.party_condition = "Prospect"
	with pytest.raises(ProfileError, match=customer.name):
		lead.save()


# D12
def test_the_create_button_of_a_prospect_links_its_customer():
	company = frappe.get_doc({"doctype": "Prospect", "company_name": "Textiles Prueba"}).insert()
	customer = customer_of_prospect(company.name).insert()
	assert customer.prospect_name == company.name
	company.reload()
	assert company.party_condition == "Customer"


# D12
def test_a_customer_made_elsewhere_says_so_on_the_prospect_until_it_is_deleted(lead):
	customer = customer_of_lead(lead.name).insert()
	lead.reload()
	assert lead.party_condition == "Customer"
	lead.party_condition = "Prospect"
	with pytest.raises(ProfileError, match=customer.name):
		lead.save()
	frappe.delete_doc("Customer", customer.name)
	lead.reload()
	assert lead.party_condition == "Prospect"


# D12
def test_who_may_not_make_customers_changes_nothing(lead):
	update_permission_property("Customer", "Sales User", 0, "create", 0)
	frappe.set_user(make_user("Sales User").name)
	frappe.db.savepoint("before_saving")
	with pytest.raises(frappe.PermissionError):
		frappe.get_doc("Lead", lead.name).update({"party_condition": "Customer"}).save()
	frappe.db.rollback(save_point="before_saving")
	assert frappe.db.get_value("Lead", lead.name, "party_condition") == "Prospect"
	assert not frappe.db.exists("Customer", {"lead_name": lead.name})


# D2, D15
def test_the_history_keeps_channel_and_segment_of_then(lead):
	change_stage("Intento de Contacto", requirements=[])
	lead.update({"sales_channel": "Visita"}).save()
	lead.update({"prospect_stage": "Intento de Contacto"}).save()
	stays = frappe.get_all(
		"Stage Log",
		{"reference_name": lead.name, "pipeline": "prospect"},
		["channel", "segment"],
		order_by="sequence",
	)
	assert [(stay.channel, stay.segment) for stay in stays] == [
		("Referido", "Industria"),
		("Visita", "Industria"),
	]
