from frappe.model.document import Document

from crm_etapas.assignment import settings as assignment


class CRMEtapasSettings(Document):
	def validate(self):
		assignment.validate(self)

	def on_update(self):
		assignment.on_update(self)
