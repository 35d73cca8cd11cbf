from frappe.model.document import Document


class QualificationQuestion(Document):
	pass
