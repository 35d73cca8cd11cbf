from frappe.model.document import Document


class CRMEtapasSettings(Document):
	pass
