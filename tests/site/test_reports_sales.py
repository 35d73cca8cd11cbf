"""The figures of the public sales data, computed here from its file alone."""

import importlib
from datetime import date

import frappe
import pandas as pd
import pytest
from frappe.desk.query_report import run
from frappe.utils import get_datetime, getdate

from crm_etapas.analytics import (
	changes,
	closings,
	drilldown,
	forecast,
	funnel,
	learned,
	quantiles,
	salespeople,
	stage_times,
	trends,
	won_lost,
)
from crm_etapas.analytics.filters import parse
from crm_etapas.pipelines import OPPORTUNITY
from tests.site.test_query_counts import counted

# deals that were never dated entered on the day of the import
PERIOD = {"from_date": "2016-01-01", "to_date": "2099-12-31"}
ROWS = 8800


@pytest.fixture(scope="module")
def deals(public_data) -> pd.DataFrame:
	return pd.read_csv(
		public_data / "crm_sales" / "sales_pipeline.csv", parse_dates=["engage_date", "close_date"]
	)


@pytest.fixture(autouse=True)
def on_the_site(sales_site):
	"""Every test here looks at the sales data."""


def opportunities(**filters) -> dict[str, funnel.Step]:
	return {step.key: step for step in funnel.compute(funnel.OPPORTUNITIES, parse({**PERIOD, **filters}))}


# F1, F6: the funnel
def test_the_funnel_counts_every_deal_once(deals):
	counts = deals.deal_stage.value_counts()
	steps = opportunities()
	won = steps[funnel.WON]
	assert (won.reached, won.reached_value) == (counts["Won"], deals.close_value.sum()) == (4238, 10_005_534)
	first = next(iter(steps.values()))
	assert first.reached == len(deals) == ROWS
	active = [step for step in steps.values() if step.key != funnel.WON]
	assert won.reached + sum(step.lost_here + step.still_open for step in active) == ROWS
	assert steps["En Negociación"].lost_here == counts["Lost"] == 2473
	assert steps["En Negociación"].still_open == counts["Engaging"] == 1589
	assert steps["Cotización Solicitada"].still_open == counts["Prospecting"] == 500
	closed = won.reached + sum(step.lost_here for step in active)
	assert round(100 * won.reached / closed, 2) == 63.15


# F6: a period is a cohort of entry
def test_a_period_counts_who_entered_in_it(deals):
	march = deals[deals.engage_date.between("2017-03-01", "2017-03-31")]
	steps = opportunities(from_date="2017-03-01", to_date="2017-03-31")
	assert steps["En Negociación"].reached == len(march)
	assert steps[funnel.WON].reached == (march.deal_stage == "Won").sum()


# F6: drill-down opens exactly the records
def test_a_cell_opens_the_records_that_it_counts():
	filters = {**PERIOD, "funnel_of": funnel.OPPORTUNITIES}
	for step in opportunities().values():
		for figure, count in (
			("reached", step.reached),
			("lost_here", step.lost_here),
			("still_open", step.still_open),
		):
			if step.key == funnel.WON and figure != "reached":
				continue
			(behind,) = drilldown.records("Stage Funnel", filters, {"step": step.key, "figure": figure})
			assert (behind.doctype, behind.total) == ("Opportunity", count)


# Reports: as the desk asks for it
@pytest.mark.parametrize("which", funnel.CHOICES)
def test_the_report_runs(which):
	answer = run("Stage Funnel", {**PERIOD, "funnel_of": which})
	assert answer["result"] and answer["message"]
	if which == funnel.WHOLE:
		assert next(row["reached"] for row in answer["result"]) == frappe.db.count("Lead")


def days(deals: pd.DataFrame, stage: str | None = None) -> pd.Series:
	chosen = deals[deals.close_date.notna()] if stage is None else deals[deals.deal_stage == stage]
	return (chosen.close_date - chosen.engage_date).dt.days


# F6: quartiles are exact, though nobody fetches the rows
def test_the_time_in_a_stage_is_exact(deals):
	rows = {row.stage: row for row in stage_times.compute("Opportunities", parse(PERIOD))}
	row, taken = rows["En Negociación"], days(deals)
	assert row.stays == len(taken) == 6711
	quartiles = (row.first_quartile, row.median, row.third_quartile)
	assert quartiles == pytest.approx(tuple(taken.quantile([0.25, 0.5, 0.75])))
	assert row.working_median <= row.median and row.bottleneck
	assert (row.waiting, rows["Cotización Solicitada"].waiting) == (1589, 500)
	assert rows["Cotización Solicitada"].stays == 0


# F6: the cycle of won and of lost deals
def test_the_median_cycle_is_that_of_the_file(deals):
	log, last = frappe.qb.DocType("Stage Log"), frappe.qb.DocType("Stage Log").as_("last")

	def ended_in(stage: str):
		return lambda: (
			frappe.qb.from_(log)
			.join(last)
			.on(
				(last.reference_doctype == log.reference_doctype)
				& (last.reference_name == log.reference_name)
			)
			.where((last.pipeline == log.pipeline) & (last.stage == stage) & log.left_on.notnull())
		)

	for stage, shown, median in (("Cerrado Ganado", "Won", 57), ("Cerrado Perdido", "Lost", 14)):
		(spread,) = quantiles.of(ended_in(stage), log.seconds, [log.pipeline]).values()
		assert spread.quantiles[1] / 86400 == days(deals, shown).median() == median


# F6: what is learned is the share of the closed cases, and lost ones are never added
def test_the_forecast_learns_from_closed_cases(deals):
	closed = learned.by_stage(OPPORTUNITY, parse(PERIOD), getdate("2018-06-30"))["En Negociación"]
	ended = deals[deals.close_date.notna() & (deals.engage_date >= "2016-06-30")]
	assert (closed.cases, closed.won) == (len(ended), (ended.deal_stage == "Won").sum()) == (6711, 4238)
	assert closed.low < 0.6315 < closed.high
	rows = forecast.compute(parse(PERIOD))
	assert sum(row.open_count for row in rows) == 1589 + 500
	assert {row.stage for row in rows} == {"En Negociación", "Cotización Solicitada"}


# F6: what was there, what has changed, what is there now
@pytest.mark.parametrize("day", ["2016-11-01", "2017-06-15", "2018-01-01"])
def test_the_changes_add_up(deals, day):
	lines = {line.key: line for line in changes.compute(get_datetime(day), parse(PERIOD))}
	then = deals[(deals.engage_date < day) & ~(deals.close_date < day)]
	assert lines["start"].count == len(then)
	assert lines["won"].count == ((deals.deal_stage == "Won") & (deals.close_date >= day)).sum()
	assert lines["lost"].count == ((deals.deal_stage == "Lost") & (deals.close_date >= day)).sum()
	count = {key: line.count for key, line in lines.items()}
	assert count["start"] + count["added"] - count["won"] - count["lost"] == count["now"] == 2089
	changed = sum(line.value for line in lines.values() if line.adds_up and line.key != "now")
	assert changed == pytest.approx(lines["now"].value)
	for key, line in lines.items():
		(behind,) = drilldown.records("Pipeline Changes", {**PERIOD, "from_date": day}, {"line": key})
		assert behind.total == line.count, key


@pytest.mark.parametrize("report", ["Time in Stage", "Pipeline Forecast", "Pipeline Changes"])
def test_the_other_reports_run(report):
	answer = run(report, {**PERIOD, "from_date": "2017-01-01"})
	assert answer["result"] and answer["message"]


def won_and_lost(by: str, **filters) -> tuple[list, closings.Closings]:
	return won_lost.compute(by, parse({**PERIOD, **filters}))


# F6: rates, value and cycle time
def test_won_and_lost_are_those_of_the_file(deals):
	closed = deals[deals.deal_stage.isin(["Won", "Lost"])]
	days = (closed.close_date - closed.engage_date).dt.days.groupby(closed.deal_stage).median()
	_rows, whole = won_and_lost("Month")
	assert (whole.won, whole.lost, whole.closed) == (4238, 2473, len(closed)) == (4238, 2473, 6711)
	assert round(whole.win_rate, 2) == 63.15
	assert whole.won_value == deals.close_value.sum() == 10_005_534
	assert (whole.won_days, whole.lost_days) == (days["Won"], days["Lost"]) == (57, 14)


# F6: the same by month, salesperson and product
@pytest.mark.parametrize(
	("by", "column"), [("Month", "close_date"), ("Salesperson", "sales_agent"), ("Product", "product")]
)
def test_each_split_is_that_of_the_file(deals, by, column):
	closed = deals[deals.deal_stage.isin(["Won", "Lost"])].assign(
		days=lambda rows: (rows.close_date - rows.engage_date).dt.days
	)
	keys = (
		closed[column].dt.strftime("%Y-%m-01")
		if by == "Month"
		else closed[column].replace("GTXPro", "GTX Pro")
	)
	expected = {}
	for key, rows in closed.groupby(keys):
		won, lost = rows[rows.deal_stage == "Won"], rows[rows.deal_stage == "Lost"]
		expected[key] = (len(won), len(lost), won.close_value.sum(), won.days.median(), lost.days.median())
	rows, whole = won_and_lost(by)
	found = {
		row.key if by == "Month" else row.label: (
			row.closings.won,
			row.closings.lost,
			round(row.closings.won_value, 2),
			row.closings.won_days,
			row.closings.lost_days,
		)
		for row in rows
		if row.closings.closed
	}
	assert found == expected
	assert sum(row.closings.won for row in rows) == whole.won
	assert round(sum(row.closings.won_value for row in rows), 2) == whole.won_value


# F6: by segment, once the opportunities have one
def test_a_split_adds_up_to_the_whole_and_its_cells_open_their_records(deals):
	segments = frappe.get_all("Business Segment", pluck="name")[:2]
	names = frappe.get_all("Opportunity", pluck="name", order_by="name")
	for segment, some in zip(segments, (names[::3], names[1::3]), strict=True):
		frappe.db.set_value("Opportunity", {"name": ["in", some]}, "business_segment", segment)
	rows, whole = won_and_lost("Business Segment")
	assert {row.key for row in rows} == {*segments, None}
	assert closings.total(row.closings for row in rows).figures() == whole.figures()
	filters = {**PERIOD, "by": "Business Segment"}
	for row in rows:
		for figure in ("won", "lost", "closed"):
			(behind,) = drilldown.records("Won and Lost", filters, {"key": row.key, "figure": figure})
			assert behind.total == getattr(row.closings, figure)
	only = won_and_lost("Month", segment=segments[:1])[1]
	assert only.figures() == next(row.closings.figures() for row in rows if row.key == segments[0])


# D18: week by week, beside the period before
def test_trends_are_those_of_the_file(deals):
	period = {"from_date": "2017-07-01", "to_date": "2017-09-30"}
	found = trends.compute(parse(period), "Week")
	won = deals[deals.deal_stage == "Won"]

	def between(first, last):
		return won[won.close_date.between(first, last)]

	assert found.whole["won"] == len(between("2017-07-01", "2017-09-30"))
	assert found.whole["won_value"] == between("2017-07-01", "2017-09-30").close_value.sum()
	assert (str(found.before_from), str(found.before_to)) == ("2017-03-31", "2017-06-30")
	assert found.before["won"] == len(between("2017-03-31", "2017-06-30"))
	monday = found.buckets[date(2017, 7, 31)]
	assert monday["won_value"] == between("2017-07-31", "2017-08-06").close_value.sum()
	assert sum(week["won"] for week in found.buckets.values()) == found.whole["won"]
	entered = deals[deals.engage_date.between("2017-07-01", "2017-09-30")]
	assert found.whole["new_opportunities"] == len(entered)


# F1, F2: what each salesperson has and achieves
def test_salespeople_are_those_of_the_file(deals):
	people, whole = salespeople.compute(parse(PERIOD))
	found = {one.name: one for one in people}
	for agent, rows in deals.groupby("sales_agent"):
		figures = found[agent].figures()
		assert figures["open_opportunities"] == rows.deal_stage.isin(["Prospecting", "Engaging"]).sum()
		assert (figures["won"], figures["lost"]) == tuple(
			(rows.deal_stage == s).sum() for s in ("Won", "Lost")
		)
	assert whole.figures()["open_opportunities"] == 2089
	assert whole.figures()["won_value"] == 10_005_534


# Reports: as the desk asks for them, in few queries, also where there is nothing
@pytest.mark.parametrize(
	"report",
	["Won and Lost", "Channel Performance", "Salesperson Performance", "Sales Trends", "Customer Behaviour"],
)
def test_reports_of_the_insights_run(report):
	assert run(report, PERIOD)["message"]
	assert run(report, {"from_date": "1990-01-01", "to_date": "1990-01-31"})["columns"]
	module = importlib.import_module(
		f"crm_etapas.crm_etapas.report.{frappe.scrub(report)}.{frappe.scrub(report)}"
	)
	with counted() as statements:
		module.execute(dict(PERIOD))
	assert len(statements) <= 6
