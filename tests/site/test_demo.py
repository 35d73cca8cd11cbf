"""The sample company: loaded once, cleared without a trace."""

import frappe

from crm_etapas import demo
from crm_etapas.api import my_day
from crm_etapas.api.stages import get_path

TOUCHED = (
	"Lead",
	"Opportunity",
	"Customer",
	"Contact",
	"Item",
	"User",
	"Stage Log",
	"Event",
	"Territory",
	"Customer Attribute",
	"Customer Attribute Value",
	"Sales Rep Profile",
	"Sales Rep Load",
)


def counts() -> dict[str, int]:
	return {doctype: frappe.db.count(doctype) for doctype in TOUCHED}


# A, B, D19
def test_the_sample_is_loaded_once_and_cleared_without_a_trace(throwaway_site):
	before = counts()
	demo.load()
	loaded = counts()
	demo.load()
	assert counts() == loaded
	for doctype, field in (("Lead", "prospect_stage"), ("Opportunity", "opportunity_stage")):
		assert loaded[doctype] >= 20
		assert len(frappe.get_all(doctype, pluck=field, distinct=True)) >= 5
	paths = [get_path("Lead", name) for name in frappe.get_all("Lead", pluck="name")]
	assert any(path["rotten"] for path in paths) and not all(path["rotten"] for path in paths)
	for name, channel, source in frappe.get_all(
		"Opportunity", fields=["name", "sales_channel", "source"], as_list=True
	):
		assert source == frappe.db.get_value("Sales Channel", channel, "erpnext_source"), name
	assert loaded["Sales Rep Profile"] == loaded["Sales Rep Load"] > 1
	assert all(section["count"] for section in my_day.get()["sections"])
	assert not frappe.get_all("Customer", {"company_key": ["in", ("", None)]})
	demo.clear()
	assert counts() == before
