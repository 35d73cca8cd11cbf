"""What a conversion made of a prospect, and the way back. Only `crm_etapas.conversion.record` writes it."""

import frappe
from frappe.model.document import Document


class LeadConversion(Document):
	pass


def on_doctype_update():
	frappe.db.add_index("Lead Conversion", ["lead", "status", "converted_on"], "lead_status_converted_on")
	frappe.db.add_index("Lead Conversion", ["customer", "status"], "customer_status")
