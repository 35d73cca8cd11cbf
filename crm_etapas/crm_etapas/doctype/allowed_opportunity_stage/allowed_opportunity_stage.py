from frappe.model.document import Document


class AllowedOpportunityStage(Document):
	pass
