"""What learning a scorecard costs, and scoring every open prospect with it.

Usage: script/benchmark scorecard [--leads 100000]

Half of the leads are closed, won more or less often by channel. Nothing stays: all of it is rolled back.
"""

import argparse
import random
import resource
import sys
import time
from collections.abc import Callable

import frappe
from frappe.utils import add_days, now_datetime
from harness import Targets, connect, counted

from crm_etapas.pipeline import bulk_insert
from crm_etapas.qualification.scorecard import cases, features, job, learning, scoring

A_BATCH = 10_000


def main() -> int:
	parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
	parser.add_argument("site")
	parser.add_argument("--leads", type=int, default=100_000)
	options = parser.parse_args()

	connect(options.site)
	frappe.db.commit = lambda *args, **kwargs: None  # nothing stays
	make_leads(options.leads)
	doc = frappe.get_doc({"doctype": "Scorecard"}).insert()
	looked_at = features.of(doc)
	targets, before = Targets(), memory()

	closed = measured("reading closed prospects", lambda: cases.read(cases.DEAL, None, looked_at))
	lesson = measured(
		f"learning from {len(closed)}", lambda: learning.learn(closed, len(looked_at), 200, doc.smoothing)
	)
	print(f"  AUC {lesson.holdout.auc:.3f}, Brier score {lesson.holdout.brier:.3f}")
	job._write(doc, lesson)
	doc.db_set("is_active", 1)
	scoring.clear_cache()

	started = time.perf_counter()
	scored = measured("scoring the open ones for the first time", scoring.score_all)
	measured("the same by night, where nothing has changed", scoring.score_all)
	targets.check("seconds for both", time.perf_counter() - started, at_most=60 * options.leads / 100_000)
	targets.check("leads scored", scored, at_least=options.leads // 2)
	targets.check("more memory at most, MB", memory() - before, at_most=50)
	frappe.db.rollback()
	frappe.clear_cache()
	frappe.destroy()
	return targets.exit_code()


def measured(label: str, work: Callable):
	started = time.perf_counter()
	with counted() as statements:
		outcome = work()
	print(f"{label:48} {time.perf_counter() - started:6.1f} s {len(statements):>6} queries", flush=True)
	return outcome


def memory() -> int:
	return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def make_leads(count: int) -> None:
	"""Write leads and the first stay of each as they are: what makes them is measured elsewhere."""
	source = random.Random(31)
	lists = {
		"sales_channel": frappe.get_all("Sales Channel", pluck="name"),
		"business_segment": frappe.get_all("Business Segment", pluck="name"),
		"potential_level": frappe.get_all("Potential Level", {"level_type": "Prospect"}, pluck="name"),
		"territory": frappe.get_all("Territory", pluck="name"),
	}
	for start in range(0, count, A_BATCH):
		leads = [a_lead(number, source, lists) for number in range(start, min(start + A_BATCH, count))]
		stays = [a_stay(lead) for lead in leads]
		bulk_insert.insert("Lead", tuple(leads[0]), leads)
		bulk_insert.insert("Stage Log", tuple(stays[0]), stays)


def a_lead(number: int, source: random.Random, lists: dict[str, list[str]]) -> dict:
	chosen = {fieldname: source.choice(names) for fieldname, names in lists.items()}
	chance = 0.1 + 0.06 * lists["sales_channel"].index(chosen["sales_channel"])
	closed = bool(number % 2)
	won = closed and source.random() < chance
	stage = "Convertido a Oportunidad" if won else "No Interesado"
	now = now_datetime()
	return {
		"name": f"PUNTOS-{number:07}",
		"creation": now,
		"modified": now,
		"first_name": "Prueba",
		"prospect_stage": stage if closed else "Contacto Establecido",
		"prospect_stage_entered_on": add_days(now, -source.randrange(700)),
		"party_condition": "Customer" if won else "Prospect",
		**chosen,
	}


def a_stay(lead: dict) -> dict:
	return {
		"name": lead["name"],
		"creation": lead["creation"],
		"modified": lead["modified"],
		"reference_doctype": "Lead",
		"reference_name": lead["name"],
		"pipeline": "prospect",
		"sequence": 1,
		"cycle": 1,
		"stage_doctype": "Prospect Stage",
		"stage": "Nuevo",
		"entered_on": lead["prospect_stage_entered_on"],
		"channel": lead["sales_channel"],
		"segment": lead["business_segment"],
		"territory": lead["territory"],
		"seconds": 0,
		"working_seconds": 0,
		"amount": 0,
	}


if __name__ == "__main__":
	sys.exit(main())
