"""How long the nightly evaluation of all prospects takes, and what it costs a save.

Usage, from the sites folder of the bench, on a site with ERPNext, a company and the app, without prospects:
    ../env/bin/python ../apps/crm_etapas/benchmarks/qualification.py SITE [PROSPECTS]

PROSPECTS (100,000) are written into the tables, and a third of them get two mails or calls each. Twenty criteria
look at fields, a tree, attributes, answers, behaviour that fades, and an expression. Then all prospects are evaluated
three times: the first time, when most of them change level; after a criterion has changed, when a part
of them do; and a night on which nothing happened but that points have faded. It commits, so use a site that you can
throw away.
"""

import resource
import sys
import time
from pathlib import Path

import frappe
from harness import Figure, Targets, connect, plain_erpnext, save

from crm_etapas.pipeline import bulk_insert
from crm_etapas.qualification import levels, recalculation
from crm_etapas.setup import backfill

CRITERIA = (
	("Perfilación", {"fieldname": "company_name"}),
	("Perfilación", {"fieldname": "job_title", "operator": "contains", "value": "compras"}),
	("Perfilación", {"fieldname": "country", "operator": "is", "value": "{country}"}),
	("Perfilación", {"fieldname": "territory", "operator": "is within", "value": "{territory}"}),
	("Perfilación", {"fieldname": "sales_channel", "operator": "is one of", "value": "{channel}"}),
	("Perfilación", {"fieldname": "annual_revenue", "operator": "greater than", "value": "1000"}),
	("Perfilación", {"source": "Customer", "fieldname": "industry"}),
	(
		"Perfilación",
		{"looks_at": "Attribute", "attribute": "Empleados", "operator": "greater than", "value": "10"},
	),
	("MQL", {"looks_at": "Behaviour", "behaviour": "Mail Received", "half_life_days": 30}),
	("MQL", {"looks_at": "Behaviour", "behaviour": "Mail Opened", "within_days": 90}),
	("MQL", {"looks_at": "Behaviour", "behaviour": "Interaction", "medium": "Phone", "half_life_days": 20}),
	("MQL", {"looks_at": "Behaviour", "behaviour": "Web Page View", "minimum_count": 3}),
	("MQL", {"looks_at": "Behaviour", "behaviour": "Form Submission"}),
	("MQL", {"looks_at": "Answer", "question": "{question}"}),
	("MQL", {"looks_at": "Expression", "expression": "doc.city == 'Caracas' and not doc.unsubscribed"}),
	("SQL", {"weight": "Must", "fieldname": "purchase_time_frame"}),
	("SQL", {"weight": "Must", "fieldname": "budget_access"}),
	("SQL", {"weight": "Must", "fieldname": "decision_maker"}),
	("SQL", {"weight": "Must", "fieldname": "estimated_value"}),
	(
		"SQL",
		{"weight": "Must", "fieldname": "expected_closing", "operator": "greater than", "value": "today"},
	),
)
SECONDS = 60


def main(site: str, prospects: int = 100_000) -> int:
	connect(site)
	if frappe.db.exists("Lead", {"email_id": ("like", "persona.%@example.com")}):
		sys.exit(f"{site} has the prospects of an earlier run. Use a fresh site")
	try:
		enter(prospects)
		make_criteria()
		targets = Targets()
		evaluate("the first time", targets)
		evaluate("a criterion has changed", targets, change=True)
		seconds = evaluate("a night", targets)
		targets.check(f"seconds of a night with {prospects} prospects", seconds, at_most=SECONDS)
		saves(targets)
	finally:
		frappe.destroy()
	return targets.exit_code()


def enter(prospects: int) -> None:
	for name in frappe.get_all("Qualification Criterion", pluck="name"):
		frappe.delete_doc("Qualification Criterion", name)
	levels.clear_cache()
	now, rows = frappe.utils.now_datetime(), []
	common = dict(frappe.new_doc("Lead", as_dict=True)) | {
		"owner": "Administrator",
		"modified_by": "Administrator",
		"creation": now,
		"modified": now,
		"status": "Lead",
		"company": frappe.get_all("Company", pluck="name")[0],
		"job_title": "Jefa de Compras",
		"annual_revenue": 5000,
	}
	channels = frappe.get_all("Sales Channel", pluck="name")
	countries = frappe.get_all("Country", pluck="name", limit=2)
	columns = set(frappe.get_meta("Lead").get_valid_columns())
	common = {key: value for key, value in common.items() if key in columns}
	names = [f"CRM-LEAD-BENCH-{number:07d}" for number in range(prospects)]
	for number, name in enumerate(names):
		own = {
			"name": name,
			"lead_name": f"Persona {number}",
			"email_id": f"persona.{number}@example.com",
			"company_name": f"Comercial {number}" if number % 3 else None,
			"city": "Caracas" if number % 2 else "Valencia",
			"country": countries[number % 5 == 0],
			"sales_channel": channels[number % len(channels)],
			"expected_closing": "2030-01-31" if number % 4 == 0 else None,
			"estimated_value": number % 7,
		}
		rows.append({**common, **own})
	bulk_insert.insert("Lead", list(rows[0]), rows)
	backfill.give_stages()
	frappe.db.commit()  # a script
	print(f"{len(names)} prospects", flush=True)
	rows = []
	for number, name in enumerate(names[::3]):
		for received, medium in ((True, "Email"), (number % 2, "Phone")):
			moment = frappe.utils.add_days(now, -(number % 120))
			rows.append(
				{
					"name": frappe.generate_hash(length=12),
					"creation": now,
					"modified": now,
					"communication_type": "Communication",
					"communication_medium": medium,
					"sent_or_received": "Received" if received else "Sent",
					"communication_date": moment,
					"reference_doctype": "Lead",
					"reference_name": name,
				}
			)
	bulk_insert.insert("Communication", list(rows[0]), rows)
	frappe.db.commit()  # a script
	print(f"{len(rows)} mails and calls", flush=True)


def make_criteria() -> None:
	frappe.get_doc(
		{"doctype": "Customer Attribute", "attribute_name": "Empleados", "data_type": "Number"}
	).insert()
	known = {
		"country": frappe.db.get_value("Lead", {"country": ("is", "set")}, "country"),
		"territory": frappe.get_all("Territory", pluck="name", order_by="lft asc", limit=1)[0],
		"channel": "\n".join(frappe.get_all("Sales Channel", pluck="name")[:3]),
		"question": levels.get("SAL").questions[0].question,
	}
	for number, (level, values) in enumerate(CRITERIA, 1):
		values = {key: v.format(**known) if isinstance(v, str) else v for key, v in values.items()}
		frappe.get_doc(
			{
				"doctype": "Qualification Criterion",
				"title": f"Criterio {number}",
				"level": level,
				"weight": "Points",
				"points": 10,
				"looks_at": "Field",
				"operator": "is set",
				**values,
			}
		).insert()
	frappe.db.commit()  # a script
	levels.clear_cache()


def evaluate(label: str, targets: Targets, change: bool = False) -> float:
	if change:
		frappe.db.set_value("Qualification Level", "MQL", "minimum_points", 10)
		frappe.db.commit()  # a script
		levels.clear_cache()
	before, most = memory(), []
	started = time.perf_counter()
	counts = recalculation.everywhere(lambda _done, _total: most.append(memory()))
	seconds = time.perf_counter() - started
	grown = max(most) - before
	print(
		f"{label:28}{counts['evaluated']:8} evaluated {counts['rose']:7} rose {counts['fell']:6} fell"
		f"{seconds:8.1f} s, memory +{grown:.0f} MB",
		flush=True,
	)
	targets.check(f"MB that memory grows, {label}", grown, at_most=100)
	return seconds


def saves(targets: Targets) -> None:
	"""A save that touches nothing that a criterion looks at, one that does, and plain ERPNext."""
	doc = frappe.get_doc("Lead", frappe.get_all("Lead", pluck="name", limit=1)[0])
	plain, untouched, touched = Figure("plain ERPNext"), Figure("nothing touched"), Figure("evaluated")
	for number in range(43):
		counts = number >= 3
		with plain_erpnext():
			plain.take(lambda number=number: save(doc, fax=str(number)), counts)
		untouched.take(lambda number=number: save(doc, fax=f"x{number}"), counts)
		touched.take(lambda number=number: save(doc, annual_revenue=number + 2000), counts)
	for figure in (plain, untouched, touched):
		print(figure)
	extra = untouched.median_queries - plain.median_queries
	targets.check("queries more where nothing is touched", extra, at_most=0)


def memory() -> float:
	"""Return how many MB the process holds now."""
	pages = int(Path("/proc/self/statm").read_text().split()[1])
	return pages * resource.getpagesize() / 2**20


if __name__ == "__main__":
	sys.exit(main(sys.argv[1], *map(int, sys.argv[2:])))
