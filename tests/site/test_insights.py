"""Won and lost, channels, salespeople and customers, on records made for it."""

import json
from datetime import date, datetime, timedelta
from io import BytesIO

import frappe
import pytest
from frappe.core.doctype.prepared_report.prepared_report import generate_report, make_prepared_report
from frappe.desk.query_report import export_query, run
from frappe.utils import add_days, getdate, now_datetime, today
from openpyxl import load_workbook

from crm_etapas.analytics import (
	cards,
	channels,
	customers,
	drilldown,
	rfm,
	salespeople,
	trends,
	won_lost,
)
from crm_etapas.analytics.filters import parse
from crm_etapas.api import analytics as api
from crm_etapas.exceptions import MarketingCostError, ReportFilterError
from tests.site.factories import (
	WHY_WON,
	make_customer,
	make_interaction,
	make_item,
	make_lead,
	make_opportunity,
	make_user,
)
from tests.site.test_reports import ALL_REPORTS

WON, LOST, COMPETITOR_WON = "Cerrado Ganado", "Cerrado Perdido", "Cerrado Perdido Competencia"
# the site may be in another day than the machine
NOW = {"from_date": str(date.today() - timedelta(days=1)), "to_date": str(date.today() + timedelta(days=1))}


@pytest.fixture(autouse=True)
def no_others():
	for doctype in ("Stage Log", "Opportunity", "Lead", "Communication"):
		frappe.db.delete(doctype)


def close(opportunity, stage: str, **values):
	opportunity.reload()
	opportunity.update({"opportunity_stage": stage, **values})
	return opportunity.save()


def win(amount=1000, **values):
	return close(make_opportunity(**values), WON, **{**WHY_WON, "opportunity_amount": amount})


def lose(reason="Precio", competitors=(), **values):
	doc = make_opportunity(opportunity_amount=100, **values)
	return close(
		doc, LOST, lost_reasons=[{"lost_reason": reason}], competitors=[rival(name) for name in competitors]
	)


def rival(name: str) -> dict:
	if not frappe.db.exists("Competitor", name):
		frappe.get_doc({"doctype": "Competitor", "competitor_name": name}).insert()
	return {"competitor": name}


def split(by: str, **filters) -> dict:
	rows, _whole = won_lost.compute(by, parse({**NOW, **filters}))
	return {row.key: row.closings for row in rows}


# F8: what was lost and came back stays lost in its time; what was won by mistake was not
def test_each_round_counts_where_it_ended():
	doc = lose()
	close(doc, "En Propuesta")
	whole = won_lost.compute("Month", parse(NOW))[1]
	assert (whole.won, whole.lost) == (0, 1)
	close(doc, WON, **WHY_WON)
	whole = won_lost.compute("Month", parse(NOW))[1]
	assert (whole.won, whole.lost) == (1, 1)
	assert drilldown.records("Won and Lost", {**NOW, "by": "Month"}, {"total": 1, "figure": "closed"})[
		0
	].names == [doc.name]


# B5: from one closing stage into another is one end
def test_a_closing_stage_after_another_is_the_end():
	doc = lose()
	close(doc, COMPETITOR_WON, weak_points="Plazo", competitors=[rival("Globex")])
	assert won_lost.compute("Month", parse(NOW))[1].lost == 1


# B6, B7: reasons and competitors, several at once
def test_reasons_and_competitors():
	lose("Precio", ["Globex", "Initech"])
	lose("Precio", ["Globex"])
	lose()
	win()
	reasons = split("Lost Reason")
	assert sum(one.lost for one in reasons.values()) == 3 and not any(one.won for one in reasons.values())
	rivals = split("Competitor")
	assert {key: (one.won, one.lost) for key, one in rivals.items()} == {
		"Globex": (0, 2),
		"Initech": (0, 1),
		None: (1, 1),
	}
	whole = won_lost.compute("Competitor", parse(NOW))[1]
	assert (whole.won, whole.lost) == (1, 3)
	cell = {"key": "Globex", "figure": "lost"}
	assert drilldown.records("Won and Lost", {**NOW, "by": "Competitor"}, cell)[0].total == 2
	cell = {"key": None, "figure": "won"}
	assert drilldown.records("Won and Lost", {**NOW, "by": "Competitor"}, cell)[0].total == 1


# Reports: the value of an opportunity is shared among its products and adds up
def test_products_share_the_value():
	first, second = make_item(), "Otro Servicio"
	frappe.copy_doc(frappe.get_doc("Item", first)).update({"item_code": second}).insert()
	rows = [{"item_code": first, "qty": 1, "rate": 300}, {"item_code": second, "qty": 1, "rate": 100}]
	win(amount=800, items=rows)
	win(amount=50)
	found = split("Product")
	assert {key: (one.won, one.won_value) for key, one in found.items()} == {
		first: (1, 600),
		second: (1, 200),
		None: (1, 50),
	}
	assert won_lost.compute("Product", parse(NOW))[1].won_value == 850


# E6: days to close are calendar days of the round
def test_days_are_those_of_the_round():
	doc = win()
	began = add_days(now_datetime(), -12)
	frappe.db.set_value("Stage Log", {"reference_name": doc.name}, "cycle_entered_on", began)
	assert won_lost.compute("Month", parse(NOW))[1].won_days == 12


# D2, F1: what channels bring, and cost
def test_channels_and_their_cost():
	web, fair = frappe.get_all("Sales Channel", pluck="name")[:2]
	for channel, count in ((web, 4), (fair, 1)):
		for _number in range(count):
			make_lead(sales_channel=channel)
	lead = make_lead(sales_channel=web)
	win(amount=500, lead=lead, sales_channel=web)
	company = frappe.get_all("Company", pluck="name")[0]
	cost = {"doctype": "Marketing Cost", "channel": web, "company": company}
	frappe.get_doc(
		{**cost, "from_date": add_days(NOW["from_date"], -3), "to_date": NOW["to_date"], "amount": 600}
	).insert()
	rows, whole = channels.compute("Sales Channel", parse(NOW))
	found = {row.key: row.figures() for row in rows}
	assert found[web]["new_prospects"] == 5 and found[fair]["new_prospects"] == 1
	assert (found[web]["with_opportunity"], found[web]["prospects_won"], found[web]["conversion"]) == (
		1,
		1,
		20,
	)
	assert (found[web]["cost"], found[web]["cost_per_prospect"], found[web]["cost_per_win"]) == (300, 60, 300)
	assert found[web]["return_on_cost"] == pytest.approx(5 / 3)
	assert found[fair]["cost"] is None and found[fair]["cost_per_win"] is None
	assert whole.prospects == 6 and whole.cost == 300
	narrowed = channels.compute("Sales Channel", parse({**NOW, "owner": ["Administrator"]}))[1]
	assert narrowed.cost is None and narrowed.prospects <= 6


# A9: junk is in no rate
def test_junk_is_no_prospect():
	junk = frappe.get_all("Prospect Stage", {"outcome": "Junk"}, pluck="name")[0]
	make_lead()
	lead = make_lead()
	lead.prospect_stage = junk
	lead.save()
	assert channels.compute("Campaign", parse(NOW))[1].prospects == 1


@pytest.mark.parametrize(
	"values",
	[
		{"from_date": "2026-03-01", "to_date": "2026-03-31"},
		{"from_date": "2026-03-01", "to_date": "2026-02-28", "campaign": "x"},
	],
)
def test_a_cost_says_for_what_and_when(values):
	company = frappe.get_all("Company", pluck="name")[0]
	if "campaign" in values:
		frappe.get_doc({"doctype": "Campaign", "campaign_name": "x"}).insert()
	with pytest.raises(MarketingCostError):
		frappe.get_doc({"doctype": "Marketing Cost", "amount": 1, "company": company, **values}).insert()


# F2, D13: load, response, activity and overdue contacts of each salesperson
def test_salespeople():
	ana, luis = make_user("Sales User", first_name="Ana"), make_user("Sales User", first_name="Luis")
	friday = datetime(1999, 3, 5, 17)  # a Friday
	lead = make_lead(lead_owner=ana.name)
	frappe.db.set_value("Stage Log", {"reference_name": lead.name}, "cycle_entered_on", friday)
	make_lead(lead_owner=luis.name)
	for medium, on, direction in (
		("Email", datetime(1999, 3, 5, 17, 30), "Received"),
		("Phone", datetime(1999, 3, 6, 9), "Sent"),
		("Email", datetime(1999, 3, 9, 9), "Sent"),
	):
		make_interaction(
			lead,
			communication_medium=medium,
			communication_date=on,
			sent_or_received=direction,
			user=ana.name,
		)
	win(lead=lead, opportunity_owner=ana.name)
	lead.reload()
	frappe.db.set_value(
		"Lead", lead.name, {"next_contact_date": add_days(now_datetime(), -1), "next_contact_by": luis.name}
	)
	period = {"from_date": "1999-03-01", "to_date": "1999-03-31"}
	people = {one.user: one.figures() for one in salespeople.compute(parse(period))[0]}
	assert (people[ana.name]["calls"], people[ana.name]["mails"]) == (1, 1)
	assert (people[ana.name]["new_prospects"], people[ana.name]["contacted"]) == (1, 1)
	assert people[ana.name]["response_hours"] == pytest.approx(
		1.0
	)  # Saturday is a day of work here until a list says so
	assert people[luis.name]["overdue"] == 1 and people[luis.name]["open_prospects"] == 1
	now = {one.user: one.figures() for one in salespeople.compute(parse(NOW))[0]}
	assert now[ana.name]["won"] == 1 and now[ana.name]["calls"] == 0
	only = salespeople.compute(parse({**NOW, "owner": [luis.name]}))[0]
	assert {one.user for one in only} == {luis.name}


def invoice(customer: str, days_ago: int, value: float, **values):
	"""A submitted invoice as the report reads it; posting one needs accounts that do not matter here."""
	doc = frappe.get_doc(
		{
			"doctype": "Sales Invoice",
			"name": frappe.generate_hash(length=10),
			"customer": customer,
			"company": frappe.get_all("Company", pluck="name")[0],
			"posting_date": add_days(today(), -days_ago),
			"docstatus": 1,
			"is_opening": "No",
			"base_net_total": value,
			**values,
		}
	)
	doc.db_insert()


# D18: recency, frequency, value, engagement, and who is slipping away
def test_customers():
	frappe.db.delete("Sales Invoice")
	slipping, loyal = make_customer(customer_name="Se Va"), make_customer(customer_name="Fiel")
	for days_ago in (50, 80, 110):
		invoice(slipping.name, days_ago, 1000)
	invoice(slipping.name, 40, -200, is_return=1)
	invoice(slipping.name, 10, 9999, docstatus=2)
	invoice(slipping.name, 10, 9999, docstatus=0)
	invoice(slipping.name, 10, 9999, is_opening="Yes")
	for days_ago in (3, 33, 63, 93):
		invoice(loyal.name, days_ago, 100)
	make_interaction(loyal, sent_or_received="Received")
	make_interaction(loyal)
	period = {"from_date": add_days(today(), -90), "to_date": today()}
	rows = customers.compute(period)
	assert [row.customer for row in rows] == [slipping.name, loyal.name]
	first, second = (row.behaviour for row in rows)
	assert (first.recency, first.frequency, first.value, first.rhythm) == (50, 2, 1800, 30)
	assert first.state is rfm.State.SLIPPING and second.state is rfm.State.ACTIVE
	assert (rows[1].interactions, rows[1].answers) == (2, 1)
	assert [row.customer for row in customers.compute({**period, "state": "Slipping Away"})] == [
		slipping.name
	]
	assert not customers.compute({**period, "overdue": 2, "state": "Slipping Away"})
	with pytest.raises(ReportFilterError):
		customers.compute({**period, "overdue": 0.5})


# D18: the period before has as many days
def test_trends_compare_with_the_period_before():
	win(amount=300)
	found = trends.compute(parse(NOW), "Week")
	assert (found.whole["won"], found.whole["new_opportunities"], found.whole["new_prospects"]) == (1, 1, 1)
	assert (found.before_to - found.before_from).days == 2 and found.before["won"] == 0
	log = {"reference_doctype": "Opportunity", "stage": WON}
	frappe.db.set_value("Stage Log", log, "entered_on", add_days(getdate(found.before_from), 0))
	then = trends.compute(parse(NOW), "Week")
	assert (then.whole["won"], then.before["won"], then.before["won_value"]) == (0, 1, 300)
	assert trends.change(150, 100) == 50 and trends.change(1, 0) is None


# A salesperson's figures are those of their own records, counted the same way
def test_rights_change_who_is_counted():
	ana = make_user("Sales User")
	win(amount=700, opportunity_owner=ana.name)
	win(amount=30)
	mine = frappe.get_all("Opportunity", {"opportunity_owner": ana.name}, pluck="name")
	frappe.db.set_value("Opportunity", mine[0], "owner", ana.name)
	frappe.permissions.setup_custom_perms("Opportunity")
	frappe.permissions.update_permission_property("Opportunity", "Sales User", 0, "if_owner", 1)
	frappe.clear_cache(doctype="Opportunity")
	frappe.set_user(ana.name)
	for by in won_lost.CHOICES:
		assert won_lost.compute(by, parse(NOW))[1].won == (by != won_lost.REASON)
	assert salespeople.compute(parse(NOW))[1].figures()["won_value"] == 700
	assert channels.compute("Sales Channel", parse(NOW))[1].closings.won == 1
	assert (
		drilldown.records("Won and Lost", {**NOW, "by": "Month"}, {"total": 1, "figure": "won"})[0].names
		== mine
	)
	assert not channels.costs.are_shown(parse(NOW))


def everything() -> None:
	"""What every report has something to tell of: channels, prospects contacted or junk, opportunities won, lost, open."""
	channels_ = ("Referido", "Sitio Web", None)
	for number, channel in enumerate(channels_ * 2):
		lead = make_lead(
			sales_channel=channel, lead_owner=make_user("Sales User").name if number < 3 else None
		)
		if number % 2:
			make_interaction(lead)
		if number < 4:
			opportunity = make_opportunity(lead=lead, sales_channel=channel, opportunity_amount=100)
			for record in (lead, opportunity):  # whoever is to make it, or nobody
				late = {"next_contact_date": add_days(now_datetime(), -1), "next_contact_by": lead.lead_owner}
				frappe.db.set_value(record.doctype, record.name, late)
	junk = make_lead(sales_channel="Referido")
	junk.update({"prospect_stage": "Spam"}).save()
	win(amount=900, sales_channel="Referido")
	lose(sales_channel="Sitio Web")
	close(make_opportunity(), "En Propuesta", opportunity_amount=70)


def cells_of(report: str, filters: dict) -> list[tuple[dict, int]]:
	"""Return every cell of a report that opens records, with what it says."""
	shown = run(report, filters)
	opening = [column["fieldname"] for column in shown["columns"] if column.get("opens_records")]
	rows = [row for row in shown["result"] if isinstance(row, dict) and row.get("cell")]
	return [
		({**row["cell"], "figure": figure}, row[figure]) for row in rows for figure in opening if row[figure]
	]


# Reports: drill-down. In these data no record is in two rounds of one figure
@pytest.mark.parametrize(
	("report", "choices"),
	[
		("Stage Funnel", {"funnel_of": "Prospects"}),
		("Stage Funnel", {"funnel_of": "Prospect to Won"}),
		("Pipeline Forecast", {}),
		("Pipeline Changes", {}),
		("Won and Lost", {"by": "Sales Channel"}),
		("Won and Lost", {"by": "Salesperson"}),
		("Won and Lost", {"by": "Lost Reason"}),
		("Channel Performance", {"by": "Sales Channel"}),
		("Salesperson Performance", {}),
		("Sales Trends", {"by": "Week"}),
		("Sales Trends", {"by": "Month"}),
	],
)
def test_a_cell_opens_as_many_records_as_it_says(report, choices):
	everything()
	filters = {**NOW, **choices}
	cells = cells_of(report, filters)
	assert cells
	for cell, said in cells:
		if cell["figure"] == "longest_wait":
			continue
		opened = drilldown.records(report, filters, cell)
		assert sum(one.total for one in opened) == said, cell
		for one in opened:
			assert one.total == len(frappe.get_all(one.doctype, {"name": ["in", one.names]})), cell


# Reports: Excel, with the names of the columns
@pytest.mark.parametrize("report", ALL_REPORTS)
def test_a_report_goes_into_a_workbook(report):
	everything()
	shown = run(report, NOW)
	asked = {
		"report_name": report,
		"file_format_type": "Excel",
		"filters": frappe.as_json(NOW),
		"visible_idx": "[]",
	}
	frappe.local.form_dict = frappe._dict(asked, custom_columns="[]", include_indentation=0)
	export_query()
	header, *rows = load_workbook(BytesIO(frappe.response["filecontent"])).active.iter_rows(values_only=True)
	assert header == tuple(column["label"] for column in shown["columns"]) and all(header)
	assert len(rows) == len(shown["result"])
	assert [row[0] for row in rows] == [row[shown["columns"][0]["fieldname"]] for row in shown["result"]]


# Reports: what takes long is computed by a worker, as whoever asked for it
@pytest.mark.parametrize("report", ALL_REPORTS)
def test_a_prepared_report_says_the_same(report):
	everything()
	user = make_user("Sales User")
	win(amount=40, opportunity_owner=user.name)
	frappe.db.set_value("Report", report, "prepared_report", 1)
	frappe.set_user(user.name)
	at_once = run(report, NOW, ignore_prepared_report=True)
	prepared = make_prepared_report(report, NOW)["name"]
	frappe.db.commit = lambda: None  # the job's: this test leaves nothing behind
	try:
		generate_report(prepared)
	finally:
		del frappe.db.commit
	shown = run(report, NOW)
	assert shown["prepared_report"] and shown["doc"].owner == user.name
	for row in (*at_once["result"], *shown["result"]):
		row.pop("longest_wait", None)  # which grows
	for part in ("columns", "result", "chart", "report_summary", "message"):
		assert json.loads(frappe.as_json(shown[part])) == json.loads(frappe.as_json(at_once[part])), part


# Who reads no opportunity gets no figures of them
def test_without_rights_there_are_no_figures():
	frappe.set_user(make_user("Employee").name)
	for compute in (
		lambda: won_lost.compute("Month", parse(NOW)),
		lambda: channels.compute("Campaign", parse(NOW)),
		lambda: salespeople.compute(parse(NOW)),
		lambda: trends.compute(parse(NOW), "Month"),
		lambda: customers.compute(NOW),
		lambda: cards.compute("won"),
	):
		with pytest.raises(frappe.PermissionError):
			compute()


# number cards
def test_cards_of_the_dashboard():
	win(amount=450)
	make_opportunity(opportunity_amount=200)
	for name in frappe.get_all("Number Card", {"method": "crm_etapas.api.analytics.card"}, pluck="name"):
		filters = frappe.get_doc("Number Card", name).filters_json
		card = api.card(filters)
		assert card["value"] is not None and frappe.db.exists("Report", card["route"][1])
		parse({"to_date": today(), **card["route_options"]})
	assert api.card({"figure": "won_value"})["value"] == 450
	assert api.card({"figure": "open_value"})["value"] == 200
	assert api.card({"figure": "win_rate"})["value"] == 100
	with pytest.raises(ReportFilterError):
		api.card({"figure": "nada"})


# the dashboard and what it names are there, and every name has its translation
def test_the_dashboard_is_whole():
	from crm_etapas.analytics.dashboard import NAMES

	dashboard = frappe.get_doc("Dashboard", "CRM Etapas")
	names = [row.chart for row in dashboard.charts] + [row.card for row in dashboard.cards]
	assert {frappe._(name) for name in names} >= {str(name) for name in NAMES}
	for name in names:
		assert frappe._(name) != name
	for row in dashboard.charts:
		chart = frappe.get_doc("Dashboard Chart", row.chart)
		assert frappe.get_doc("Report", chart.report_name).is_permitted()
