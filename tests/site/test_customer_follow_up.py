"""Who bought is followed up some days later: once, by somebody who is there, and not if the sale is cancelled."""

import frappe
import pytest
from frappe.utils import add_days, getdate, now_datetime, today

from crm_etapas.api import stages
from crm_etapas.cycle.loyalty import LOG, RULE, due
from crm_etapas.cycle.loyalty import job as loyalty
from crm_etapas.events import coming_back
from crm_etapas.events.scheduler import follow_up_customers
from crm_etapas.exceptions import ComingBackError
from crm_etapas.pipeline import history
from tests.site.factories import (
	WHY_WON,
	make_customer,
	make_interaction,
	make_item,
	make_lead,
	make_opportunity,
	make_quotation,
	make_sales_order,
)
from tests.site.test_coming_back import make_seller
from tests.site.test_query_counts import counted


@pytest.fixture(autouse=True)
def only_its_own_rules():
	frappe.db.set_value(RULE, {"name": ["!=", ""]}, "disabled", 1)


@pytest.fixture
def seller():
	return make_seller()


@pytest.fixture
def customer(seller):
	return make_customer(account_manager=seller)


def make_rule(**values):
	return frappe.get_doc(
		{
			"doctype": RULE,
			"rule_name": f"Regla {frappe.generate_hash(length=6)}",
			"event": "Sales Order Submitted",
			"days": 10,
			"applies_from": add_days(today(), -100),
			"subject": "Preguntar cómo le va",
			**values,
		}
	).insert()


def make_order(customer, days_ago=12, rate=1000, submit=True):
	"""An order that a customer gave some days ago."""
	order = frappe.get_doc(
		{
			"doctype": "Sales Order",
			"customer": customer.name,
			"company": frappe.get_all("Company", pluck="name")[0],
			"transaction_date": add_days(today(), -days_ago),
			"delivery_date": add_days(today(), 7),
			"items": [{"item_code": make_item(), "qty": 1, "rate": rate}],
		}
	).insert()
	return order.submit() if submit else order


def log_of(doc):
	return frappe.get_all(
		LOG, {"reference_name": doc.name}, ["status", "reason", "opportunity", "rule", "planned_for"]
	)


# F7
def test_a_customer_is_contacted_some_days_after_an_order_and_once(customer, seller):
	make_rule()
	order, early = make_order(customer), make_order(make_customer(), days_ago=3)
	follow_up_customers()
	follow_up_customers()
	customer.reload()
	assert (customer.next_contact_by, customer.next_contact_subject) == (seller, "Preguntar cómo le va")
	assert customer.next_contact_event
	assert [row.status for row in log_of(order)] == ["Made"]
	assert not log_of(early)


# F7: a scheduler that was down for weeks
def test_who_bought_often_is_contacted_once(customer):
	make_rule(not_again_within_days=0)
	orders = [make_order(customer, days_ago=days) for days in (14, 20, 35)]
	assert loyalty.follow_up(coming_back.is_there) == {"Made": 1, "Left Out": 2}
	assert [log_of(order)[0].status for order in orders] == ["Made", "Left Out", "Left Out"]
	assert orders[0].name in log_of(orders[1])[0].reason


# F7
def test_a_customer_who_was_followed_up_lately_or_is_contacted_anyway_is_left_out(customer):
	make_rule(not_again_within_days=60)
	first = make_order(customer)
	follow_up_customers()
	frappe.db.set_value("Customer", customer.name, "next_contact_date", None)
	second = make_order(customer)
	follow_up_customers()
	assert (log_of(first)[0].status, log_of(second)[0].status) == ("Made", "Left Out")
	other = make_customer(next_contact_date=add_days(now_datetime(), 3))
	third = make_order(other)
	follow_up_customers()
	assert log_of(third)[0].status == "Left Out"
	assert getdate(other.reload().next_contact_date) == getdate(add_days(today(), 3))


# F7
def test_nothing_from_before_the_rule_is_made_up_for(customer):
	make_rule(applies_from=today())
	order = make_order(customer, days_ago=12)
	assert not loyalty.follow_up(coming_back.is_there)
	assert not log_of(order)


# F7: entered late
def test_a_document_that_is_entered_late_is_found(customer):
	rule = make_rule()
	follow_up_customers()
	assert getdate(rule.reload().looked_at_until) == getdate(today())
	order = make_order(customer, days_ago=25)
	follow_up_customers()
	assert log_of(order)[0].status == "Made"


# F7
def test_only_customers_whom_the_rule_is_for(customer):
	channel = frappe.get_all("Sales Channel", pluck="name", limit=1)[0]
	root = frappe.get_all("Territory", {"is_group": 1, "parent_territory": ["in", ["", None]]}, pluck="name")
	by_channel, by_amount = make_rule(sales_channel=channel), make_rule(minimum_amount=5000)
	everywhere = make_rule(territory=root[0] if root else None, not_again_within_days=0)
	order = make_order(customer)
	assert not due.documents(by_channel)
	assert not due.documents(by_amount)
	assert [row.name for row in due.documents(everywhere)] == [order.name]
	frappe.db.set_value("Customer", customer.name, "sales_channel", channel)
	assert [row.name for row in due.documents(by_channel)] == [order.name]
	assert [row.name for row in due.documents(make_rule(minimum_amount=900))] == [order.name]


# F7: takes back what has not happened
def test_a_cancelled_order_takes_its_contact_back(customer):
	make_rule()
	order = make_order(customer)
	follow_up_customers()
	event = customer.reload().next_contact_event
	order.reload().cancel()
	assert not customer.reload().next_contact_date
	assert frappe.db.get_value("Event", event, "status") == "Cancelled"
	assert log_of(order)[0].status == "Taken Back"
	follow_up_customers()
	assert not customer.reload().next_contact_date


# F7
def test_a_contact_that_was_planned_anew_is_not_taken_back(customer):
	make_rule()
	order = make_order(customer)
	follow_up_customers()
	customer.reload().next_contact_date = add_days(now_datetime(), 9)
	customer.save()
	order.reload().cancel()
	assert customer.reload().next_contact_date
	assert log_of(order)[0].status == "Made"


# F7, F8: the next round
def test_a_new_opportunity_is_opened_in_the_next_cycle(customer, seller):
	earlier = make_opportunity(
		opportunity_from="Customer", party_name=customer.name, opportunity_owner="Administrator"
	)
	make_rule(action="New Opportunity", opportunity_stage="Análisis", made_by="Opportunity Owner")
	orders = [make_order(customer, days_ago=days) for days in (12, 30)]
	follow_up_customers()
	name = log_of(orders[0])[0].opportunity
	new = frappe.get_doc("Opportunity", name)
	assert (new.party_name, new.opportunity_stage) == (customer.name, "Análisis")
	assert (new.opportunity_owner, new.sales_cycle) == ("Administrator", 2)
	assert history.of("Opportunity", name)[0].cycle == 2
	assert history.of("Opportunity", earlier.name)[0].cycle == 1
	orders[0].reload().cancel()
	assert not frappe.db.exists("Opportunity", name)
	assert log_of(orders[0])[0].status == "Taken Back"


def attach(doc):
	attached = {"attached_to_doctype": doc.doctype, "attached_to_name": doc.name}
	frappe.get_doc({"doctype": "File", "file_name": "oferta.txt", "content": "Oferta", **attached}).insert()


# F7
@pytest.mark.parametrize(
	"work_on",
	[
		make_interaction,
		attach,
		lambda doc: doc.add_comment("Comment", "Llamar el lunes"),
		lambda doc: doc.update({"opportunity_amount": 900}).save(),
	],
)
def test_an_opportunity_that_somebody_works_on_is_not_taken_back(customer, work_on):
	make_rule(action="New Opportunity")
	order = make_order(customer)
	follow_up_customers()
	new = frappe.get_doc("Opportunity", log_of(order)[0].opportunity)
	work_on(new)
	order.reload().cancel()
	assert frappe.db.exists("Opportunity", new.name)


# F7
def test_before_a_contract_ends(customer, seller):
	make_rule(event="Contract Ends", before_or_after="Before", days=30)
	ends = {}
	for days in (20, 60):
		contract = frappe.get_doc(
			{
				"doctype": "Contract",
				"party_type": "Customer",
				"party_name": customer.name,
				"start_date": add_days(today(), -300),
				"end_date": add_days(today(), days),
				"contract_terms": "Mantenimiento",
			}
		).insert()
		ends[days] = contract.submit()
	follow_up_customers()
	assert log_of(ends[20])[0].status == "Made"
	assert not log_of(ends[60])
	assert customer.reload().next_contact_by == seller


# F7: the customer that a lead became
def test_a_won_opportunity_without_an_order_is_followed_up(seller):
	make_rule(event="Opportunity Won", days=0)
	lead = make_lead()
	won, ordered = make_opportunity(lead), make_opportunity(lead)
	customer = make_customer(lead_name=lead.name, account_manager=seller)
	quotation = make_quotation(ordered).submit()
	make_sales_order(quotation).submit()
	won.reload().update({"opportunity_stage": "Cerrado Ganado", **WHY_WON})
	won.save()
	assert frappe.db.get_value("Opportunity", ordered.name, "opportunity_stage") == "Cerrado Ganado"
	follow_up_customers()
	assert log_of(won)[0].status == "Made"
	assert not log_of(ordered)
	stages.move("Opportunity", won.name, "En Negociación")
	assert log_of(won)[0].status == "Taken Back"
	assert not customer.reload().next_contact_date
	stages.undo_move("Opportunity", won.name, "En Negociación")
	follow_up_customers()
	assert [row.status for row in log_of(won)] == ["Made"]
	assert customer.reload().next_contact_date


# F7
def test_nobody_is_there(customer, seller):
	make_rule()
	frappe.db.set_value("User", seller, "enabled", 0)
	frappe.clear_cache()
	order = make_order(customer)
	follow_up_customers()
	assert log_of(order)[0].status == "Left Out"
	assert not customer.reload().next_contact_date


# F7
def test_one_that_fails_keeps_no_other_one_waiting(customer, monkeypatch):
	make_rule()
	good, bad = make_order(customer), make_order(make_customer(account_manager=customer.account_manager))
	plan = loyalty._plan_contact

	def broken(rule, who, *others):
		if who.name == bad.customer:
			raise ZeroDivisionError
		return plan(rule, who, *others)

	monkeypatch.setattr(loyalty, "_plan_contact", broken)
	follow_up_customers()
	assert (log_of(good)[0].status, log_of(bad)[0].status) == ("Made", "Left Out")


# F7
@pytest.mark.parametrize(
	"values",
	[
		{"before_or_after": "Before"},
		{"made_by": "A User"},
		{"action": "New Opportunity", "opportunity_stage": "Cerrado Perdido"},
	],
)
def test_a_rule_that_cannot_be_is_refused(values):
	with pytest.raises(ComingBackError):
		make_rule(**values)


# F7: a query a rule
def test_looking_for_what_is_due_costs_a_query_a_rule(customer):
	rules = [
		make_rule(),
		make_rule(event="Sales Invoice Submitted"),
		make_rule(event="Delivery Note Submitted"),
	]
	for _number in range(3):
		make_order(customer)
	for rule in rules:
		due.documents(rule)
		with counted() as statements:
			due.documents(rule)
		assert len(statements) == 1


# F7: a rule that is switched on does not make up for the time when it was off
def test_a_rule_that_was_off_begins_on_the_day_it_is_switched_on(customer):
	rule = make_rule(disabled=1)
	make_order(customer)
	rule.disabled = 0
	rule.save()
	assert getdate(rule.applies_from) == getdate(today())
	assert not due.documents(rule)


# F7
def test_customers_and_rules_are_deleted_with_their_rows(customer):
	rule = make_rule(action="New Opportunity")
	order = make_order(customer)
	follow_up_customers()
	assert log_of(order)
	frappe.delete_doc(RULE, rule.name)
	assert not log_of(order)
