"""Several people who convert the same prospects at once make one set of each."""

import frappe
import pytest

from tests.site import crowd
from tests.site.conftest import connect
from tests.site.factories import make_lead, make_user
from tests.site.throwaway import ThrowawaySite

PEOPLE = 4


@pytest.fixture
def busy_site(bench, rolled_back, monkeypatch):
	"""A throwaway site: what its processes do is committed."""
	monkeypatch.undo()
	site = ThrowawaySite(bench)
	site.create()
	frappe.destroy()
	connect(site.name, bench.sites_path)
	yield site
	frappe.destroy()
	site.drop()
	connect(bench.site, bench.sites_path)


# F5
def test_four_people_at_once_make_one_set_of_each(busy_site):
	users = [make_user("Sales User", "Sales Master Manager").name for _number in range(PEOPLE)]
	leads = [make_lead(company_name=f"Molinos {number}").name for number in range(6)]
	frappe.db.commit()

	results = crowd.run(busy_site, *((user, "convert", {"leads": leads}) for user in users))

	frappe.db.rollback()  # see what the others have committed
	assert sum(result["made"] for result in results) == len(leads)
	assert sum(result["taken"] for result in results) == len(leads) * (PEOPLE - 1)
	for lead in leads:
		assert frappe.db.count("Customer", {"lead_name": lead}) == 1
		assert frappe.db.count("Opportunity", {"party_name": lead}) == 1
		assert frappe.db.count("Lead Conversion", {"lead": lead}) == 1
		links = {"parenttype": "Contact", "link_doctype": "Lead", "link_name": lead}
		assert frappe.db.count("Dynamic Link", links) == 1
