from frappe.model.document import Document


class AttemptProtocolStep(Document):
	pass
