"""What a rule has done about one document: a row each, so nothing is done twice."""

import frappe
from frappe.model.document import Document


class CustomerFollowup(Document):
	pass


def on_doctype_update():
	frappe.db.add_unique("Customer Follow-up", ["reference_name", "reference_doctype", "rule"])
	# was this customer followed up lately?
	frappe.db.add_index("Customer Follow-up", ["customer", "rule", "status", "due_on"])
