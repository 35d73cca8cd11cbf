"""The records that a site starts with. Written once, at installation; the admin's from then on."""

import json
from pathlib import Path

import frappe

FOLDER = Path(__file__).parent.parent / "fixtures" / "defaults"


def create() -> None:
	"""Insert the starting records that do not exist yet."""
	for path in sorted(FOLDER.glob("*.json")):
		for record in json.loads(path.read_text(encoding="utf-8")):
			doc = frappe.get_doc(record)
			doc.set_new_name()
			if not frappe.db.exists(doc.doctype, doc.name):
				doc.insert()
