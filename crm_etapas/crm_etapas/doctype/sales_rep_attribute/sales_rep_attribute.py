from frappe.model.document import Document


class SalesRepAttribute(Document):
	pass
