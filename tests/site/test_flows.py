"""ERPNext's flows from the first contact to the order and back, each document looked at after every step.

A step says what has changed; everything else must be as it was. An opportunity is (stage, status, probability,
amount), a lead (stage, status), a quotation (status, net total), a sales order (docstatus, net total).
"""

import frappe
import pytest
from erpnext.crm.doctype.opportunity.opportunity import make_quotation as quotation_of
from frappe.utils import add_days, today

from crm_etapas.api import deals
from crm_etapas.api import stages as api
from tests.site.factories import (
	WHY_LOST,
	change_stage,
	lose,
	make_customer,
	make_item,
	make_lead,
	make_opportunity,
	make_quotation,
	make_sales_order,
)
from tests.site.story import Story

NEW = ("Nuevo", "Lead")
ASKED_FOR = ("Cotización Solicitada", "Open", 10)


@pytest.fixture
def story():
	return Story()


def submitted(doc):
	doc.reload()
	doc.submit()
	return doc


def cancelled(doc):
	doc.reload()
	doc.cancel()


def amended(doc):
	"""As the Amend button does it."""
	copy = frappe.copy_doc(doc)
	copy.update({"amended_from": doc.name, "docstatus": 0, "status": "Draft"})
	return copy.insert()


def deleted(doc):
	frappe.delete_doc(doc.doctype, doc.name)


# A8, B3, B5: Lead → Quotation → Order
def test_a_lead_is_quoted_orders_and_takes_it_back(story):
	story.step(lambda: make_lead(), lead=NEW)
	lead = story.docs["lead"]
	story.step(lambda: make_quotation(quotation_to="Lead", party_name=lead.name), quotation=("Draft", 1000))
	quotation = story.docs["quotation"]
	story.step(
		lambda: submitted(quotation),
		because="quotation",
		quotation=("Open", 1000),
		lead=("Convertido a Oportunidad", "Quotation"),
	)
	# ERPNext makes the customer with the order; that of a lead is the lead's
	story.step(
		lambda: make_sales_order(quotation), order=(0, 1000), lead=("Convertido a Oportunidad", "Converted")
	)
	story.step(lambda: submitted(story.docs["order"]), order=(1, 1000), quotation=("Ordered", 1000))
	story.step(lambda: cancelled(story.docs["order"]), order=(2, 1000), quotation=("Open", 1000))
	story.step(lambda: amended(story.docs["order"]), amended=(0, 1000))
	story.step(lambda: submitted(story.docs["amended"]), amended=(1, 1000), quotation=("Ordered", 1000))


# A8, B1, B3, B5: Lead → Opportunity → Quotation → Order, cancelled and amended at each step
def test_an_opportunity_goes_forth_and_back(story):
	story.step(
		lambda: make_lead(prospect_stage="Interesado Sin Decisión"),
		lead=("Interesado Sin Decisión", "Interested"),
	)
	story.step(
		lambda: make_opportunity(story.docs["lead"], opportunity_amount=800),
		opportunity=(*ASKED_FOR, 800),
		lead=("Convertido a Oportunidad", "Opportunity"),
		because=None,
	)
	opportunity = story.docs["opportunity"]
	story.step(lambda: make_quotation(opportunity), quotation=("Draft", 1000))
	story.step(
		lambda: submitted(story.docs["quotation"]),
		quotation=("Open", 1000),
		opportunity=("En Propuesta", "Quotation", 50, 1000),
		lead=("Convertido a Oportunidad", "Quotation"),
	)
	story.step(
		lambda: cancelled(story.docs["quotation"]),
		quotation=("Cancelled", 1000),
		opportunity=(*ASKED_FOR, 800),
		lead=("Convertido a Oportunidad", "Opportunity"),
	)
	story.step(lambda: amended(story.docs["quotation"]), second=("Draft", 1000))
	story.step(
		lambda: submitted(story.docs["second"]),
		second=("Open", 1000),
		opportunity=("En Negociación", "Quotation", 75, 1000),
		lead=("Convertido a Oportunidad", "Quotation"),
	)
	story.step(
		lambda: make_sales_order(story.docs["second"]),
		order=(0, 1000),
		lead=("Convertido a Oportunidad", "Converted"),
	)
	story.step(
		lambda: submitted(story.docs["order"]),
		because="order",
		order=(1, 1000),
		second=("Ordered", 1000),
		opportunity=("Cerrado Ganado", "Converted", 100, 1000),
	)
	story.step(
		lambda: cancelled(story.docs["order"]),
		order=(2, 1000),
		second=("Open", 1000),
		opportunity=("En Negociación", "Quotation", 75, 1000),
	)
	story.step(lambda: amended(story.docs["order"]), order_again=(0, 1000))
	story.step(
		lambda: submitted(story.docs["order_again"]),
		because="order_again",
		order_again=(1, 1000),
		second=("Ordered", 1000),
		opportunity=("Cerrado Ganado", "Converted", 100, 1000),
	)
	story.step(
		lambda: cancelled(story.docs["order_again"]),
		order_again=(2, 1000),
		second=("Open", 1000),
		opportunity=("En Negociación", "Quotation", 75, 1000),
	)
	story.step(
		lambda: cancelled(story.docs["second"]),
		second=("Cancelled", 1000),
		opportunity=(*ASKED_FOR, 800),
	)
	assert [stay.cycle for stay in story.stays(opportunity)] == [1] * len(story.stays(opportunity))


# C8: deleting the opportunity
def test_an_opportunity_that_is_deleted_leaves_the_lead_where_it_was(story):
	story.step(lambda: make_lead(), lead=NEW)
	story.step(
		lambda: make_opportunity(story.docs["lead"]),
		opportunity=(*ASKED_FOR, 0),
		lead=("Convertido a Oportunidad", "Opportunity"),
	)
	story.step(lambda: make_quotation(story.docs["opportunity"]), quotation=("Draft", 1000))
	story.step(lambda: deleted(story.docs["quotation"]), quotation=None)
	story.step(lambda: deleted(story.docs["opportunity"]), opportunity=None, lead=NEW)


# B3, B5: Prospect → Opportunity → Quotation → Order; the prospect's table follows
def test_a_prospects_opportunity(story):
	prospect = frappe.get_doc(
		{"doctype": "Prospect", "company_name": frappe.generate_hash(length=8)}
	).insert()
	story.step(
		lambda: _opportunity_of("Prospect", prospect.name, opportunity_amount=500),
		opportunity=(*ASKED_FOR, 500),
	)

	def in_the_table():
		return frappe.db.get_value(
			"Prospect Opportunity", {"parent": prospect.name}, ["amount", "probability"]
		)

	assert in_the_table() == (500, 10)
	story.step(lambda: make_quotation(story.docs["opportunity"]), quotation=("Draft", 1000))
	story.step(
		lambda: submitted(story.docs["quotation"]),
		because="quotation",
		quotation=("Open", 1000),
		opportunity=("En Propuesta", "Quotation", 50, 1000),
	)
	assert in_the_table() == (1000, 50)
	story.step(lambda: make_sales_order(story.docs["quotation"]), order=(0, 1000))
	story.step(
		lambda: submitted(story.docs["order"]),
		because="order",
		order=(1, 1000),
		quotation=("Ordered", 1000),
		opportunity=("Cerrado Ganado", "Converted", 100, 1000),
	)
	assert in_the_table() == (1000, 100)
	story.step(
		lambda: cancelled(story.docs["order"]),
		order=(2, 1000),
		quotation=("Open", 1000),
		opportunity=("En Propuesta", "Quotation", 50, 1000),
	)
	assert in_the_table() == (1000, 50)


# B3, B4, B5: an existing customer; an opportunity with items, whose quotation names it line by line
def test_an_existing_customer_with_items_is_quoted_twice(story):
	customer = make_customer()
	story.step(
		lambda: _opportunity_of(
			"Customer",
			customer.name,
			items=[{"item_code": make_item(), "qty": 1, "rate": 700, "uom": _uom()}],
		),
		opportunity=(*ASKED_FOR, 0),
	)
	opportunity = story.docs["opportunity"]
	story.step(lambda: _made_from(opportunity, 1000), first=("Draft", 1000))
	assert story.docs["first"].items[0].prevdoc_docname == opportunity.name
	story.step(
		lambda: submitted(story.docs["first"]),
		because="first",
		first=("Open", 1000),
		opportunity=("En Propuesta", "Quotation", 50, 1000),
	)
	story.step(lambda: _made_from(opportunity, 900), second=("Draft", 900))
	story.step(
		lambda: submitted(story.docs["second"]),
		because="second",
		second=("Open", 900),
		opportunity=("En Negociación", "Quotation", 75, 900),
	)
	# the older one goes: the live one still counts
	story.step(lambda: cancelled(story.docs["first"]), first=("Cancelled", 1000))
	story.step(
		lambda: cancelled(story.docs["second"]),
		second=("Cancelled", 900),
		through=("En Propuesta",),
		opportunity=(*ASKED_FOR, 0),
	)


# B5: two partial orders; what was ordered so far is what it is worth
def test_a_partial_order_wins_what_it_orders(story):
	story.step(lambda: _opportunity_of("Customer", make_customer().name), opportunity=(*ASKED_FOR, 0))
	opportunity = story.docs["opportunity"]
	story.step(lambda: make_quotation(opportunity, qty=10), quotation=("Draft", 10000))
	story.step(
		lambda: submitted(story.docs["quotation"]),
		quotation=("Open", 10000),
		opportunity=("En Propuesta", "Quotation", 50, 10000),
	)
	story.step(lambda: make_sales_order(story.docs["quotation"], qty=4), first=(0, 4000))
	story.step(
		lambda: submitted(story.docs["first"]),
		because="first",
		first=(1, 4000),
		quotation=("Partially Ordered", 10000),
		opportunity=("Cerrado Ganado", "Converted", 100, 4000),
	)
	story.step(lambda: make_sales_order(story.docs["quotation"]), second=(0, 6000))
	story.step(
		lambda: submitted(story.docs["second"]),
		second=(1, 6000),
		quotation=("Ordered", 10000),
		opportunity=("Cerrado Ganado", "Converted", 100, 10000),
	)
	# the order that won it goes, and another one still stands for it
	story.step(
		lambda: cancelled(story.docs["first"]),
		first=(2, 4000),
		quotation=("Partially Ordered", 10000),
		opportunity=("Cerrado Ganado", "Converted", 100, 6000),
	)
	story.step(
		lambda: cancelled(story.docs["second"]),
		second=(2, 6000),
		quotation=("Open", 10000),
		opportunity=("En Propuesta", "Quotation", 50, 10000),
	)


# B6, B7: lost with its quotation, and back
@pytest.mark.parametrize(
	("competitors", "stage"), [((), "Cerrado Perdido"), (("Rival",), "Cerrado Perdido Competencia")]
)
def test_a_lost_quotation_loses_its_opportunity(story, competitors, stage):
	story.step(lambda: make_opportunity(opportunity_amount=300), opportunity=(*ASKED_FOR, 300))
	opportunity = story.docs["opportunity"]
	story.step(lambda: make_quotation(opportunity), quotation=("Draft", 1000))
	story.step(
		lambda: submitted(story.docs["quotation"]),
		quotation=("Open", 1000),
		opportunity=("En Propuesta", "Quotation", 50, 1000),
	)
	story.step(
		lambda: lose(story.docs["quotation"], *competitors),
		because="quotation",
		quotation=("Lost", 1000),
		opportunity=(stage, "Lost", 0, 1000),
	)
	story.step(
		lambda: cancelled(story.docs["quotation"]),
		quotation=("Cancelled", 1000),
		through=("En Propuesta",),
		opportunity=(*ASKED_FOR, 300),
	)
	opportunity.reload()
	assert not (opportunity.lost_reasons or opportunity.competitors or opportunity.order_lost_reason)


# B6: lost from the opportunity, with its active quotations; reopened by hand
def test_a_lost_opportunity_loses_its_quotations(story):
	story.step(lambda: make_opportunity(opportunity_amount=300), opportunity=(*ASKED_FOR, 300))
	opportunity = story.docs["opportunity"]
	story.step(lambda: make_quotation(opportunity), first=("Draft", 1000))
	story.step(
		lambda: submitted(story.docs["first"]),
		first=("Open", 1000),
		opportunity=("En Propuesta", "Quotation", 50, 1000),
	)
	story.step(lambda: make_quotation(opportunity, rate=900), second=("Draft", 900))
	story.step(
		lambda: submitted(story.docs["second"]),
		second=("Open", 900),
		opportunity=("En Negociación", "Quotation", 75, 900),
	)
	values = {"lost_reasons": [{"lost_reason": "Precio"}]}
	story.step(
		lambda: deals.lose("Opportunity", opportunity.name, values, close_quotations=True) and None,
		first=("Lost", 1000),
		second=("Lost", 900),
		opportunity=("Cerrado Perdido", "Lost", 0, 900),
	)
	story.step(
		lambda: api.move("Opportunity", opportunity.name, "En Negociación") and None,
		opportunity=("En Negociación", "Quotation", 75, 900),
	)


# B5, B6: ordered although it was lost, and the order cancelled again
def test_a_lost_opportunity_that_is_ordered_is_lost_again_without_the_order(story):
	story.step(lambda: make_opportunity(), opportunity=(*ASKED_FOR, 0))
	opportunity = story.docs["opportunity"]
	story.step(lambda: make_quotation(opportunity), quotation=("Draft", 1000))
	story.step(
		lambda: submitted(story.docs["quotation"]),
		quotation=("Open", 1000),
		opportunity=("En Propuesta", "Quotation", 50, 1000),
	)
	change_stage("Cerrado Perdido", "Opportunity Stage", active_quotations="")
	story.step(
		lambda: api.move("Opportunity", opportunity.name, "Cerrado Perdido", values=WHY_LOST) and None,
		opportunity=("Cerrado Perdido", "Lost", 0, 1000),
	)
	story.step(lambda: make_sales_order(story.docs["quotation"]), order=(0, 1000))
	story.step(
		lambda: submitted(story.docs["order"]),
		because="order",
		order=(1, 1000),
		quotation=("Ordered", 1000),
		opportunity=("Cerrado Ganado", "Converted", 100, 1000),
	)
	story.step(
		lambda: cancelled(story.docs["order"]),
		order=(2, 1000),
		quotation=("Open", 1000),
		opportunity=("Cerrado Perdido", "Lost", 0, 1000),
	)
	opportunity.reload()
	assert [row.lost_reason for row in opportunity.lost_reasons] == ["Precio"]


# B3: an expired quotation, found after ERPNext's daily job
def test_an_expired_quotation_counts_until_there_is_a_newer_one(story):
	from erpnext.selling.doctype.quotation.quotation import set_expired_status

	from crm_etapas.events import scheduler

	story.step(lambda: make_opportunity(), opportunity=(*ASKED_FOR, 0))
	opportunity = story.docs["opportunity"]
	yesterday = add_days(today(), -1)
	story.step(
		lambda: make_quotation(opportunity, transaction_date=yesterday, valid_till=yesterday),
		old=("Draft", 1000),
	)
	story.step(
		lambda: submitted(story.docs["old"]),
		old=("Open", 1000),
		opportunity=("En Propuesta", "Quotation", 50, 1000),
	)

	def a_night_passes():
		set_expired_status()
		scheduler.after_job("run_scheduled_job", {"job_type": scheduler.EXPIRES}, None)

	story.step(a_night_passes, old=("Expired", 1000))
	assert str(frappe.db.get_value("Quotation", story.docs["old"].name, "expired_on")) == today()
	story.step(lambda: make_quotation(opportunity, rate=1100), new=("Draft", 1100))
	story.step(
		lambda: submitted(story.docs["new"]),
		because="new",
		new=("Open", 1100),
		opportunity=("En Negociación", "Quotation", 75, 1100),
	)


def _opportunity_of(doctype: str, party: str, **values):
	return frappe.get_doc(
		{"doctype": "Opportunity", "opportunity_from": doctype, "party_name": party, **values}
	).insert()


def _made_from(opportunity, rate: float):
	"""A draft quotation as the Create button of the opportunity makes it."""
	quotation = quotation_of(opportunity.name)
	quotation.opportunity = None  # only its lines name it
	for item in quotation.items:
		item.rate = rate
	return quotation.insert()


def _uom() -> str:
	return frappe.db.get_value("Item", make_item(), "stock_uom")
