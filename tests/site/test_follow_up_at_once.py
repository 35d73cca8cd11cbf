"""Several who plan and note contacts with one record in the same moment, each with a connection of their own."""

import frappe
import pytest
from frappe.utils import add_to_date, get_datetime, now_datetime

from tests.site import crowd
from tests.site.conftest import connect
from tests.site.factories import make_customer, make_lead
from tests.site.throwaway import ThrowawaySite

PROCESSES, EACH = 3, 8


@pytest.fixture(scope="module")
def busy_site(bench):
	site = ThrowawaySite(bench)
	site.create()
	frappe.destroy()
	connect(site.name, bench.sites_path)
	yield site
	frappe.destroy()
	site.drop()
	connect(bench.site, bench.sites_path)


@pytest.fixture
def committed(busy_site, rolled_back, monkeypatch):
	"""What is made here is seen by the processes; nothing of it is rolled back."""
	monkeypatch.undo()


def at_once(site, task: str, arguments) -> list:
	frappe.db.commit()
	results = crowd.run(site, *(("Administrator", task, arguments(number)) for number in range(PROCESSES)))
	frappe.db.rollback()
	return results


# C5: whoever saves second is refused or moves the same event; there are never two
@pytest.mark.parametrize("make", [make_lead, make_customer])
def test_two_who_plan_at_once_make_one_event(busy_site, committed, make):
	record = make()
	begin = add_to_date(now_datetime().replace(microsecond=0), days=1)
	results = at_once(
		busy_site,
		"plan",
		lambda number: {
			"doctype": record.doctype,
			"name": record.name,
			"dates": [str(add_to_date(begin, hours=number * EACH + n)) for n in range(EACH)],
		},
	)
	assert sum(result["planned"] for result in results) >= EACH
	assert not sum(result["given up"] for result in results)
	events = frappe.get_all(
		"Event Participants", {"reference_docname": record.name}, pluck="parent", distinct=True
	)
	assert len(events) == 1
	date, event = frappe.db.get_value(
		record.doctype, record.name, ["next_contact_date", "next_contact_event"]
	)
	assert event == events[0]
	assert get_datetime(frappe.db.get_value("Event", event, "starts_on")) == date


# D13: no call is lost
@pytest.mark.parametrize("make", [make_lead, make_customer])
def test_calls_that_are_noted_at_once_are_all_counted(busy_site, committed, make):
	record = make()
	results = at_once(
		busy_site, "call", lambda number: {"doctype": record.doctype, "name": record.name, "count": EACH}
	)
	called = sum(result["called"] for result in results)
	assert called >= EACH
	counts = ["contact_attempts", "tries_since_answer"]
	assert frappe.db.get_value(record.doctype, record.name, counts) == (called, called)
