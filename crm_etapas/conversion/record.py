"""Lead Conversion: what was made of a prospect, and what it takes to undo that."""

import json
from collections.abc import Callable

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import now_datetime

from crm_etapas.conversion.origin import CLOSED

DOCTYPE = "Lead Conversion"
STANDING, UNDONE = "Standing", "Undone"
# the part of a conversion and the field that names it
FIELDS = {"Customer": "customer", "Contact": "contact", "Opportunity": "opportunity"}
TITLES = {"Customer": "customer_name", "Contact": "full_name", "Opportunity": "title"}


def what_stands(lead: str) -> dict[str, str]:
	"""Return by part what was made of a lead and is still there, the newest of each.

	An opportunity that is closed does not count: the prospect may come round again.
	"""
	return _newest(standing(lead), _counts)


def still_there(conversions: list[dict]) -> dict[str, str]:
	"""Return by part what these conversions made or took and nobody has deleted, the newest of each."""
	return _newest(conversions, frappe.db.exists)


def is_whole(parts: dict[str, str]) -> bool:
	"""Tell whether a customer and an opportunity are among these parts, and the opportunity is worked on."""
	return all(parts.get(part) and _counts(part, parts[part]) for part in ("Customer", "Opportunity"))


def standing(lead: str) -> list[dict]:
	"""Return the conversions of a lead that were not undone, the newest first.

	:raises frappe.QueryDeadlockError: if one was made after this transaction had begun to read, which sees nothing of
		what it made. `deadlock.tried_again` begins anew.
	"""
	found = frappe.db.get_values(
		DOCTYPE,
		{"lead": lead, "status": STANDING},
		["name", "converted_on", "converted_by", *FIELDS.values()],
		as_dict=True,
		order_by="converted_on desc",
		for_update=True,
	)
	if found and not frappe.db.exists(DOCTYPE, found[0].name):
		raise frappe.QueryDeadlockError(_("Somebody else has just converted this prospect. Try again"))
	return found


def title_of(doctype: str, name: str) -> str:
	return frappe.db.get_value(doctype, name, TITLES[doctype]) or name


def insert(lead: Document, parts: dict[str, str], made: list[Document], way_back: dict) -> Document:
	"""Note a conversion.

	:param parts: by part, the record that it is.
	:param made: the documents that were not there before.
	:param way_back: what the undoing needs to know, see `crm_etapas.conversion.undo`.
	"""
	conversion = frappe.get_doc(
		{
			"doctype": DOCTYPE,
			"lead": lead.name,
			"status": STANDING,
			"converted_on": now_datetime(),
			"converted_by": frappe.session.user,
			**{FIELDS[part]: name for part, name in parts.items()},
			"made": [{"reference_doctype": doc.doctype, "reference_name": doc.name} for doc in made],
			"way_back": json.dumps(way_back, default=str),
		}
	)
	# nobody writes it by hand; who may convert was asked before
	return conversion.insert(ignore_permissions=True)


def _newest(conversions: list[dict], counts: Callable[[str, str], object]) -> dict[str, str]:
	found = {}
	for row in conversions:
		for part, fieldname in FIELDS.items():
			if part not in found and row[fieldname] and counts(part, row[fieldname]):
				found[part] = row[fieldname]
	return found


def _counts(part: str, name: str) -> bool:
	fields = ["name", "status"] if part == "Opportunity" else ["name"]
	row = frappe.db.get_value(part, name, fields, as_dict=True)
	return bool(row) and row.get("status") not in CLOSED
