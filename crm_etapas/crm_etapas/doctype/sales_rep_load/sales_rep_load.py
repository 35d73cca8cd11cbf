"""What a salesperson has on their hands. Only `crm_etapas.assignment.load` writes it."""

from frappe.model.document import Document


class SalesRepLoad(Document):
	pass
