import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import get_time

from crm_etapas.assignment import settings as assignment
from crm_etapas.conversion import field_map
from crm_etapas.follow_up.attention import moves
from crm_etapas.qualification import disqualification


class CRMEtapasSettings(Document):
	def validate(self):
		self.validate_hours()
		assignment.validate(self)
		disqualification.refuse_active(self.disqualification_stage)
		moves.refuse_disabled(self)
		field_map.validate(self.mapped_fields)

	def validate_hours(self):
		hours = ("working_day_begins", "working_day_ends")
		begins, ends = (self.get(field) for field in hours)
		changed = any(self.has_value_changed(field) for field in hours)
		if changed and begins and ends and get_time(ends) < get_time(begins):
			frappe.throw(
				_("The working day ends at {0}, before it begins at {1}. Choose a later end").format(
					frappe.bold(ends), frappe.bold(begins)
				),
				title=_("Working Hours"),
			)

	def on_update(self):
		assignment.on_update(self)
