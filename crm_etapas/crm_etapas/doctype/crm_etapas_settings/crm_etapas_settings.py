from frappe.model.document import Document

from crm_etapas.qualification import disqualification


class CRMEtapasSettings(Document):
	def validate(self):
		disqualification.refuse_active(self.disqualification_stage)
