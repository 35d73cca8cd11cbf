"""What moving many leads costs, beside Frappe's own bulk edit of one field of the same leads.

Usage: script/benchmark bulk_move [--leads 2000]

Round by round of 50 leads, both in this process and in turn: Frappe's bulk edit of the city, in plain ERPNext,
and a bulk move to another stage. A round's time is that of a lead in it.
"""

import argparse
import sys
from functools import partial
from statistics import median

import frappe
from harness import Figure, Targets, connect, plain_erpnext

ROUND = 50
STAGE = "Contactar en un Futuro"


def main(site: str, leads: int) -> int:
	connect(site)
	names = make_leads(leads)
	rounds = [names[start : start + ROUND] for start in range(0, len(names), ROUND)]
	edit, move = Figure("Frappe's bulk edit of a field, a round"), Figure("Bulk move, a round")
	frappes_bulk_edit(rounds[0], "Calentamiento")  # fills the caches
	bulk_move(rounds[0], "Contacto Establecido")
	for number, batch in enumerate(rounds):
		pair = (
			(edit, partial(frappes_bulk_edit, batch, f"Ciudad {number}")),
			(move, partial(bulk_move, batch, STAGE)),
		)
		for figure, work in pair if number % 2 else reversed(pair):
			figure.take(work)
	print(edit)
	print(move)
	report = Targets()
	ratio = median(ours / theirs for ours, theirs in zip(move.seconds, edit.seconds, strict=True))
	beyond = median(ours - theirs for ours, theirs in zip(move.queries, edit.queries, strict=True)) / ROUND
	print(f"  a lead: {move.milliseconds / ROUND:.1f} ms beside {edit.milliseconds / ROUND:.1f} ms")
	report.check("time of a bulk move to Frappe's bulk edit, a lead", ratio, at_most=1)
	report.check("queries beyond Frappe's bulk edit, a lead", beyond, at_most=8)
	frappe.destroy()
	return report.exit_code()


def make_leads(count: int) -> list[str]:
	"""Make new leads for this run, so that each of them really moves."""
	names = []
	for number in range(-(-count // ROUND) * ROUND):
		lead = {"doctype": "Lead", "first_name": "Ana", "last_name": f"Prueba {number}"}
		names.append(frappe.get_doc(lead).insert().name)
	frappe.db.commit()  # a script
	return names


def frappes_bulk_edit(names: list[str], city: str) -> None:
	from frappe.desk.doctype.bulk_update.bulk_update import _bulk_action

	with plain_erpnext():
		failed = _bulk_action("Lead", names, "update", {"city": city})
	assert not failed, failed


def bulk_move(names: list[str], stage: str) -> None:
	from crm_etapas.api.stages import bulk_move, bulk_move_results
	from crm_etapas.pipeline import bulk_job

	bulk_job.AT_ONCE = ROUND  # in this process, as the bulk edit beside it
	results = bulk_move_results(bulk_move("Lead", stage, names))
	assert results["moved"] == len(names), results


if __name__ == "__main__":
	parser = argparse.ArgumentParser()
	parser.add_argument("site")
	parser.add_argument("--leads", type=int, default=2000)
	arguments = parser.parse_args()
	sys.exit(main(arguments.site, arguments.leads))
