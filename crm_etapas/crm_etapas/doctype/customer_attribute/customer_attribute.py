"""What a company wants to know of its prospects and customers and ERPNext has no field for."""

import frappe
from frappe import _
from frappe.model.document import Document

from crm_etapas import master
from crm_etapas.profile import attributes


class CustomerAttribute(Document):
	def validate(self):
		self.options = "\n".join(dict.fromkeys(attributes.options_of(self))) or None
		if self.data_type == "Option" and not self.options:
			frappe.throw(_("{0} needs options, one a line").format(frappe.bold(self.attribute_name)))
		if self.data_type != "Option":
			self.options = None
		if not self.is_new():
			attributes.check_values_stay_valid(self)

	def on_update(self):
		master.clear_cache(self.doctype)

	def on_trash(self):
		master.clear_cache(self.doctype)

	def after_rename(self, old: str, new: str, merge: bool = False):
		master.clear_cache(self.doctype)
