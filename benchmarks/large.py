"""A million leads: saves, Frappe's bulk edit, the path and the history of a record, beside plain ERPNext.

Usage: script/benchmark --memory 4G large [--leads 1000000] [--times 200] [--bulk 500]

The site is filled once and used again. Plain ERPNext is measured on the same data without the app's indexes,
which are dropped for that and created again, also when the run is broken off.
"""

import argparse
import os
import random
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from datetime import date, timedelta
from io import StringIO

import frappe
from frappe.query_builder.functions import Count
from harness import Figure, Targets, connect, plain_erpnext, save
from large_data import make_data

from crm_etapas.api.stages import get_path, history
from crm_etapas.setup import indexes

WARM_UP = 5
# stages that a lead can always enter, and be in without a status that ERPNext computes
FIRST, SECOND = "Intento de Contacto", "Contacto Establecido"

SALES_STAGE = "Prospecting"
LEAD, OPPORTUNITY, USER = "CRM-LEAD-B-00000504", "CRM-OPP-B-00000504", "vendedor3@example.com"
LONG_AGO = date.today() - timedelta(days=400)
DAY = ["between", [LONG_AGO, LONG_AGO + timedelta(days=1)]]
MONTH = ["between", [LONG_AGO, LONG_AGO + timedelta(days=30)]]

# those of a list or a lookup end with its order and limit, those that begin with "count" do not
QUERIES = {
	"save of a lead: is it a customer": ("Customer", {"lead_name": LEAD}),
	"save of a lead: has it an opportunity": ("Opportunity", {"party_name": LEAD, "status": ["!=", "Lost"]}),
	"save of a lead: is it in a prospect": ("Prospect Lead", {"lead": LEAD}),
	"incoming mail: whose is it": ("Opportunity", {"contact_email": "lead504@example.com"}),
	"call: who is it": ("Lead", {"mobile_no": "+34 600048888"}),
	"form: next contacts": ("Event Participants", {"reference_doctype": "Lead", "reference_docname": LEAD}),
	"Set as Lost: quotations": ("Quotation", {"opportunity": OPPORTUNITY, "docstatus": 1}),
	"Set as Lost: quotations by item": ("Quotation Item", {"prevdoc_docname": OPPORTUNITY}),
	"list: a salesperson's open opportunities": (
		"Opportunity",
		{"opportunity_owner": USER, "status": "Open"},
	),
	"list: opportunities of a status": ("Opportunity", {"status": "Replied"}),
	"list: leads of another company": ("Lead", {"company": "Otra"}),
	"list: leads of another territory": ("Lead", {"territory": "Otro"}),
	"list: a user's open to-dos": ("ToDo", {"allocated_to": USER, "status": "Open"}),
	"list: to-dos that a user assigned": ("ToDo", {"assigned_by": USER}),
	"report: invoices of a contact": ("Sales Invoice", {"contact_email": "lead504@example.com"}),
	"count: a salesperson's opportunities": ("Opportunity", {"opportunity_owner": USER}),
	"count: opportunities of a status": ("Opportunity", {"status": "Lost"}),
	"count: opportunities of a sales stage": ("Opportunity", {"sales_stage": SALES_STAGE}),
	"count: opportunities of a month": ("Opportunity", {"transaction_date": MONTH}),
	"count: closing in a month": ("Opportunity", {"expected_closing": MONTH}),
	"count: opportunities of a day": ("Opportunity", {"creation": DAY}),
	"count: leads of a day": ("Lead", {"creation": DAY}),
	"hourly: leads against their stage": (
		"Lead",
		{"prospect_stage": "No Interesado", "status": ["in", ["Lead", "Open"]]},
	),
}


def main() -> int:
	parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
	parser.add_argument("site")
	parser.add_argument("--leads", type=int, default=1_000_000)
	parser.add_argument("--times", type=int, default=200, help="how often each thing is done")
	parser.add_argument("--bulk", type=int, default=500, help="leads of a bulk edit")
	options = parser.parse_args()

	connect(options.site)
	indexes.create()
	make_data(options.leads)
	leads = some_leads(options.leads, max(options.times + WARM_UP, options.bulk))
	targets = Targets()
	print(f"Leads, opportunities, stays: {', '.join(str(frappe.db.count(d)) for d in COUNTED)}")
	print(f"Load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")

	print("\nReading")
	opportunities = some_opportunities(options.leads, options.times + WARM_UP)
	for doctype, names in (("Lead", leads[: options.times + WARM_UP]), ("Opportunity", opportunities)):
		for method in (get_path, history):
			figure = reads(method, doctype, names)
			print(f"  {figure}")
			targets.check("milliseconds", figure.milliseconds, at_most=10)
			targets.check("queries", max(figure.queries), at_most=4)

	ours = measure_saves("with the app", leads, options, stages=True)
	explained = explain()
	with without_indexes(), plain_erpnext():
		plain = measure_saves("plain ERPNext", leads, options, stages=False)
		explained_plain = explain()

	print("\nSaving")
	for figure in (*plain.values(), *ours.values()):
		print(f"  {figure}")
	for name in ("save", "save with a change of stage"):
		targets.check(
			f"{name}: times as fast", plain["save"].milliseconds / ours[name].milliseconds, at_least=10
		)
	for name in ("bulk edit", "bulk edit of the stage"):
		faster = plain["bulk edit"].milliseconds / ours[name].milliseconds
		targets.check(f"{name} of {options.bulk} leads: times as fast", faster, at_least=20)

	print(f"\n{'Query':44} {'plain':>10} {'indexed':>10}  index")
	for label, (milliseconds, _key) in explained_plain.items():
		print(f"{label:44} {milliseconds:7.2f} ms {explained[label][0]:7.2f} ms  {explained[label][1]}")
	frappe.destroy()
	return targets.exit_code()


COUNTED = ("Lead", "Opportunity", "Stage Log")


def some_leads(total: int, count: int) -> list[str]:
	"""Return open leads from all over the table, always the same ones, as their names in random order."""
	numbers = random.Random(15).sample(range(total // 5), count)
	return [f"CRM-LEAD-B-{number * 5 + 1:08}" for number in numbers]


def some_opportunities(total: int, count: int) -> list[str]:
	numbers = random.Random(15).sample(range(total // 5), count)
	return [f"CRM-OPP-B-{number * 5 + 4:08}" for number in numbers]


def reads(method, doctype: str, names: list[str]) -> Figure:
	figure = Figure(f"{method.__name__} of {doctype}")
	for number, name in enumerate(names):
		figure.take(lambda name=name: method(doctype, name), counts=number >= WARM_UP)
	return figure


def measure_saves(label: str, leads: list[str], options, stages: bool) -> dict[str, Figure]:
	"""Save leads one by one and in bulk, without a change of stage and, if there are stages, with one."""
	figures = {"save": save_each(f"{label}: save", leads, options.times, lambda doc: {})}
	figures["bulk edit"] = bulk_edit(f"{label}: bulk edit", leads[: options.bulk], {"job_title": label})
	if stages:
		name = "save with a change of stage"
		figures[name] = save_each(f"{label}: {name}", leads, options.times, next_stage)
		name = "bulk edit of the stage"
		put_into(FIRST, leads)
		figures[name] = bulk_edit(f"{label}: {name}", leads[: options.bulk], {"prospect_stage": SECOND})
	return figures


def save_each(label: str, leads: list[str], times: int, values_of) -> Figure:
	figure = Figure(label)
	for number, name in enumerate(leads[: times + WARM_UP]):
		doc = frappe.get_doc("Lead", name)
		values = {"job_title": f"{label} {time.time()}"[:140], **values_of(doc)}
		figure.take(lambda doc=doc, values=values: save(doc, **values), counts=number >= WARM_UP)
	return figure


def next_stage(doc) -> dict:
	return {"prospect_stage": SECOND if doc.prospect_stage == FIRST else FIRST}


def put_into(stage: str, leads: list[str]) -> None:
	for name in leads:
		doc = frappe.get_doc("Lead", name)
		if doc.prospect_stage != stage:
			save(doc, prospect_stage=stage)


def bulk_edit(label: str, leads: list[str], values: dict) -> Figure:
	"""What Frappe's job does when a user chooses Edit in the list."""
	from frappe.desk.doctype.bulk_update.bulk_update import _bulk_action

	figure = Figure(label)

	def edit():
		failed = _bulk_action("Lead", leads, "update", {**values})
		assert not failed, f"{len(failed)} leads could not be edited"

	figure.take(edit)
	return figure


@contextmanager
def without_indexes() -> Iterator[None]:
	with redirect_stdout(StringIO()):  # Frappe says of each that it is gone
		indexes.drop()
	try:
		yield
	finally:
		started = time.perf_counter()
		indexes.create()
		print(f"\nCreating {len(indexes.ours())} indexes: {time.perf_counter() - started:.0f} s")


def explain() -> dict[str, tuple[float, str]]:
	"""Return what each of the main queries takes at best of five, and the index that MariaDB chooses."""
	return {label: _explain(label, *query) for label, query in QUERIES.items()}


def _explain(label: str, doctype: str, filters: dict) -> tuple[float, str]:
	if label.startswith("count"):
		query = frappe.qb.get_query(doctype, fields=[Count("*")], filters=filters)
	else:
		query = frappe.qb.get_query(
			doctype, fields=["name"], filters=filters, order_by="modified desc", limit=20
		)
	seconds = []
	for _time in range(5):
		started = time.perf_counter()
		query.run()
		seconds.append(time.perf_counter() - started)
	# the query builder has no EXPLAIN
	(plan,) = frappe.db.sql(f"explain {query.get_sql()}", as_dict=True)
	return min(seconds) * 1000, f"{plan.type} {plan.key or ''}"


if __name__ == "__main__":
	sys.exit(main())
