from frappe.model.document import Document


class SalesRepLevel(Document):
	pass
