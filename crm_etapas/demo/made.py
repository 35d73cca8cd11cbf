"""Which records belong to the sample: by their import id, by their user's domain, and by what was noted when made."""

import json

import frappe

SOURCE = "demo"
OWNERS_DOMAIN = "demo.crm-etapas.example"
SETTINGS, NOTED = "CRM Etapas Settings", "sample_records"
IMPORT_IDS = {
	"Opportunity": "opportunity_import_id",
	"Lead": "lead_import_id",
	"Customer": "customer_import_id",
}


def note(doctype: str, name: str) -> None:
	"""Remember that the sample made a record that nothing on it would tell."""
	noted = [*_noted(), [doctype, name]]
	frappe.db.set_single_value(SETTINGS, NOTED, json.dumps(noted, ensure_ascii=False))


def is_noted(doctype: str, name: str | None) -> bool:
	"""Tell whether the sample made this record, of those that are noted."""
	return [doctype, name] in _noted()


def forget(kept: list[tuple[str, str]]) -> None:
	"""Remember no more than what has been kept."""
	left = [entry for entry in _noted() if tuple(entry) in kept]
	frappe.db.set_single_value(SETTINGS, NOTED, json.dumps(left, ensure_ascii=False) if left else None)


def records() -> list[tuple[str, str]]:
	"""Return what the sample has made, in the order in which it can be deleted: first what names the others."""
	found = []
	for doctype, field in IMPORT_IDS.items():
		found += [(doctype, name) for name in frappe.get_all(doctype, _like(field), pluck="name")]
	users = frappe.get_all("User", {"name": ["like", f"%@{OWNERS_DOMAIN}"]}, pluck="name")
	for doctype in ("Sales Rep Profile", "Contact") if users else ():
		names = frappe.get_all(doctype, {"user": ["in", users]}, pluck="name")
		found += [(doctype, name) for name in names]
	found += [("User", name) for name in users]
	return found + [tuple(entry) for entry in reversed(_noted()) if frappe.db.exists(*entry)]


def count() -> int:
	"""Return how many records `clear` would delete."""
	return len(records())


def _like(field: str) -> dict:
	return {field: ["like", f"{SOURCE}:%"]}


def _noted() -> list[list[str]]:
	return json.loads(frappe.db.get_single_value(SETTINGS, NOTED) or "[]")
