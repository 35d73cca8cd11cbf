import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import format_date, getdate

from crm_etapas.exceptions import MarketingCostError


class MarketingCost(Document):
	"""What a channel or a campaign costs in a period. `crm_etapas.analytics.costs` adds them up."""

	def validate(self):
		if not self.channel and not self.campaign:
			self._refuse(_("Say for which channel or campaign this was spent"))
		if getdate(self.to_date) < getdate(self.from_date):
			self._refuse(
				_("The period ends on {0}, before it begins on {1}").format(
					format_date(self.to_date), format_date(self.from_date)
				)
			)

	def _refuse(self, reason: str):
		frappe.throw(reason, MarketingCostError, title=_("Marketing Cost"))
