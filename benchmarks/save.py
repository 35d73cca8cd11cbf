"""What the stages cost a save on a small site, beside plain ERPNext.

Usage: script/benchmark save [--times 200]

Plain saves and saves with the app take turns, so that what else the machine does touches both.
"""

import argparse
import sys
from contextlib import nullcontext

import frappe
from harness import Figure, Targets, connect, plain_erpnext, save

STAGES = {
	"Lead": ("prospect_stage", ("Intento de Contacto", "Contacto Establecido")),
	"Opportunity": ("opportunity_stage", ("Cotización Solicitada", "Análisis")),
}
TARGETS = {"without a change of stage": (1.05, 0), "with a change of stage": (1.35, 5)}


def main() -> int:
	parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
	parser.add_argument("site")
	parser.add_argument("--times", type=int, default=200)
	options = parser.parse_args()

	connect(options.site)
	targets = Targets()
	for doctype, name in make_documents().items():
		for change, (slower, more_queries) in TARGETS.items():
			plain, ours = compare(doctype, name, change, options.times)
			print(f"\n{doctype}, {change}\n  {plain}\n  {ours}")
			targets.check("times as long", ours.milliseconds / plain.milliseconds, at_most=slower)
			targets.check("more queries", ours.median_queries - plain.median_queries, at_most=more_queries)
	frappe.destroy()
	return targets.exit_code()


def make_documents() -> dict[str, str]:
	"""Make a lead and an opportunity of it; return their names by DocType."""
	number = frappe.generate_hash(length=8)
	lead = frappe.get_doc(
		{
			"doctype": "Lead",
			"first_name": "Ana",
			"last_name": number,
			"company_name": f"Empresa {number}",
			"email_id": f"{number}@example.com",
			"mobile_no": "+34 600000000",
		}
	).insert()
	opportunity = frappe.get_doc(
		{"doctype": "Opportunity", "opportunity_from": "Lead", "party_name": lead.name}
	).insert()
	# not the lead that has an opportunity: it stands in a closing stage
	other = (
		frappe.copy_doc(lead).update({"email_id": f"other{number}@example.com", "status": "Lead"}).insert()
	)
	frappe.db.commit()  # a script
	return {"Lead": other.name, "Opportunity": opportunity.name}


def compare(doctype: str, name: str, change: str, times: int) -> tuple[Figure, Figure]:
	"""Save a record again and again, in plain ERPNext and with the app in turn."""
	plain, ours = Figure("plain ERPNext"), Figure("with the app")
	stage_field, stages = STAGES[doctype]
	for number in range(-5, times):  # the first ones fill the caches
		for figure in (plain, ours) if number % 2 else (ours, plain):
			doc = frappe.get_doc(doctype, name)
			values = {"job_title": f"{figure.label} {number}"}
			if figure is ours and change == "with a change of stage":
				values[stage_field] = stages[doc.get(stage_field) == stages[0]]
			with plain_erpnext() if figure is plain else nullcontext():
				figure.take(lambda doc=doc, values=values: save(doc, **values), counts=number >= 0)
	return plain, ours


if __name__ == "__main__":
	sys.exit(main())
