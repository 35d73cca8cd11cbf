from frappe.model.document import Document


class SalesRepSegment(Document):
	pass
