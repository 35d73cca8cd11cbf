from frappe.model.document import Document


class QualificationAnswer(Document):
	pass
