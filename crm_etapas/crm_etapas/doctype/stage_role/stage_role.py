from frappe.model.document import Document


class StageRole(Document):
	pass
