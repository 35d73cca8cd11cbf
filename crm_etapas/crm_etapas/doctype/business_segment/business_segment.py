"""What business a prospect is in: a segment, and the market segment that stands for it in ERPNext."""

from crm_etapas.master import MasterDocument
from crm_etapas.profile import erpnext_names


class BusinessSegment(MasterDocument):
	def before_save(self):
		erpnext_names.give_name(self)
