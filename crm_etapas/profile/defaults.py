"""What a new record gets where nobody said anything."""

import frappe
from frappe.model.document import Document
from frappe.utils import cint

from crm_etapas import master

SETTINGS = "CRM Etapas Settings"


def give(doc: Document) -> None:
	"""Fill the profile of a new lead or customer where it is empty."""
	for fieldname, value in of(doc.doctype).items():
		if not doc.get(fieldname):
			doc.set(fieldname, value)


def of(doctype: str) -> dict:
	"""Return the values that a new record of this DocType starts with, by fieldname."""
	if doctype == "Lead":
		values = {
			"sales_channel": master.default("Sales Channel"),
			"business_segment": master.default("Business Segment"),
			"potential_level": master.default("Potential Level", level_type="Prospect"),
			"validity_days": cint(frappe.get_cached_doc(SETTINGS).default_validity_days),
		}
	elif doctype == "Customer":
		values = {"potential_level": master.default("Potential Level", level_type="Customer")}
	else:
		values = {}
	return {fieldname: value for fieldname, value in values.items() if value}
