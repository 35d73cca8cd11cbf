"""What is known of a prospect goes along to whatever is made of it.

Frappe's mapper copies equal fieldnames when somebody uses a Create button. This is for every other way:
the API, an order that makes its customer, an opportunity entered by hand, a prospect made in code.
"""

import frappe
from frappe.model.document import Document

from crm_etapas.profile import ATTRIBUTES, DOCTYPES, FIELDS


def carry(doc: Document) -> None:
	"""Fill what a new record does not say from the record that it is made of."""
	origin = origin_of(doc)
	if not origin or origin[0] not in DOCTYPES:
		return
	doctype, name = origin
	values = frappe.db.get_value(doctype, name, FIELDS, as_dict=True)
	if not values:
		return
	for fieldname, value in values.items():
		if fieldname == "notifications_enabled":
			doc.notifications_enabled = int(bool(doc.notifications_enabled) and bool(value))
		elif value and not doc.get(fieldname):
			doc.set(fieldname, value)
	if not doc.get(ATTRIBUTES):
		_carry_attributes(doc, doctype, name)


def origin_of(doc: Document) -> tuple[str, str] | None:
	"""Return DocType and name of the record that this one is made of."""
	candidates = {
		"Opportunity": [(doc.get("opportunity_from"), doc.get("party_name"))],
		"Customer": [
			("Lead", doc.get("lead_name")),
			("Opportunity", doc.get("opportunity_name")),
			("Prospect", doc.get("prospect_name")),
		],
		"Prospect": [("Lead", row.lead) for row in (doc.get("leads") or [])[:1]],
	}.get(doc.doctype, [])
	return next(((doctype, name) for doctype, name in candidates if doctype and name), None)


def _carry_attributes(doc: Document, doctype: str, name: str) -> None:
	rows = frappe.get_all(
		"Customer Attribute Value",
		filters={"parenttype": doctype, "parent": name, "parentfield": ATTRIBUTES},
		fields=["attribute", "value"],
		order_by="idx asc",
	)
	for row in rows:
		doc.append(ATTRIBUTES, row)
