"""What looking for duplicates costs among a million leads: the look itself, and a save with it and without.

Usage: script/benchmark --memory 4G duplicates [--leads 1000000] [--times 200]

The site is filled once and used again. Nothing that is saved stays: each save is rolled back.
"""

import argparse
import random
import sys
from contextlib import nullcontext
from itertools import pairwise

import frappe
from harness import Figure, Targets, connect, without_handlers
from large_data import make_data

from crm_etapas.identity import duplicates
from crm_etapas.setup import indexes

WARM_UP = 5
SALESPERSON = "vendedor3@example.com"
WARN = "crm_etapas.identity.duplicates.warn"
# of each clue, what leads of the site have; a new lead that has all of them is looked up most
CLUES = ("email_id", "mobile_no", "phone", "whatsapp_no", "company_name", "identification_number")
FIELDS = ("identification_type", "identification_key", "company_key", *CLUES)
NOBODY = {
	"email_id": "nadie@ninguna.example",
	"mobile_no": "+34600000001",
	"phone": "+34900000001",
	"whatsapp_no": "+34600000002",
	"company_name": "Empresa que no existe, S.L.",
	"identification_number": "J-00000000-0",
}


def main() -> int:
	parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
	parser.add_argument("site")
	parser.add_argument("--leads", type=int, default=1_000_000)
	parser.add_argument("--times", type=int, default=200)
	options = parser.parse_args()

	connect(options.site)
	indexes.create()
	make_data(options.leads)
	targets = Targets()
	leads = some_leads(options.leads, options.times + WARM_UP)
	everybody = frappe.session.user

	print(f"Looking among {frappe.db.count('Lead')} leads and {frappe.db.count('Customer')} customers")
	for who in (everybody, restricted_user()):
		frappe.set_user(who)
		whose = "all records" if who == everybody else "the records of one territory"
		check(targets, looks(f"a lead that is there, {whose}", leads))
		check(targets, looks(f"nobody, {whose}", [NOBODY] * len(leads)))
		check(targets, looks(f"a switchboard's phone, {whose}", [shared_phone()] * len(leads)))
	frappe.set_user(everybody)

	print("\nSaving a lead whose every clue has changed")
	without, with_it = saves(leads)
	print(f"  {without}\n  {with_it}")
	targets.check("more queries", with_it.median_queries - without.median_queries, at_most=2)
	targets.check("more milliseconds", with_it.milliseconds - without.milliseconds, at_most=5)

	print("\nEXPLAIN")
	scanned = [
		row
		for row in explain(next(lead for lead in leads if lead.identification_key))
		if row.type in ("ALL", "index")
	]
	targets.check("tables read as a whole", len(scanned), at_most=0)
	frappe.db.rollback()
	frappe.destroy()
	return targets.exit_code()


def some_leads(total: int, count: int) -> list[dict]:
	"""Return what identifies leads from all over the table, always the same ones."""
	numbers = random.Random(15).sample(range(1, total + 1), count)
	names = [f"CRM-LEAD-B-{number:08}" for number in numbers]
	return frappe.get_all("Lead", {"name": ["in", names]}, ["name", *FIELDS])


def shared_phone() -> dict:
	"""Give a thousand customers one phone, until the end of the run, and return it."""
	phone = "+582120000000"
	if not frappe.db.exists("Customer", {"mobile_no": phone}):
		names = frappe.get_all("Customer", pluck="name", limit=1000)
		frappe.db.set_value("Customer", {"name": ["in", names]}, "mobile_no", phone, update_modified=False)
	return {"mobile_no": phone}


def restricted_user() -> str:
	"""Return a salesperson who sees one territory, until the end of the run."""
	territory = frappe.get_all("Territory", {"is_group": 0}, pluck="name")[0]
	permission = {"user": SALESPERSON, "allow": "Territory", "for_value": territory}
	frappe.get_doc({"doctype": "User Permission", **permission}).insert()
	return SALESPERSON


def looks(label: str, many: list[dict]) -> Figure:
	figure = Figure(label)
	for number, values in enumerate(many):
		figure.take(
			lambda values=values: duplicates.find("Lead", values, exclude="new-lead"),
			counts=number >= WARM_UP,
		)
	return figure


def check(targets: Targets, figure: Figure) -> None:
	print(f"  {figure}")
	targets.check("milliseconds", figure.milliseconds, at_most=5)
	targets.check("queries", max(figure.queries), at_most=2)


def saves(leads: list[dict]) -> tuple[Figure, Figure]:
	"""Give leads the clues of others and save them, without the warning and with it in turn."""
	without, with_it = Figure("without the warning"), Figure("with the warning")
	for number, (lead, other) in enumerate(pairwise(leads)):
		for figure in (without, with_it) if number % 2 else (with_it, without):
			doc = frappe.get_doc("Lead", lead.name)
			doc.update(
				{clue: other[clue] for clue in CLUES if clue in ("phone", "whatsapp_no", "company_name")}
			)
			doc.update({"email_id": f"x{other.email_id}", "mobile_no": other.mobile_no})
			with without_handlers(WARN) if figure is without else nullcontext():
				figure.take(doc.save, counts=number >= WARM_UP)
			frappe.db.rollback()
			frappe.clear_messages()
	return without, with_it


def explain(values: dict) -> list[frappe._dict]:
	"""Print how MariaDB looks a lead up, and return what it says of the tables of leads and customers."""
	rows = []
	for compared in duplicates.COMPARED.values():
		columns = tuple((clue, column) for clue, found in compared.columns.items() for column in found)
		statement = duplicates.statement_for(compared.doctype, columns, ("name",), "")
		sought = {"name": values.name, **clues_of(values)}
		plan = frappe.db.sql(f"explain {statement}", sought, as_dict=True)  # the query builder has no EXPLAIN
		rows += [row for row in plan if row.table == f"tab{compared.doctype}"]
	for row in rows:
		print(f"  {row.table:12} {row.type:8} {row.key:50} {row.rows}")
	return rows


def clues_of(values: dict) -> dict[str, list[str]]:
	return {
		"identification": [values.identification_key],
		"email": [values.email_id],
		"phone": [values.mobile_no],
		"company": [values.company_key],
	}


if __name__ == "__main__":
	sys.exit(main())
