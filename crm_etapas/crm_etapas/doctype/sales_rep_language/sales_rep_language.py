from frappe.model.document import Document


class SalesRepLanguage(Document):
	pass
