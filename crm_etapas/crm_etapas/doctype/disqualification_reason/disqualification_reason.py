"""Why a prospect is not one for us."""

from crm_etapas.master import MasterDocument


class DisqualificationReason(MasterDocument):
	pass
