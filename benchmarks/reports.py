"""The reports on a million leads, beside ERPNext's nearest ones in the same run.

Usage: script/benchmark --memory 4G reports [--leads 1000000] [--times 3] [--only "Stage Funnel"]

A further report needs a line in `OURS`.
"""

import argparse
import importlib
import os
import re
import signal
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from statistics import median

import frappe
from frappe.utils import add_days, add_months
from harness import Figure, Targets, connect, plans
from large_data import make_data
from pypika import CustomFunction

from crm_etapas.setup import indexes

MONTH, TWO_YEARS = "a month", "two years"
# the data of `make_data` end some months before today
END = add_days(date.today(), -150)
PERIODS = {
	MONTH: {"from_date": str(add_days(END, -30)), "to_date": str(END)},
	TWO_YEARS: {"from_date": str(add_months(END, -24)), "to_date": str(END)},
}
# report, its own filters, the most seconds that it may take for each period
OURS: list[tuple[str, dict, dict[str, float]]] = [
	("Stage Funnel", {"funnel_of": "Opportunities"}, {MONTH: 0.3, TWO_YEARS: 1.5}),
	("Stage Funnel", {"funnel_of": "Prospects"}, {MONTH: 0.3, TWO_YEARS: 1.5}),
	("Stage Funnel", {"funnel_of": "Prospect to Won"}, {MONTH: 0.3, TWO_YEARS: 1.5}),
	("Time in Stage", {"stages_of": "Opportunities"}, {MONTH: 0.3, TWO_YEARS: 1.5}),
	("Time in Stage", {"stages_of": "Prospects"}, {MONTH: 0.3, TWO_YEARS: 1.5}),
	("Pipeline Forecast", {}, {MONTH: 0.3, TWO_YEARS: 1.5}),
	("Pipeline Changes", {}, {MONTH: 3, TWO_YEARS: 3}),
	("Won and Lost", {"by": "Month"}, {MONTH: 3, TWO_YEARS: 3}),
	("Won and Lost", {"by": "Salesperson"}, {MONTH: 3, TWO_YEARS: 3}),
	("Won and Lost", {"by": "Product"}, {MONTH: 3, TWO_YEARS: 3}),
	("Won and Lost", {"by": "Lost Reason"}, {MONTH: 3, TWO_YEARS: 3}),
	("Channel Performance", {"by": "Sales Channel"}, {MONTH: 3, TWO_YEARS: 3}),
	("Salesperson Performance", {}, {MONTH: 3, TWO_YEARS: 3}),
	("Customer Behaviour", {}, {MONTH: 3, TWO_YEARS: 3}),
	("Sales Trends", {"by": "Month"}, {MONTH: 3, TWO_YEARS: 3}),
]
MOST_QUERIES = 6
# whose rows a report finds through an index, if it looks at a month
LARGE_TABLES = ("tabLead", "tabOpportunity", "tabStage Log", "tabCommunication")


def main() -> int:
	parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
	parser.add_argument("site")
	parser.add_argument("--leads", type=int, default=1_000_000)
	parser.add_argument("--times", type=int, default=3)
	parser.add_argument("--erpnext-seconds", type=int, default=60, help="what takes longer is broken off")
	parser.add_argument("--only", help="this report of ours alone")
	options = parser.parse_args()

	connect(options.site)
	indexes.create()
	make_data(options.leads)
	targets = Targets()
	counts = ", ".join(str(frappe.db.count(doctype)) for doctype in ("Lead", "Opportunity", "Stage Log"))
	print(f"Leads, opportunities, stays: {counts}")
	print(f"Load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
	for report, own, most in OURS:
		if options.only in (None, report):
			for period, seconds in most.items():
				_ours(report, own, period, seconds, options.times, targets)
	if not options.only:
		_erpnext(options.erpnext_seconds)
	frappe.destroy()
	return targets.exit_code()


def _ours(report: str, own: dict, period: str, most: float, times: int, targets: Targets) -> None:
	module = frappe.scrub(report)
	execute = importlib.import_module(f"crm_etapas.crm_etapas.report.{module}.{module}").execute
	figure = Figure(f"{report} {', '.join(map(str, own.values()))}: {period}")
	busy = []
	for number in range(times + 1):
		before = _processor_seconds()
		figure.take(lambda: execute({**PERIODS[period], **own}), counts=bool(number))
		busy.append(_processor_seconds() - before)
	print(f"{figure}; processor {median(busy[1:]):.2f} s")
	targets.check("seconds", figure.milliseconds / 1000, at_most=most)
	targets.check("queries", max(figure.queries), at_most=MOST_QUERIES)
	if period == MONTH:
		scanned = _scanned(lambda: execute({**PERIODS[period], **own}))
		targets.check(" ".join(["large tables read whole", *scanned]), len(scanned), at_most=0)


def _scanned(work: Callable) -> list[str]:
	"""Return the large tables that MariaDB says it reads row by row from end to end for it."""
	scanned = []
	for statement, plan in plans(work):
		names = {alias: table for table, alias in re.findall(r"`(tab[^`]+)` `(\w+)`", statement)}
		tables = [names.get(row.table, row.table) for row in plan if row.type == "ALL"]
		scanned += [table for table in tables if table in LARGE_TABLES]
	return scanned


def _processor_seconds() -> float:
	"""What this process and its thread of the database have worked: the time that a busy machine does not change."""
	process = frappe.qb.Schema("information_schema").PROCESSLIST
	((thread,),) = (
		frappe.qb.from_(process)
		.select(process.TID)
		.where(process.ID == CustomFunction("CONNECTION_ID")())
		.run()
	)
	stat = next(Path("/proc").glob(f"*/task/{thread}/stat"), None)
	ticks = stat.read_text().rsplit(")", 1)[1].split()[11:13] if stat else (0, 0)
	return time.process_time() + sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def _erpnext(seconds: int) -> None:
	"""What ERPNext has that comes nearest; each once, and no longer than so many seconds."""
	from erpnext.crm.report.lead_conversion_time import lead_conversion_time
	from erpnext.crm.report.lead_owner_efficiency import lead_owner_efficiency
	from erpnext.selling.page.sales_funnel import sales_funnel

	company = frappe.get_all("Company", pluck="name", order_by="creation")[0]
	for period, dates in PERIODS.items():
		span = (dates["from_date"], dates["to_date"])
		filters = frappe._dict(dates, company=company)
		for label, work in {
			"Sales Funnel (page)": lambda span=span: sales_funnel.get_funnel_data(*span, company),
			"Sales Pipeline (page)": lambda span=span: sales_funnel.get_pipeline_data(*span, company),
			"Lead Owner Efficiency": lambda filters=filters: lead_owner_efficiency.execute(filters),
			"Lead Conversion Time": lambda filters=filters: lead_conversion_time.execute(filters),
		}.items():
			_limited(f"ERPNext, {label}: {period}", work, seconds)


def _limited(label: str, work: Callable, seconds: int) -> None:
	figure = Figure(label)
	try:
		with _within(seconds):
			figure.take(work)
	except (TimeoutError, frappe.db.OperationalError):
		print(f"{label:44} more than {seconds} s")
		frappe.db.close()  # it was broken off in the middle of a statement
		frappe.db.connect()
		return
	print(figure)


@contextmanager
def _within(seconds: int):
	def stop(*_args):
		raise TimeoutError

	before = signal.signal(signal.SIGALRM, stop)
	signal.alarm(seconds)
	try:
		yield
	finally:
		signal.alarm(0)
		signal.signal(signal.SIGALRM, before)


if __name__ == "__main__":
	sys.exit(main())
