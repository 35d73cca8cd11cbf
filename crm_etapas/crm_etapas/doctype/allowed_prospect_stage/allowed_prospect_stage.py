from frappe.model.document import Document


class AllowedProspectStage(Document):
	pass
