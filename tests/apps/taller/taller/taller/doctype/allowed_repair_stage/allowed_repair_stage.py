from frappe.model.document import Document


class AllowedRepairStage(Document):
	pass
