"""What comes of a call, mail, meeting or visit, in the company's own words."""

from crm_etapas.master import MasterDocument


class InteractionResult(MasterDocument):
	pass
