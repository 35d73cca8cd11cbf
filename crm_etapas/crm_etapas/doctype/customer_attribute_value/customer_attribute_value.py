"""One value of an attribute, on a lead, prospect, opportunity or customer."""

from frappe.model.document import Document


class CustomerAttributeValue(Document):
	pass
