from frappe.model.document import Document


class LeadConversionRecord(Document):
	pass
