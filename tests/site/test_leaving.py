"""A user who leaves, and the contacts that they had planned."""

import frappe
import pytest
from frappe.utils import add_to_date, now_datetime

from crm_etapas.exceptions import FollowUpError
from crm_etapas.follow_up import leaving
from tests.site.factories import make_customer, make_lead, make_opportunity, make_user
from tests.site.reps import assign_by_skill, make_rep

RESPONSIBLE = {"Lead": "lead_owner", "Opportunity": "opportunity_owner", "Customer": "account_manager"}


@pytest.fixture
def seller():
	return make_user("Sales User").name


@pytest.fixture
def colleague():
	return make_user("Sales User").name


@pytest.fixture(params=[make_lead, make_opportunity, make_customer])
def make(request):
	return request.param


def planned_by(user: str, make=make_lead, responsible: str | None = None, **values):
	doc = make(
		next_contact_date=add_to_date(now_datetime().replace(microsecond=0), days=3),
		next_contact_by=user,
		**values,
	)
	# nobody has said so, where ERPNext does by itself
	frappe.db.set_value(doc.doctype, doc.name, RESPONSIBLE[doc.doctype], responsible)
	return doc.reload()


def disable(user: str) -> None:
	doc = frappe.get_doc("User", user)
	doc.enabled = 0
	doc.save()


def comments(doc) -> str:
	found = frappe.get_all(
		"Comment",
		{"reference_doctype": doc.doctype, "reference_name": doc.name, "comment_type": "Info"},
		pluck="content",
	)
	return " ".join(found)


# C5, C9
@pytest.mark.parametrize("leave", [disable, lambda user: frappe.delete_doc("User", user)])
def test_whoever_is_answerable_makes_the_contacts_of_who_is_gone(make, seller, colleague, leave):
	doc = planned_by(seller, make, responsible=colleague)
	leave(seller)
	assert doc.reload().next_contact_by == colleague
	assert doc.next_contact_date
	assert frappe.db.get_value("Event", doc.next_contact_event, ["owner", "status"]) == (colleague, "Open")
	assert "Prueba" in comments(doc)


# C5: whoever entered the record, where nobody else is answerable
def test_else_whoever_entered_the_record_makes_it(seller, colleague):
	frappe.set_user(colleague)
	doc = planned_by(seller)
	frappe.set_user("Administrator")
	frappe.delete_doc("User", seller)
	assert doc.reload().next_contact_by == colleague


# C5: nobody may take it
def test_what_nobody_takes_is_given_up_openly(seller, colleague):
	frappe.set_user(colleague)
	doc = planned_by(seller)
	frappe.set_user("Administrator")
	disable(colleague)
	frappe.delete_doc("User", seller)
	assert not doc.reload().next_contact_date
	assert not doc.next_contact_by
	assert "nadie más" in comments(doc)


# C5, C9: the record finds somebody else, by way of the queue too, and the contact goes along
def test_a_contact_of_a_disabled_user_waits_for_whoever_gets_the_record(seller, colleague):
	doc = planned_by(seller, responsible=seller)
	frappe.db.set_value("User", seller, "enabled", 0)
	frappe.clear_document_cache("User", seller)
	leaving.hand_over(seller, going=("Lead",))
	assert doc.reload().next_contact_by == seller
	frappe.db.set_value("Lead", doc.name, "lead_owner", None)  # waits in the queue
	doc.reload().lead_owner = colleague
	doc.save()
	assert doc.reload().next_contact_by == colleague


# C5: they may come back
def test_what_nobody_takes_stays_with_a_user_who_is_disabled(seller):
	frappe.set_user(seller)
	doc = planned_by(seller)
	frappe.set_user("Administrator")
	disable(seller)
	assert doc.reload().next_contact_by == seller


# C5, C9: prospects that are assigned by skill
def test_contacts_go_along_with_prospects_that_are_handed_over():
	leaver, other = make_rep(), make_rep()
	for rep in (leaver, other):  # the site has no account to mail from
		frappe.db.set_value("Notification Settings", rep.user, "enable_email_notifications", 0)
	assign_by_skill()
	doc = planned_by(leaver.user, lead_owner=leaver.user, responsible=leaver.user)
	frappe.delete_doc("User", leaver.user)
	assert doc.reload().lead_owner == doc.next_contact_by == other.user


# C5: it lacks what has become mandatory since
def test_a_record_that_cannot_be_saved_is_handed_over_nevertheless(seller, colleague):
	doc = planned_by(seller, responsible=colleague)
	frappe.db.set_value("Lead", doc.name, {"first_name": None, "lead_name": None, "company_name": None})
	frappe.delete_doc("User", seller)
	assert frappe.db.get_value("Lead", doc.name, "next_contact_by") == colleague
	event = frappe.db.get_value("Lead", doc.name, "next_contact_event")
	assert frappe.db.get_value("Event", event, "owner") == colleague


# C5
def test_a_user_with_very_many_is_disabled_first(seller, monkeypatch):
	monkeypatch.setattr(leaving, "AT_ONCE", 1)
	for _number in range(2):
		planned_by(seller)
	with pytest.raises(FollowUpError, match=seller):
		frappe.delete_doc("User", seller)
