"""A level of the funnel: how far a prospect is qualified. The engine keeps it as a stage of its own pipeline."""

import frappe
from frappe import _
from frappe.utils import cstr

from crm_etapas.exceptions import QualificationError
from crm_etapas.pipeline.stage_document import StageDocument
from crm_etapas.qualification import levels, recalculation


class QualificationLevel(StageDocument):
	def validate(self):
		super().validate()
		self.validate_questions()

	def validate_questions(self):
		asked = set()
		elsewhere = {
			question.question: level.name
			for level in levels.kept().levels
			if level.name != self.name
			for question in level.questions
		}
		for row in self.questions:
			row.question = cstr(row.question).strip()
			if row.question in asked:
				self.refuse(_("Row {0}: {1} is asked twice").format(row.idx, frappe.bold(row.question)))
			asked.add(row.question)
			if level := elsewhere.get(row.question):
				self.refuse(
					_("Row {0}: {1} is asked in {2} already, and one prospect has one answer").format(
						row.idx, frappe.bold(row.question), frappe.bold(_(level))
					)
				)
			if row.answer_type == "Option" and not levels.options_of(row):
				self.refuse(
					_("Row {0}: write the options of {1}, one a line").format(
						row.idx, frappe.bold(row.question)
					)
				)

	def refuse(self, message: str):
		frappe.throw(message, QualificationError, title=_("Questions"))

	def on_update(self):
		super().on_update()
		recalculation.rules_changed()

	def on_trash(self):
		super().on_trash()
		levels.clear_cache()

	def after_rename(self, old: str, new: str, merge: bool = False):
		super().after_rename(old, new, merge)
		levels.clear_cache()
