"""ERPNext's own Create buttons carry along what is known of a prospect, and what the settings say besides."""

import frappe
import pytest
from erpnext.crm.doctype.lead import lead as of_lead
from erpnext.crm.doctype.opportunity import opportunity as of_opportunity
from erpnext.selling.doctype.customer import customer as of_customer
from erpnext.selling.doctype.sales_order.sales_order import make_delivery_note, make_sales_invoice

from crm_etapas.exceptions import FieldMapError
from tests.site.factories import (
	make_customer,
	make_item,
	make_lead,
	make_opportunity,
	make_quotation,
	make_sales_order,
)
from tests.site.test_query_counts import counted

PROFILE = {"sales_channel": "Referido", "business_segment": "Industria"}


@pytest.fixture(autouse=True)
def no_pictures(monkeypatch):
	monkeypatch.setattr("erpnext.crm.doctype.lead.lead.has_gravatar", lambda email: "")


def make_prospect(**values):
	campaign = frappe.get_doc({"doctype": "Campaign", "campaign_name": frappe.generate_hash(length=8)})
	return make_lead(
		company_name=f"Molinos {frappe.generate_hash(length=6)}",
		campaign_name=campaign.insert().name,
		identification_type="RIF",
		identification_number="J-07013380-5",
		customer_attributes=[{"attribute": make_attribute(), "value": "Sí"}],
		**PROFILE,
		**values,
	)


def make_attribute() -> str:
	name = f"Atributo {frappe.generate_hash(length=6)}"
	frappe.get_doc({"doctype": "Customer Attribute", "attribute_name": name, "data_type": "Yes/No"}).insert()
	return name


def go_along(*rows):
	"""Say in the settings that fields go along: from DocType, field, to DocType, field."""
	settings = frappe.get_doc("CRM Etapas Settings")
	for row in rows:
		keys = ("from_doctype", "from_field", "to_doctype", "to_field")
		settings.append("mapped_fields", dict(zip(keys, row, strict=True)))
	return settings.save()


def profile_of(doc) -> dict:
	return {field: doc.get(field) for field in PROFILE}


# C8
@pytest.mark.parametrize("make", [of_lead.make_opportunity, of_lead.make_customer, of_lead.make_quotation])
def test_what_is_made_of_a_lead_has_its_channel_and_segment(make):
	assert profile_of(make(make_prospect().name)) == PROFILE


# C8
def test_identification_attributes_and_campaign_go_along():
	lead = make_prospect()
	opportunity, customer = of_lead.make_opportunity(lead.name), of_lead.make_customer(lead.name)
	for doc in (opportunity, customer):
		assert doc.identification_number == lead.identification_number
		assert [row.value for row in doc.customer_attributes] == ["Yes"]
	assert opportunity.campaign == lead.campaign_name
	assert of_lead.make_quotation(lead.name).campaign == lead.campaign_name
	opportunity.insert()
	assert profile_of(of_opportunity.make_quotation(opportunity.name)) == PROFILE
	assert profile_of(of_opportunity.make_customer(opportunity.name)) == PROFILE
	assert of_opportunity.make_quotation(opportunity.name).campaign == lead.campaign_name


# C8, C10
def test_fields_go_along_as_the_settings_say():
	go_along(
		("Lead", "fax", "Customer", "customer_details"),
		("Lead", "fax", "Prospect", "website"),
		("Opportunity", "website", "Quotation", "title"),
	)
	lead = make_prospect(fax="212-5551234", website="molinos.example")
	assert of_lead.make_customer(lead.name).customer_details == "212-5551234"
	opportunity = of_lead.make_opportunity(lead.name).insert()
	assert of_opportunity.make_quotation(opportunity.name).title == "molinos.example"
	lead.create_prospect(lead.company_name)
	assert frappe.db.get_value("Prospect", lead.company_name, "website") == "212-5551234"
	assert frappe.db.get_value("Prospect", lead.company_name, "sales_channel") == PROFILE["sales_channel"]


# C8
@pytest.mark.parametrize(
	"row, reason",
	[
		(("Lead", "no_hay", "Customer", "website"), "no_hay"),
		(("Lead", "website", "Customer", "no_hay"), "no_hay"),
		(("Lead", "website", "Customer", "territory"), None),
		(("Lead", "territory", "Customer", "market_segment"), None),
		(("Lead", "notes", "Customer", "website"), None),
		(("Lead", "annual_revenue", "Customer", "disabled"), None),
		(("Lead", "status", "Opportunity", "status"), "Interested"),
	],
)
def test_a_field_that_cannot_go_along_is_refused(row, reason):
	with pytest.raises(FieldMapError, match="fila 1") as error:
		go_along(row)
	assert not reason or reason in str(error.value)


# C8
def test_two_rows_cannot_fill_the_same_field():
	with pytest.raises(FieldMapError, match="fila 2"):
		go_along(("Lead", "fax", "Customer", "website"), ("Lead", "website", "Customer", "website"))


# C8
def test_channel_and_segment_go_along_from_quotation_to_invoice():
	opportunity = make_opportunity(make_prospect())
	quotation = of_opportunity.make_quotation(opportunity.name)
	quotation.append("items", {"item_code": make_item(), "qty": 1, "rate": 100})
	quotation.insert().submit()
	assert profile_of(quotation) == PROFILE
	order = make_sales_order(quotation)
	order.submit()
	assert profile_of(order) == PROFILE
	assert order.campaign == opportunity.campaign
	assert profile_of(make_sales_invoice(order.name)) == PROFILE
	assert profile_of(make_delivery_note(order.name)) == PROFILE
	assert order.source == frappe.db.get_value("Sales Channel", "Referido", "erpnext_source")


# C8
def test_a_quotation_without_an_opportunity_has_those_of_its_party():
	lead, customer = make_prospect(), make_customer(**PROFILE)
	assert profile_of(make_quotation(quotation_to="Lead", party_name=lead.name)) == PROFILE
	quotation = make_quotation(quotation_to="Customer", party_name=customer.name)
	assert profile_of(quotation) == PROFILE
	assert profile_of(of_customer.make_quotation(customer.name)) == PROFILE


# C8: what somebody has said of the quotation stands
def test_a_quotation_keeps_its_own_channel():
	customer = make_customer(**PROFILE)
	quotation = make_quotation(quotation_to="Customer", party_name=customer.name, sales_channel="Directo")
	assert (quotation.sales_channel, quotation.business_segment) == ("Directo", "Industria")


# C8
def test_documents_that_say_it_already_cost_no_query():
	from crm_etapas.conversion import revenue

	customer = make_customer(**PROFILE)
	quotation = frappe.new_doc("Quotation").update({"quotation_to": "Customer", "party_name": customer.name})
	frappe.get_cached_doc("CRM Etapas Settings")
	revenue.before_validate(frappe.copy_doc(quotation).update(PROFILE))  # fills the caches
	with counted() as statements:
		revenue.before_validate(frappe.copy_doc(quotation).update(PROFILE))
	assert not statements
	with counted() as statements:
		revenue.before_validate(quotation)
	assert len(statements) == 1
	assert profile_of(quotation) == PROFILE
