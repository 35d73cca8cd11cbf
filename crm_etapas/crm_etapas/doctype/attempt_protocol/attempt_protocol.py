"""How often and over which medium a client is tried to be reached, and what follows when none of it was answered."""

from frappe.model.document import Document

from crm_etapas.follow_up import protocol_checks


class AttemptProtocol(Document):
	def validate(self):
		protocol_checks.check(self)
