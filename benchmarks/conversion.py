"""What a conversion costs, beside ERPNext's three Make steps done one after the other through its API.

Usage: script/benchmark conversion [--times 60]

Leads are converted both ways in turn, with the app on either side, and once more by hand in plain ERPNext. Each lead
has a mail, an event and a file; only the conversion takes them along.
"""

import argparse
import sys
from contextlib import nullcontext

import frappe
from erpnext.crm.doctype.lead.lead import make_customer, make_opportunity
from harness import Figure, Targets, connect, plain_erpnext

from crm_etapas.api import conversion

SLOWER = 1.3


def main() -> int:
	parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
	parser.add_argument("site")
	parser.add_argument("--times", type=int, default=60)
	options = parser.parse_args()

	connect(options.site)
	# the contact is one of the steps
	frappe.db.set_single_value("CRM Settings", "auto_creation_of_contact", 0)
	ways = {
		"by hand": (Figure("three steps by hand"), by_hand, nullcontext),
		"plain": (Figure("three steps by hand, plain ERPNext"), by_hand, plain_erpnext),
		"conversion": (Figure("conversion"), convert, nullcontext),
	}
	for number in range(-3, options.times):  # the first ones fill the caches
		for figure, work, circumstances in ways.values():
			lead = make_lead()
			with circumstances():
				figure.take(lambda work=work, lead=lead: work(lead), counts=number >= 0)
	figures = {name: figure for name, (figure, _work, _circumstances) in ways.items()}
	for figure in figures.values():
		print(f"  {figure}")
	targets, ours = Targets(), figures["conversion"].milliseconds
	targets.check("times as long as by hand", ours / figures["by hand"].milliseconds, at_most=SLOWER)
	print(f"         beside plain ERPNext by hand: {ours / figures['plain'].milliseconds:.3f}")
	frappe.destroy()
	return targets.exit_code()


def make_lead() -> str:
	number = frappe.generate_hash(length=8)
	lead = frappe.get_doc(
		{
			"doctype": "Lead",
			"first_name": "Ana",
			"last_name": number,
			"company_name": f"Empresa {number}",
			"email_id": f"{number}@example.com",
			"mobile_no": "+34600000000",
			"estimated_value": 1000,
		}
	).insert()
	mail = {"doctype": "Communication", "communication_medium": "Email", "subject": "Hola", "content": "Hola"}
	frappe.get_doc({**mail, "reference_doctype": "Lead", "reference_name": lead.name}).insert()
	file = {"doctype": "File", "file_name": f"{number}.txt", "content": number, "is_private": 1}
	frappe.get_doc({**file, "attached_to_doctype": "Lead", "attached_to_name": lead.name}).insert()
	event = {"doctype": "Event", "subject": "Visita", "starts_on": "2999-01-01", "event_type": "Public"}
	part = {"reference_doctype": "Lead", "reference_docname": lead.name}
	frappe.get_doc({**event, "event_participants": [part]}).insert()
	frappe.db.commit()  # a script
	return lead.name


def by_hand(name: str) -> None:
	"""What three requests do; each ends with its commit."""
	lead = frappe.get_doc("Lead", name)
	contact = lead.create_contact()
	contact.append("links", {"link_doctype": "Lead", "link_name": name})
	contact.save()
	frappe.db.commit()  # a script
	make_opportunity(name).insert()
	frappe.db.commit()  # a script
	make_customer(name).insert()
	frappe.db.commit()  # a script


def convert(name: str) -> None:
	conversion.convert(name)
	frappe.db.commit()  # a script


if __name__ == "__main__":
	sys.exit(main())
