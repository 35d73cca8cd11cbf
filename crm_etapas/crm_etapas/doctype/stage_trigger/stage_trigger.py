from frappe.model.document import Document


class StageTrigger(Document):
	pass
