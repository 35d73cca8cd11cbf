"""How a prospect came to us: a channel, and the source that stands for it in ERPNext."""

from crm_etapas.master import MasterDocument
from crm_etapas.profile import erpnext_names


class SalesChannel(MasterDocument):
	def before_save(self):
		erpnext_names.give_name(self)
