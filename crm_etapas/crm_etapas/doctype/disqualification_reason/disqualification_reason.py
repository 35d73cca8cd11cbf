"""Why a prospect is not one for us, which stage that leads to, and when it is proposed."""

from crm_etapas.master import MasterDocument
from crm_etapas.pipeline import requirements
from crm_etapas.qualification import disqualification


class DisqualificationReason(MasterDocument):
	def validate(self):
		super().validate()
		requirements.refuse_broken(self.condition, "Lead", self.reason_name)
		disqualification.refuse_active(self.stage)
