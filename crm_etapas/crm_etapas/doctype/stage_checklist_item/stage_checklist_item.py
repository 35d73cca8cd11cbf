from frappe.model.document import Document


class StageChecklistItem(Document):
	pass
