"""How much a prospect, or a customer, may come to buy."""

import frappe
from frappe.query_builder.functions import Max
from frappe.utils import cint

from crm_etapas.master import MasterDocument


class PotentialLevel(MasterDocument):
	kind_field = "level_type"

	def before_insert(self):
		super().before_insert()
		if not cint(self.position):
			table = frappe.qb.DocType(self.doctype)
			last = (
				frappe.qb.from_(table).select(Max(table.position)).where(table.level_type == self.level_type)
			)
			self.position = cint(last.run()[0][0]) + 1
