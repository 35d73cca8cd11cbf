"""Finding prospects among a million: document numbers, every combination of filters, free text.

Usage: script/benchmark --memory 4G finding [--leads 1000000] [--times 3] [--without-plain]

ERPNext's own list and link search are measured on the same data without the app's indexes, which are dropped for
that and created again. Each figure is the best of some times: the machine has other work.
"""

import argparse
import gc
import os
import random
import sys
import time
from collections.abc import Callable
from itertools import combinations, product
from statistics import median

import frappe
from frappe.desk import reportview
from frappe.desk.search import search_link
from harness import Targets, connect, counted, save
from large import without_indexes
from large_data import make_data
from large_values import GIVEN_UP_CHANNEL

from crm_etapas.api import prospects
from crm_etapas.finding.leads import Leads
from crm_etapas.setup import indexes

FIELDS = (
	"name,creation,modified,owner,title,status,sales_channel,business_segment,potential_level,lead_owner,zone,"
	"sector,prospect_stage,process_status,_comments,_assign,_liked_by,_user_tags"
).split(",")
NEWEST = "`tabLead`.`creation` desc"
LONG_AGO = "2024-05-05"

# what each filter of the row can be: many leads have it, few have it, none has it
CHOICES = {
	"sales_channel": (["in", ["Sitio Web", "Referido"]], ["in", [GIVEN_UP_CHANNEL]], ["in", ["Sin Uso"]]),
	"business_segment": (["in", ["Pymes", "Comercio"]], ["in", ["Gobierno"]], ["in", ["Sin Uso"]]),
	"potential_level": (["in", ["Bajo", "Medio"]], ["in", ["Alto"]], ["in", ["Sin Uso"]]),
	"lead_owner": (["=", "vendedor0@example.com"], ["=", "vendedor59@example.com"], ["=", "Guest"]),
	"zone": (["in", ["Zona 1", "Zona 2", "Zona 3"]], ["in", ["Zona 12"]], ["in", ["Zona sin Uso"]]),
	"sector": (
		["in", ["Zona 1 Sector 1", "Zona 1 Sector 2"]],
		["in", ["Zona 12 Sector 9"]],
		["in", ["Zona 1 Sector 15"]],
	),
	"process_status": (["=", "En Gestión"], ["=", "No Interesado"], ["=", "Ninguno"]),
	"creation": (
		["between", ["2024-01-01", "2025-06-30"]],
		["between", [LONG_AGO, LONG_AGO]],
		["between", ["2001-01-01", "2001-12-31"]],
	),
}
HOW_MANY = ("many", "few", "none")
TRIPLES = 300

TEXTS = {
	"a word of 300,000 leads": "inversiones",
	"a word of 20,000": "hotel",
	"a word of 130": "nenene",
	"no word": "zzzzzz",
	"a name and a surname": "ana garcía",
	"a common word and a rare one": "inversiones nenene",
	"two words that many have, seldom together": "hotel pérez",
	"two words of hundreds of thousands, never together": "inversiones distribuidora",
	"a phone as people write it": "0412-0007919",
	"the beginning of one": "0414 123",
	"an email address": "lead504504@gmail.com",
	"the beginning of one, without @": "lead5045",
	"a domain": "@empresa15611.com",
	"a number with its punctuation": "J-12345233-5",
	"a number squeezed": "J12345",
	"two letters that none begins with": "xq",
	"two letters that many begin with": "la",
	"a word and a zone": ("hotel", [["Lead", "zone", "in", ["Zona 12"]]]),
	"a common word and a rare sector": ("inversiones", [["Lead", "sector", "in", ["Zona 12 Sector 9"]]]),
	"a word and a channel given up": ("farmacia", [["Lead", "sales_channel", "in", [GIVEN_UP_CHANNEL]]]),
}


def main() -> int:
	parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
	parser.add_argument("site")
	parser.add_argument("--leads", type=int, default=1_000_000)
	parser.add_argument("--times", type=int, default=3, help="of each thing the best is told")
	parser.add_argument("--saves", type=int, default=100)
	parser.add_argument("--without-plain", action="store_true", help="do not measure ERPNext's own")
	options = parser.parse_args()

	connect(options.site)
	make_data(options.leads)
	indexes.create()
	frappe.db.sql_ddl("analyze table `tabLead`")
	frappe.local.lang = "es"
	targets = Targets()
	print(f"{frappe.db.count('Lead')} leads, {frappe.db.count('Customer')} customers")
	print(f"Load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")

	print("\nDocument numbers")
	for typed in ("J-1", "J-12345", "V 99", "J-00000000-0", "zzzz"):
		check(targets, typed, options.times, lambda typed=typed: prospects.search_by_document(typed), 10, 2)

	print("\nFilters")
	for size in (0, 1, 2, 3):
		measure_combinations(targets, size, options.times)

	print("\nFree text")
	for label, what in TEXTS.items():
		text, filters = what if isinstance(what, tuple) else (what, [])
		check(targets, f"{label}: {text}", options.times, lambda t=text, f=filters: page(f, t), 150, 4)

	print("\nThe count of the list")
	for filters in (
		[],
		[["Lead", "zone", "in", ["Zona 12"]]],
		[["Lead", "sales_channel", "in", ["Sin Uso"]]],
	):
		milliseconds, _ = best(options.times, lambda filters=filters: Leads(filters).count())
		print(f"  {milliseconds:9.1f} ms  {filters}")

	print("\nSaves of a lead: median")
	saving = measure_saves(options.saves)
	print(f"  {saving:9.2f} ms with the indexes")
	if not options.without_plain:
		with without_indexes():
			print("\nERPNext's own, without the app's indexes")
			for label, own in plain().items():
				milliseconds, _ = best(1, own)
				print(f"  {milliseconds:9.1f} ms  {label}", flush=True)
	frappe.destroy()
	return targets.exit_code()


def page(filters: list, text: str = "") -> list[dict]:
	return Leads(filters, text).page(FIELDS, NEWEST)


def measure_combinations(targets: Targets, size: int, times: int) -> None:
	"""Measure every combination of so many filters, of three at random some, and tell of the slowest."""
	every = [
		dict(zip(fields, which, strict=True))
		for fields in combinations(CHOICES, size)
		for which in product(range(len(HOW_MANY)), repeat=size)
	]
	if len(every) > TRIPLES:
		every = random.Random(15).sample(every, TRIPLES)
	figures = []
	for combination in every:
		filters = [["Lead", field, *CHOICES[field][which]] for field, which in combination.items()]
		milliseconds, queries = best(times, lambda filters=filters: page(filters))
		label = " and ".join(f"{field} of {HOW_MANY[which]}" for field, which in combination.items())
		figures.append((milliseconds, queries, label or "no filter"))
	figures.sort(reverse=True)
	print(
		f"  {size} filters, {len(figures)} combinations: median {median(f[0] for f in figures):.1f} ms, slowest:"
	)
	for milliseconds, queries, label in figures[:5]:
		print(f"    {milliseconds:9.1f} ms {queries} queries  {label}")
	targets.check(f"{size} filters: milliseconds of the slowest", figures[0][0], at_most=60)
	targets.check(f"{size} filters: most queries", max(figure[1] for figure in figures), at_most=4)


def check(
	targets: Targets, label: str, times: int, work: Callable, milliseconds: float, queries: int
) -> None:
	took, asked = best(times, work)
	targets.check(f"{label}: milliseconds", took, at_most=milliseconds)
	targets.check(f"{label}: queries", asked, at_most=queries)


def best(times: int, work: Callable) -> tuple[float, int]:
	"""Return the milliseconds of the quickest time and the most queries, after one time that fills the caches."""
	seconds, asked = [], 0
	work()
	for _time in range(times):
		gc.collect(0)
		with counted() as statements:
			started = time.perf_counter()
			work()
			seconds.append(time.perf_counter() - started)
		asked = max(asked, len(statements))
	return min(seconds) * 1000, asked


def measure_saves(count: int) -> float:
	seconds = []
	for number in random.Random(15).sample(range(100_000), count):
		doc = frappe.get_doc("Lead", f"CRM-LEAD-B-{number * 5 + 1:08}")
		started = time.perf_counter()
		save(doc, job_title=f"{time.time()}")
		seconds.append(time.perf_counter() - started)
	return median(seconds) * 1000


def plain() -> dict[str, Callable]:
	"""What ERPNext's users do today."""

	def of_list(*filters, or_filters=None):
		return lambda: reportview.execute(
			"Lead",
			fields=[f"`tabLead`.`{field}`" for field in FIELDS],
			filters=[["Lead", *filter_] for filter_ in filters],
			or_filters=or_filters,
			order_by="`tabLead`.`modified` desc",
			limit_page_length=20,
		)

	everywhere = [
		["Lead", field, "like", "%zzzzzz%"]
		for field in ("lead_name", "company_name", "email_id", "mobile_no")
	]
	return {
		"link search: nenene": lambda: search_link("Lead", "nenene"),
		"list: leads of an old day": of_list(["creation", "between", [LONG_AGO, LONG_AGO]]),
		"list: a text in the company's name that none has": of_list(["company_name", "like", "%zzzzzz%"]),
		"list: a text in four fields that none has": of_list(or_filters=everywhere),
		"list: a channel given up": of_list(["sales_channel", "=", GIVEN_UP_CHANNEL]),
		"list: a rare zone and segment": of_list(
			["zone", "=", "Zona 12"], ["business_segment", "=", "Gobierno"]
		),
		"save of a lead": lambda: measure_saves(3),
	}


if __name__ == "__main__":
	sys.exit(main())
