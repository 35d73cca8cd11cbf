"""How often a record was contacted, as it keeps it: true whatever is noted, changed, relinked, taken away or merged."""

from datetime import timedelta
from functools import cache

import frappe
import pytest
from frappe.utils import add_days, get_datetime, now_datetime

from crm_etapas.api import follow_up as api
from crm_etapas.api.prospects import merge
from crm_etapas.follow_up import counters, tally
from crm_etapas.follow_up.tally import NOTHING, Tally
from crm_etapas.setup import backfill
from tests.site.factories import (
	make_customer,
	make_event,
	make_interaction,
	make_lead,
	make_opportunity,
)
from tests.site.test_query_counts import counted


@cache
def now():
	"""The same moment in all tests."""
	return now_datetime().replace(microsecond=0)


def ago(hours: int):
	return now() - timedelta(hours=hours)


def kept(doc) -> Tally:
	values = frappe.db.get_value(doc.doctype, doc.name, counters.FIELDS, as_dict=True)
	return Tally(**values)


@pytest.fixture(params=[make_lead, make_opportunity, make_customer])
def record(request):
	return request.param()


# D13
def test_calls_and_answers_are_counted(record):
	assert kept(record) == NOTHING
	make_interaction(record, communication_date=ago(5))
	make_interaction(record, communication_date=ago(4), communication_medium="Email")
	assert kept(record) == Tally(ago(4), None, 2, 0, 2)
	make_interaction(record, communication_date=ago(3), sent_or_received="Received")
	make_interaction(record, communication_date=ago(2), interaction_result="No Contestó")
	make_interaction(record, communication_date=ago(1), interaction_result="Contestó")
	assert kept(record) == Tally(ago(1), ago(1), 4, 2, 0)


# D13: neither what is planned, nor comments, nor what the site writes by itself
def test_what_is_no_contact_does_not_count(record):
	make_event(record, event_category="Call")
	record.add_comment("Comment", "Buen cliente")
	make_interaction(record, communication_type="Automated Message")
	assert kept(record) == NOTHING


# D13
def test_what_is_noted_late_moves_nothing_backwards(record):
	make_interaction(record, communication_date=ago(1))
	make_interaction(record, communication_date=ago(30))
	assert kept(record) == Tally(ago(1), None, 2, 0, 2)
	make_interaction(record, communication_date=ago(20), interaction_result="Contestó")
	assert kept(record) == Tally(ago(1), ago(20), 3, 1, 1)


# D13: a mail is about whom it is linked to as well
def test_a_mail_counts_for_everybody_it_is_linked_to(record):
	other = make_lead()
	mail = make_interaction(
		record,
		communication_date=ago(1),
		timeline_links=[{"link_doctype": doc.doctype, "link_name": doc.name} for doc in (other, record)],
	)
	assert kept(record) == kept(other) == Tally(ago(1), None, 1, 0, 1)
	mail.delete()
	assert kept(record) == kept(other) == NOTHING


# D13
def test_a_contact_that_is_changed_counts_as_what_it_is(record):
	call = make_interaction(record, communication_date=ago(1))
	call.interaction_result = "Contestó"
	call.save()
	assert kept(record) == Tally(ago(1), ago(1), 1, 1, 0)
	other = make_lead()
	call.update({"reference_doctype": "Lead", "reference_name": other.name})
	call.save()
	assert (kept(record), kept(other)) == (NOTHING, Tally(ago(1), ago(1), 1, 1, 0))
	with counted() as statements:
		call.save()
	assert not any("`last_contact_on`" in statement for statement in statements)


# D13: as the desk relinks a mail, past its document
def test_a_mail_that_is_relinked_counts_where_it_is(record):
	mail, other = make_interaction(record, communication_date=ago(1)), make_lead()
	relink = frappe.get_attr(frappe.override_whitelisted_method("frappe.email.relink"))
	relink(mail.name, reference_doctype="Lead", reference_name=other.name)
	assert (kept(record), kept(other)) == (NOTHING, Tally(ago(1), None, 1, 0, 1))


# D13: nobody's open form is in conflict with a call that somebody else notes
def test_counting_is_in_no_ones_way(record):
	make_interaction(record, communication_date=ago(2))  # enters its stage
	open_form = frappe.get_doc(record.doctype, record.name)
	make_interaction(record, communication_date=ago(1))
	open_form.website = "https://example.com"
	open_form.save()
	assert kept(record) == Tally(ago(1), None, 2, 0, 2)


# D13: the app's own
def test_whoever_saves_does_not_say_how_often_it_was_contacted(record):
	make_interaction(record, communication_date=ago(1))
	record.reload().update({"contact_attempts": 99, "last_contact_on": add_days(now(), -99)})
	record.save()
	assert kept(record) == Tally(ago(1), None, 1, 0, 1)
	assert kept(make_lead(contact_attempts=7, last_answer_on=ago(1))) == NOTHING


# D13
def test_merged_records_have_the_contacts_of_both():
	kept_lead, gone = make_lead(company_name="Uno"), make_lead(company_name="Dos")
	make_interaction(gone, communication_date=ago(1), interaction_result="Contestó")
	make_interaction(kept_lead, communication_date=ago(3))
	merge("Lead", gone.name, kept_lead.name)
	assert kept(kept_lead) == Tally(ago(1), ago(1), 2, 1, 0)


# A8: work on an opportunity is counted from its beginning
def test_an_opportunity_counts_its_own():
	lead = make_lead()
	make_interaction(lead, communication_date=ago(1))
	assert kept(make_opportunity(lead)) == NOTHING


# D13: records from before
def test_what_happened_before_is_counted_in_sets(record):
	make_interaction(record, communication_date=ago(2))
	make_interaction(record, communication_date=ago(1), interaction_result="Contestó")
	before, silent = kept(record), make_lead()
	frappe.db.set_value(record.doctype, record.name, dict.fromkeys(counters.FIELDS[2:], 0))
	modified = frappe.db.get_value(record.doctype, record.name, "modified")
	backfill.give_contacts_made()
	assert (kept(record), kept(silent)) == (before, NOTHING)
	assert frappe.db.get_value(record.doctype, record.name, "modified") == modified


# D13: what the database keeps is what the rule says of all contacts
def test_the_count_is_that_of_the_rule(record):
	for number in range(12):
		make_interaction(
			record,
			communication_date=ago((number * 7) % 12),
			sent_or_received=("Sent", "Received")[number % 2],
			interaction_result=(None, "Contestó", "No Contestó")[number % 3],
		)
	contacts = counters.contacts_of(record.doctype, [record.name])[record.name]
	assert kept(record) == tally.of(contacts.values())
	assert kept(record).contact_attempts == 6


# D13
def test_a_contact_costs_two_statements_a_doctype():
	customer = make_customer()
	make_interaction(customer)
	call = frappe.get_doc(
		{
			"doctype": "Communication",
			"communication_type": "Communication",
			"communication_medium": "Phone",
			"sent_or_received": "Sent",
			"communication_date": now_datetime(),
		}
	)
	with counted() as statements:
		counters.add(call, [("Customer", customer.name)])
	assert len(statements) == 2


# D13: the API and the form
def test_an_interaction_from_the_form_counts():
	lead = make_lead()
	api.log_interaction("Lead", lead.name, "Phone", result="No Contestó", on=str(ago(1)))
	assert kept(lead) == Tally(ago(1), None, 1, 0, 1)
	assert get_datetime(lead.reload().last_contact_on) == ago(1)
