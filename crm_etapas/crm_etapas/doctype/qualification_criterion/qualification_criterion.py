"""What a prospect must have or do to reach a level, or what gives it points for it."""

from frappe.model.document import Document

from crm_etapas.qualification import recalculation, validation


class QualificationCriterion(Document):
	def validate(self):
		validation.check(self)

	def on_update(self):
		recalculation.rules_changed()

	def on_trash(self):
		recalculation.rules_changed()

	def after_rename(self, old: str, new: str, merge: bool = False):
		recalculation.rules_changed()
