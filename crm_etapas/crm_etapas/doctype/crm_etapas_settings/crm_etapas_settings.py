from frappe.model.document import Document

from crm_etapas.assignment import settings as assignment
from crm_etapas.conversion import field_map
from crm_etapas.follow_up.attention import moves
from crm_etapas.qualification import disqualification


class CRMEtapasSettings(Document):
	def validate(self):
		assignment.validate(self)
		disqualification.refuse_active(self.disqualification_stage)
		moves.refuse_disabled(self)
		field_map.validate(self.mapped_fields)

	def on_update(self):
		assignment.on_update(self)
