"""The figures of the public sales data, computed here from its file alone."""

import frappe
import pandas as pd
import pytest
from frappe.desk.query_report import run

from crm_etapas.analytics import drilldown, funnel
from crm_etapas.analytics.filters import parse

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
			behind = drilldown.records("Stage Funnel", filters, {"step": step.key, "figure": figure})
			assert (behind.doctype, behind.total) == ("Opportunity", count)


# Reports: as the desk asks for it
@pytest.mark.parametrize("which", funnel.CHOICES)
def test_the_report_runs(which):
	answer = run("Stage Funnel", {**PERIOD, "funnel_of": which})
	assert answer["result"] and answer["message"]
	if which == funnel.WHOLE:
		assert [row["reached"] for row in answer["result"]][0] == frappe.db.count("Lead")
