from frappe.model.document import Document


class SalesRepChannel(Document):
	pass
