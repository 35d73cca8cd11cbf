"""How an opportunity is won and lost, and what it is worth."""

import frappe
import pytest
from frappe.utils import add_days, now_datetime, today

from crm_etapas.api import deals
from crm_etapas.api import stages as api
from crm_etapas.conversion import standing
from crm_etapas.events import scheduler
from crm_etapas.exceptions import DealError, StageRequirementError
from tests.site.factories import (
	change_stage,
	lose,
	make_customer,
	make_interaction,
	make_item,
	make_lead,
	make_opportunity,
	make_quotation,
	make_sales_order,
	make_user,
)

REASONS = [{"lost_reason": "Precio"}]
LOST, TO_COMPETITOR, WON = "Cerrado Perdido", "Cerrado Perdido Competencia", "Cerrado Ganado"
SETTINGS = "CRM Etapas Settings"


@pytest.fixture
def rival() -> list[dict]:
	name = frappe.get_doc({"doctype": "Competitor", "competitor_name": "Rival S. A."}).insert().name
	return [{"competitor": name}]


def submitted_quotation(opportunity, **values):
	return make_quotation(opportunity, **values).submit()


def stage_of(doc) -> str:
	return frappe.db.get_value(doc.doctype, doc.name, "opportunity_stage")


def amount_of(opportunity) -> float:
	return frappe.db.get_value("Opportunity", opportunity.name, "opportunity_amount")


def missing(call, *args, **kwargs) -> dict[str, bool]:
	"""Return what is asked for: fieldname to whether it has to be answered."""
	frappe.db.savepoint("asking")
	with pytest.raises(StageRequirementError) as error:
		call(*args, **kwargs)
	frappe.db.rollback(save_point="asking")
	assert frappe.local.response["missing"] == error.value.missing
	return {row["fieldname"]: row["reqd"] for row in error.value.missing}


def reasons_of(doc) -> dict:
	doc.reload()
	return {
		"reasons": [row.lost_reason for row in doc.lost_reasons],
		"competitors": [row.competitor for row in doc.competitors],
		"notes": (doc.order_lost_reason, doc.weak_points),
	}


# --- lost -------------------------------------------------------------------------------------------


# B6: one dialog, wherever it is said
def test_losing_asks_why_and_offers_a_competitor():
	opportunity = make_opportunity()
	asked = {"lost_reasons": True, "order_lost_reason": False}
	assert missing(api.move, "Opportunity", opportunity.name, LOST) == asked
	asked |= {"competitors": False, "weak_points": False}
	assert missing(deals.lose, "Opportunity", opportunity.name) == asked
	quotation = submitted_quotation(opportunity)
	assert missing(deals.lose, "Quotation", quotation.name) == asked


# B6: also where an admin asks for nothing
def test_losing_asks_why_whatever_the_stage_asks_for():
	change_stage(LOST, "Opportunity Stage", requirements=[])
	asked = missing(deals.lose, "Opportunity", make_opportunity().name)
	assert asked["lost_reasons"] and not asked["competitors"]


# B7: the competitor that is named decides the stage; the stage asks for one
def test_a_competitor_makes_it_lost_to_competition(rival):
	opportunity = make_opportunity()
	assert missing(api.move, "Opportunity", opportunity.name, TO_COMPETITOR) == {
		"lost_reasons": True,
		"competitors": True,
		"weak_points": False,
		"order_lost_reason": False,
	}
	values = {"lost_reasons": REASONS, "competitors": rival, "weak_points": "Sin servicio local"}
	assert deals.lose("Opportunity", opportunity.name, values)["stage"] == TO_COMPETITOR
	assert reasons_of(opportunity) == {
		"reasons": ["Precio"],
		"competitors": ["Rival S. A."],
		"notes": (None, "Sin servicio local"),
	}
	said = api.history("Opportunity", opportunity.name)[-1].comment
	assert said == "Precio · Rival S. A. · Sin servicio local"


# B6, B7: said of the quotation, known of the opportunity
def test_a_quotation_tells_its_opportunity_all_that_was_said(rival):
	opportunity = make_opportunity()
	quotation = submitted_quotation(opportunity)
	values = {
		"lost_reasons": REASONS,
		"competitors": rival,
		"order_lost_reason": "Llegamos tarde",
		"weak_points": "Sin servicio local",
	}
	assert deals.lose("Quotation", quotation.name, values)["status"] == "Lost"
	assert stage_of(opportunity) == TO_COMPETITOR
	assert (
		reasons_of(opportunity)
		== reasons_of(quotation)
		== {
			"reasons": ["Precio"],
			"competitors": ["Rival S. A."],
			"notes": ("Llegamos tarde", "Sin servicio local"),
		}
	)


# B6: nothing is half-lost
def test_erpnexts_own_way_of_losing_a_quotation_needs_a_reason_too():
	opportunity = make_opportunity()
	quotation = submitted_quotation(opportunity)
	assert missing(quotation.declare_enquiry_lost, [], [])["lost_reasons"]
	assert frappe.db.get_value("Quotation", quotation.name, "status") == "Open"
	assert stage_of(opportunity) == "En Propuesta"


# B6, B7: ERPNext's Set as Lost on the opportunity
def test_erpnexts_own_way_of_losing_an_opportunity(rival):
	opportunity = make_opportunity()
	assert missing(opportunity.declare_enquiry_lost, [], [])["lost_reasons"]
	opportunity.reload()
	opportunity.declare_enquiry_lost(REASONS, rival, "Llegamos tarde")
	assert stage_of(opportunity) == TO_COMPETITOR


# B6: a lost quotation that somebody edits later loses nothing again
def test_a_lost_quotation_is_lost_once():
	opportunity = make_opportunity()
	quotation = submitted_quotation(opportunity)
	lose(quotation)
	api.move("Opportunity", opportunity.name, "En Negociación")
	quotation.reload()
	quotation.weak_points = "Sin servicio local"
	quotation.save()
	assert stage_of(opportunity) == "En Negociación"


# B6: what another stage asks of the opportunity is asked of whoever loses the quotation
def test_the_quotations_dialog_asks_what_the_opportunity_lacks():
	requirements = [{"kind": "Field", "fieldname": f} for f in ("lost_reasons", "job_title")]
	change_stage(LOST, "Opportunity Stage", requirements=requirements)
	opportunity = make_opportunity()
	quotation = submitted_quotation(opportunity)
	values = {"lost_reasons": REASONS}
	assert missing(deals.lose, "Quotation", quotation.name, values)["job_title"]
	values |= {"job_title": "Compras", "opportunity_owner": "Guest"}
	deals.lose("Quotation", quotation.name, values)
	opportunity.reload()
	assert (opportunity.opportunity_stage, opportunity.job_title) == (LOST, "Compras")
	assert opportunity.opportunity_owner != "Guest"  # asked for by nobody


# B6: active quotations are closed after asking
@pytest.mark.parametrize("by", ["lose", "move", "save"])
def test_active_quotations_are_lost_with_it_once_asked(by):
	opportunity = make_opportunity()
	first, second = submitted_quotation(opportunity), submitted_quotation(opportunity, rate=900)

	def end(**confirmed):
		values = {"lost_reasons": REASONS, **confirmed}
		if by == "lose":
			deals.lose("Opportunity", opportunity.name, values)
		elif by == "move":
			api.move("Opportunity", opportunity.name, LOST, values=values)
		else:
			opportunity.reload()
			opportunity.update({"opportunity_stage": LOST, **values})
			opportunity.save()

	asked = missing(end)
	assert asked["close_quotations"] and "lost_reasons" not in asked
	(row,) = (row for row in frappe.local.response["missing"] if row["fieldname"] == "close_quotations")
	assert first.name in row["detail"] and second.name in row["detail"]
	end(close_quotations=1)
	assert stage_of(opportunity) == LOST
	for quotation in (first, second):
		assert reasons_of(quotation)["reasons"] == ["Precio"]
		assert quotation.status == "Lost"
	opportunity.reload()
	assert not opportunity.close_quotations  # an answer, not a property
	opportunity.save()
	assert [row.stage for row in api.history("Opportunity", opportunity.name)][-1] == LOST


# B6: an admin decides what becomes of active quotations
@pytest.mark.parametrize(("what", "status"), [("Close", "Lost"), ("", "Open")])
def test_a_stage_says_what_becomes_of_active_quotations(what, status):
	change_stage(LOST, "Opportunity Stage", active_quotations=what)
	opportunity = make_opportunity()
	quotation = submitted_quotation(opportunity)
	api.move("Opportunity", opportunity.name, LOST, values={"lost_reasons": REASONS})
	assert frappe.db.get_value("Quotation", quotation.name, "status") == status


# B6: who may not change quotations closes none
def test_quotations_are_closed_with_the_rights_of_whoever_loses():
	opportunity = make_opportunity()
	quotation = submitted_quotation(opportunity)
	role = frappe.get_doc({"doctype": "Role", "role_name": "Solo Oportunidades"}).insert().name
	for doctype in ("Opportunity", "Lead", "Opportunity Lost Reason"):
		frappe.permissions.add_permission(doctype, role)
		frappe.permissions.update_permission_property(doctype, role, 0, "write", 1)
	frappe.set_user(make_user(role).name)
	frappe.db.savepoint("refused")
	with pytest.raises(frappe.PermissionError):
		deals.lose("Opportunity", opportunity.name, {"lost_reasons": REASONS}, close_quotations=True)
	frappe.set_user("Administrator")
	frappe.db.rollback(save_point="refused")
	assert frappe.db.get_value("Quotation", quotation.name, "status") == "Open"


# B6: many at once
def test_many_are_lost_with_one_answer():
	first, second = make_opportunity(), make_opportunity()
	submitted_quotation(second)
	job = api.bulk_move("Opportunity", LOST, names=[first.name, second.name])
	asked = {row["fieldname"]: row["count"] for row in api.bulk_move_results(job)["missing"]}
	assert (asked["lost_reasons"], asked["close_quotations"]) == (2, 1)
	api.continue_bulk_move(job, values={"lost_reasons": REASONS, "close_quotations": 1})
	assert api.bulk_move_results(job)["moved"] == 2
	assert reasons_of(second)["reasons"] == ["Precio"]


# C2: nobody is there to be asked when ERPNext closes what got no answer
@pytest.mark.parametrize("chosen", [None, "Precio"])
def test_what_closes_by_itself_gets_the_reason_of_the_settings(chosen):
	frappe.db.set_single_value(SETTINGS, "reason_when_closed", chosen)
	frappe.clear_document_cache(SETTINGS, SETTINGS)
	opportunity = make_opportunity()
	opportunity.status = "Closed"
	opportunity.save()
	assert reasons_of(opportunity)["reasons"] == [chosen or "Sin Respuesta"]


@pytest.mark.parametrize(
	"prepare", [lambda quotation: None, lambda quotation: lose(quotation.submit())], ids=["draft", "lost"]
)
def test_only_a_quotation_that_is_out_can_be_lost(prepare):
	quotation = make_quotation(make_opportunity())
	prepare(quotation)
	with pytest.raises(DealError):
		deals.lose("Quotation", quotation.name, {"lost_reasons": REASONS})


# --- won --------------------------------------------------------------------------------------------


# B5
def test_won_without_an_order_asks_for_amount_and_reason():
	opportunity = make_opportunity()
	asked = {"opportunity_amount": True, "won_reason": True}
	assert missing(api.move, "Opportunity", opportunity.name, WON) == asked
	values = {"opportunity_amount": 1500, "won_reason": "Contrato marco firmado"}
	api.move("Opportunity", opportunity.name, WON, values=values)
	opportunity.reload()
	assert (opportunity.status, opportunity.probability, opportunity.opportunity_amount) == (
		"Converted",
		100,
		1500,
	)
	assert api.history("Opportunity", opportunity.name)[-1].comment == "Contrato marco firmado"
	api.move("Opportunity", opportunity.name, "En Negociación")
	opportunity.reload()
	assert (opportunity.won_reason, opportunity.probability) == (None, 75)


# B5: the amount that is known is proposed
def test_the_amount_of_before_is_proposed():
	opportunity = make_opportunity(opportunity_amount=700)
	missing(api.move, "Opportunity", opportunity.name, WON)
	assert {row["fieldname"]: row["value"] for row in frappe.local.response["missing"]} == {
		"opportunity_amount": 700,
		"won_reason": None,
	}


# B5
def test_an_admin_can_ask_for_the_order():
	change_stage(WON, "Opportunity Stage", may_be_won_without_order=0)
	opportunity = make_opportunity()
	assert missing(api.move, "Opportunity", opportunity.name, WON) == {None: True}
	make_sales_order(submitted_quotation(opportunity)).submit()
	assert stage_of(opportunity) == WON


# B5: won by hand first, ordered then
def test_the_amount_of_one_won_by_hand_becomes_that_of_its_order_and_back():
	opportunity = make_opportunity()
	quotation = submitted_quotation(opportunity)
	values = {"opportunity_amount": 950, "won_reason": "De palabra"}
	api.move("Opportunity", opportunity.name, WON, values=values)
	order = make_sales_order(quotation)
	order.submit()
	assert (stage_of(opportunity), amount_of(opportunity)) == (WON, 1000)
	order.reload()
	order.cancel()
	assert stage_of(opportunity) == WON  # somebody said so


# B5, B6: who wants back what was ordered cancels the order
@pytest.mark.parametrize("stage", ["En Negociación", LOST])
def test_what_is_ordered_is_neither_reopened_nor_lost_by_hand(stage):
	opportunity = make_opportunity()
	order = make_sales_order(submitted_quotation(opportunity))
	order.submit()
	with pytest.raises(DealError, match=order.name):
		api.move(
			"Opportunity",
			opportunity.name,
			stage,
			values={"lost_reasons": REASONS, "close_quotations": 1} if stage == LOST else None,
		)


# --- what it is worth -------------------------------------------------------------------------------


# B3
def test_an_amount_written_by_hand_stays_until_the_next_document():
	opportunity = make_opportunity(opportunity_amount=300)
	quotation = submitted_quotation(opportunity)
	opportunity.reload()
	assert (opportunity.amount_document, opportunity.base_opportunity_amount) == (quotation.name, 1000)
	opportunity.opportunity_amount = 1200
	opportunity.save()
	quotation.reload()
	quotation.save()
	assert amount_of(opportunity) == 1200
	newer = submitted_quotation(opportunity, rate=900)
	assert amount_of(opportunity) == 900
	newer.cancel()
	assert amount_of(opportunity) == 1000
	quotation.reload()
	quotation.cancel()
	assert amount_of(opportunity) == 1200  # the last one that was its own


# B3
def test_the_amount_follows_items_that_are_changed_after_submitting():
	from erpnext.controllers.accounts_controller import update_child_qty_rate

	opportunity = make_opportunity()
	quotation = submitted_quotation(opportunity)
	row = quotation.items[0]
	item = {"docname": row.name, "name": row.name, "item_code": row.item_code, "qty": 2, "rate": 1000}
	update_child_qty_rate("Quotation", frappe.as_json([item]), quotation.name)
	assert amount_of(opportunity) == 2000


# B3
def test_an_admin_can_keep_the_amount_from_following():
	frappe.db.set_single_value(SETTINGS, "amount_follows_quotation", 0)
	frappe.clear_document_cache(SETTINGS, SETTINGS)
	opportunity = make_opportunity(opportunity_amount=300)
	quotation = submitted_quotation(opportunity)
	assert amount_of(opportunity) == 300
	make_sales_order(quotation).submit()
	assert (amount_of(opportunity), stage_of(opportunity)) == (300, WON)


# B3: quotation in euros, opportunity in dollars, books in the company's currency
def test_between_currencies_the_amount_is_worth_the_same_in_the_books():
	books = frappe.get_cached_value("Company", frappe.get_all("Company", pluck="name")[0], "default_currency")
	ours, theirs = [c for c in ("USD", "EUR", "CHF") if c != books][:2]
	for currency, rate in ((ours, 20), (theirs, 25)):
		frappe.db.set_value("Currency", currency, "enabled", 1)
		for kind in ("for_buying", "for_selling"):
			frappe.get_doc(
				{
					"doctype": "Currency Exchange",
					"from_currency": currency,
					"to_currency": books,
					"exchange_rate": rate,
					"date": add_days(today(), -1 if kind == "for_buying" else -2),
					kind: 1,
				}
			).insert()
	opportunity = make_opportunity(currency=ours, conversion_rate=20)
	submitted_quotation(opportunity, currency=theirs, conversion_rate=25, plc_conversion_rate=1)
	opportunity.reload()
	assert opportunity.currency == ours
	assert opportunity.opportunity_amount == pytest.approx(1000 * 25 / 20)
	assert opportunity.base_opportunity_amount == pytest.approx(1000 * 25)
	submitted_quotation(opportunity, currency=ours, conversion_rate=21, plc_conversion_rate=1)
	assert amount_of(opportunity) == 1000  # in its own currency as it stands there
	submitted_quotation(opportunity, currency=books)
	assert amount_of(opportunity) == pytest.approx(1000 / 20)


# B3: one quotation for the items of two
def test_a_quotation_for_two_gives_each_its_part():
	customer = make_customer()
	two = [
		frappe.get_doc(
			{"doctype": "Opportunity", "opportunity_from": "Customer", "party_name": customer.name}
		).insert()
		for _number in range(2)
	]
	items = [
		{
			"item_code": make_item(),
			"qty": 1,
			"rate": rate,
			"prevdoc_doctype": "Opportunity",
			"prevdoc_docname": opportunity.name,
		}
		for opportunity, rate in zip(two, (600, 250), strict=True)
	]
	quotation = make_quotation(quotation_to="Customer", party_name=customer.name, items=items).submit()
	assert [amount_of(opportunity) for opportunity in two] == [600, 250]
	make_sales_order(quotation).submit()
	assert [(stage_of(o), amount_of(o)) for o in two] == [(WON, 600), (WON, 250)]


# --- what happens to quotations ---------------------------------------------------------------------


@pytest.mark.parametrize(
	("event", "happens"),
	[
		("Quotation Prepared", lambda draft: None),
		("Quotation Sent", lambda draft: make_interaction(draft, communication_medium="Email")),
		("Quotation Seen", lambda draft: open_the_mail(draft)),
		("Quotation Expired", lambda draft: expire(draft.submit())),
		("Quotation Cancelled", lambda draft: draft.submit().cancel()),
		("Quotation Partly Ordered", lambda draft: make_sales_order(draft.submit(), qty=1).submit()),
		("Quotation Fully Ordered", lambda draft: make_sales_order(draft.submit()).submit()),
	],
	ids=lambda value: value if isinstance(value, str) else "",
)
# B1 to B5: for opportunities, and for leads that are quoted themselves
def test_whatever_happens_to_a_quotation_can_move_a_record(event, happens):
	trigger = [{"event": event, "allow_backwards": 1}]
	change_stage("Análisis", "Opportunity Stage", triggers=trigger)
	change_stage("Spam", triggers=trigger)
	opportunity, lead = make_opportunity(), make_lead()
	yesterday = add_days(today(), -1)
	dates = {"transaction_date": yesterday, "valid_till": yesterday} if event == "Quotation Expired" else {}
	happens(make_quotation(opportunity, qty=2, **dates))
	assert stage_of(opportunity) == "Análisis"
	happens(make_quotation(quotation_to="Lead", party_name=lead.name, qty=2, **dates))
	assert frappe.db.get_value("Lead", lead.name, "prospect_stage") == "Spam"


def open_the_mail(quotation) -> None:
	mail = make_interaction(quotation, communication_medium="Email")
	opened = {"read_by_recipient": 1, "read_by_recipient_on": now_datetime()}
	frappe.db.set_value("Communication", mail.name, opened)  # as Frappe does it
	scheduler.quotations()
	assert frappe.db.get_value("Quotation", quotation.name, "seen_on")


def expire(quotation) -> None:
	from erpnext.selling.doctype.quotation.quotation import set_expired_status

	set_expired_status()
	scheduler.after_job("run_scheduled_job", {"job_type": scheduler.EXPIRES}, None)


# B3: what happened once does not happen every night
def test_an_expired_quotation_is_told_of_once():
	change_stage(
		"Análisis", "Opportunity Stage", triggers=[{"event": "Quotation Expired", "allow_backwards": 1}]
	)
	opportunity = make_opportunity()
	yesterday = add_days(today(), -1)
	expire(submitted_quotation(opportunity, transaction_date=yesterday, valid_till=yesterday))
	api.move("Opportunity", opportunity.name, "En Negociación")
	scheduler.quotations()
	assert stage_of(opportunity) == "En Negociación"


# C2
def test_the_job_that_expires_quotations_is_one_of_erpnexts():
	daily = frappe.get_hooks("scheduler_events", app_name="erpnext")
	assert any(scheduler.EXPIRES in methods for methods in daily.values() if isinstance(methods, list))


# B3: the quotation that moved it goes, another one stands for the same stage
def test_a_stage_stays_while_another_quotation_stands_for_it():
	change_stage("En Negociación", "Opportunity Stage", triggers=[])
	opportunity = make_opportunity()
	first, second = submitted_quotation(opportunity), submitted_quotation(opportunity)
	first.cancel()
	assert stage_of(opportunity) == "En Propuesta"
	second.cancel()
	assert stage_of(opportunity) == "Cotización Solicitada"


# C2: ERPNext's nightly job has nobody to ask about quotations, and no try around each opportunity
def test_one_that_cannot_close_by_itself_keeps_no_other_from_it():
	from erpnext.crm.doctype.opportunity.opportunity import auto_close_opportunity

	quoted, silent = (make_opportunity() for _number in range(2))
	quotation = submitted_quotation(quoted)
	for number, opportunity in enumerate((quoted, silent)):
		values = {"status": "Replied", "modified": add_days(now_datetime(), number - 90)}
		frappe.db.set_value("Opportunity", opportunity.name, values, update_modified=False)
	auto_close_opportunity()
	assert [frappe.db.get_value("Opportunity", o.name, "status") for o in (quoted, silent)] == [
		"Replied",
		"Closed",
	]
	assert stage_of(quoted) == "En Propuesta"
	assert frappe.db.get_value("Quotation", quotation.name, "status") == "Open"


# B3, B5: also where no form computes it
def test_the_amount_in_the_companys_currency_follows_wherever_it_is_written():
	opportunity = make_opportunity()
	values = {"opportunity_amount": 1500, "won_reason": "Contrato marco firmado"}
	api.move("Opportunity", opportunity.name, WON, values=values)
	opportunity.reload()
	assert opportunity.base_opportunity_amount == 1500
	home = frappe.get_cached_value("Company", opportunity.company, "default_currency")
	other = "EUR" if home != "EUR" else "USD"
	opportunity = make_opportunity(currency=other, conversion_rate=2.5, opportunity_amount=100)
	assert frappe.db.get_value("Opportunity", opportunity.name, "base_opportunity_amount") == 250
	opportunity.update({"opportunity_amount": 300, "conversion_rate": 3}).save()
	assert frappe.db.get_value("Opportunity", opportunity.name, "base_opportunity_amount") == 900


# B6: a quotation for two is not taken from the other one
@pytest.mark.parametrize("what", ["Close", "Close after Asking"])
def test_a_quotation_for_another_open_opportunity_is_not_lost_along(what):
	change_stage(LOST, "Opportunity Stage", active_quotations=what)
	lead = make_lead()
	first, second = make_opportunity(lead), make_opportunity(lead, title="La Otra Obra")
	items = [
		{
			"item_code": make_item(),
			"qty": 1,
			"rate": 100,
			"prevdoc_doctype": "Opportunity",
			"prevdoc_docname": opportunity.name,
		}
		for opportunity in (first, second)
	]
	quotation = make_quotation(quotation_to="Lead", party_name=lead.name, items=items).submit()
	second.reload()
	frappe.db.savepoint("refused")
	with pytest.raises(DealError, match=second.title):
		deals.lose("Opportunity", first.name, {"lost_reasons": REASONS}, close_quotations=True)
	frappe.db.rollback(save_point="refused")
	assert frappe.db.get_value("Quotation", quotation.name, "status") == "Open"
	frappe.db.set_value("Opportunity", second.name, "status", "Lost")
	deals.lose("Opportunity", first.name, {"lost_reasons": REASONS}, close_quotations=True)
	assert frappe.db.get_value("Quotation", quotation.name, "status") == "Lost"


# B4, B5: the order that completed it is cancelled, the partial one stands
def test_cancelling_the_last_order_leaves_what_is_partly_ordered():
	change_stage(WON, "Opportunity Stage", triggers=[{"event": "Quotation Fully Ordered"}])
	change_stage(
		"En Negociación",
		"Opportunity Stage",
		triggers=[{"event": "Quotation Partly Ordered"}],
	)
	opportunity = make_opportunity()
	quotation = submitted_quotation(opportunity, qty=2)
	make_sales_order(quotation, qty=1).submit()
	assert stage_of(opportunity) == "En Negociación"
	rest = make_sales_order(quotation, qty=1).submit()
	assert stage_of(opportunity) == WON
	rest.reload()
	rest.cancel()
	assert stage_of(opportunity) == "En Negociación"


# B1: sent is what was mailed
def test_a_quotation_stands_for_sent_once_it_was_mailed():
	opportunity = make_opportunity()
	quotation = submitted_quotation(opportunity)
	assert standing.of_opportunity(opportunity.name) == {standing.SUBMITTED}
	make_interaction(quotation, communication_medium="Email")
	assert standing.of_opportunity(opportunity.name) == {standing.SUBMITTED, standing.SENT}


# B6
@pytest.mark.parametrize(
	"values",
	[
		"{",
		"[]",
		{"lost_reasons": ["Precio"]},
		{"competitors": {"competitor": "X"}},
		{"weak_points": {"a": 1}},
	],
	ids=str,
)
def test_what_cannot_be_read_is_refused(values):
	with pytest.raises(DealError):
		deals.lose("Opportunity", make_opportunity().name, values)


# B6: a request that is tried again after a deadlock finds what it was given
def test_losing_changes_nothing_of_what_it_is_given():
	values = {"lost_reasons": REASONS, "job_title": "Compras", "close_quotations": 1}
	given = {**values}
	deals.lose("Opportunity", make_opportunity().name, given)
	assert given == values


# B6
def test_losing_says_so_where_no_stage_takes_it():
	for stage in frappe.get_all("Opportunity Stage", {"outcome": ["in", ("Lost", "Junk")]}, pluck="name"):
		change_stage(stage, "Opportunity Stage", disabled=1)
	values = {"lost_reasons": REASONS, "job_title": "Compras"}
	with pytest.raises(DealError):
		deals.lose("Opportunity", make_opportunity().name, values)
