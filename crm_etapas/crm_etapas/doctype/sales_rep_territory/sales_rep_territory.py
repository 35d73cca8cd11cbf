from frappe.model.document import Document


class SalesRepTerritory(Document):
	pass
