"""How a prospect came to us: a channel, and the source that stands for it in ERPNext."""

import frappe
from frappe import _

from crm_etapas.exceptions import ProfileError
from crm_etapas.master import MasterDocument
from crm_etapas.profile import entry, erpnext_names


class SalesChannel(MasterDocument):
	def validate(self):
		super().validate()
		self.validate_entry_way()

	def before_save(self):
		erpnext_names.give_name(self)

	def validate_entry_way(self):
		other = self.entry_way and not self.disabled and entry.channel_of_way(self.entry_way)
		if other and other != self.name:
			frappe.throw(
				_("What comes in by {0} gets the channel {1} already. Take it from that one first").format(
					frappe.bold(_(self.entry_way, context=self.doctype)), frappe.bold(_(other))
				),
				ProfileError,
				title=_("Two Channels"),
			)
