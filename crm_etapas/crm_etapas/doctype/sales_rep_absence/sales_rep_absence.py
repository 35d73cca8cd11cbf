from frappe.model.document import Document


class SalesRepAbsence(Document):
	pass
