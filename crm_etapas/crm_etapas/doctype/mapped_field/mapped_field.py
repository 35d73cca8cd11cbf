from frappe.model.document import Document


class MappedField(Document):
	pass
