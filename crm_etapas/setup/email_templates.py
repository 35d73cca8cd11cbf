"""The words in which users are told of their contacts, in Spanish and English: the admin's once they are created."""

import json
from pathlib import Path

import frappe

FILE = Path(__file__).parent.parent / "fixtures" / "email_templates" / "templates.json"
DOCTYPE = "Email Template"


def create() -> None:
	"""Insert the templates that do not exist."""
	for template in _shipped():
		if not frappe.db.exists(DOCTYPE, template["name"]):
			frappe.get_doc({"doctype": DOCTYPE, **template}).insert()


def delete() -> None:
	"""Delete the templates that nobody has changed."""
	for template in _shipped():
		if frappe.db.exists(DOCTYPE, template["name"]):
			doc = frappe.get_doc(DOCTYPE, template["name"])
			if doc.modified == doc.creation:
				doc.delete()


def _shipped() -> list[dict]:
	return json.loads(FILE.read_text(encoding="utf-8"))
