"""When a customer is looked after again, and what is done then."""

from frappe.model.document import Document

from crm_etapas.cycle.loyalty import rules


class CustomerFollowupRule(Document):
	def validate(self):
		rules.validate(self)

	def on_trash(self):
		rules.forget(self)

	def before_rename(self, old, new, merge=False):
		if merge:
			rules.forget(self)
