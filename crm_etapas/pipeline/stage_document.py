"""What the stage DocTypes have in common: a stage that an admin saves must be one the engine can use."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder.functions import Max
from frappe.utils import cint

from crm_etapas import master
from crm_etapas.pipeline import history, led_to, neglect, requirements, stages
from crm_etapas.pipeline.registry import Pipeline, pipeline_of_stages
from crm_etapas.pipeline.vocabulary import Outcome


class StageDocument(Document):
	"""Base of Prospect Stage, Opportunity Stage and the stage DocTypes of other apps."""

	def before_insert(self):
		if not cint(self.position):
			table = frappe.qb.DocType(self.doctype)
			last = frappe.qb.from_(table).select(Max(table.position)).run()[0][0]
			self.position = cint(last) + 1

	def validate(self):
		pipeline = pipeline_of_stages(self.doctype)
		self.validate_default()
		self.validate_probability()
		if pipeline:
			self.validate_status(pipeline)
			self.validate_requirements(pipeline)
			self.validate_condition(pipeline)
			self.validate_triggers(pipeline)
		self.validate_next()
		neglect.validate(self)
		led_to.refuse_disabling(self)

	def validate_default(self):
		if self.is_default and self.disabled:
			frappe.throw(
				_(
					"{0} is the default stage and cannot be disabled. Mark another one as the default first"
				).format(frappe.bold(_(self.name)))
			)
		if self.is_default and Outcome(self.outcome).is_closed:
			frappe.throw(
				_(
					"{0} closes the record, so new ones cannot enter there. Choose an open default stage"
				).format(frappe.bold(_(self.stage_name)))
			)
		if self.has_value_changed("is_default") and not self.is_default and not self.is_new():
			frappe.throw(
				_("One stage must be the default. Mark another one, and {0} stops being it").format(
					frappe.bold(_(self.name))
				)
			)

	def validate_probability(self):
		if self.meta.has_field("probability") and not 0 <= (self.probability or 0) <= 100:
			frappe.throw(
				_("The probability of {0} must lie between 0 and 100").format(frappe.bold(self.name))
			)

	def validate_status(self, pipeline: Pipeline):
		if not pipeline.status or not self.get("status_to_set"):
			return
		if not pipeline.status.fits(self.status_to_set, Outcome(self.outcome)):
			fitting = [s for s in pipeline.status.outcomes if pipeline.status.fits(s, Outcome(self.outcome))]
			frappe.throw(
				_("The status {0} contradicts the outcome {1} of {2}. Choose one of: {3}").format(
					frappe.bold(_(self.status_to_set)),
					frappe.bold(_(self.outcome)),
					frappe.bold(self.stage_name),
					", ".join(_(status) for status in fitting),
				)
			)

	def validate_requirements(self, pipeline: Pipeline):
		meta = frappe.get_meta(pipeline.doctype)
		for row in self.get("requirements") or []:
			if row.kind not in requirements.kinds(pipeline):
				frappe.throw(
					_("Row {0}: {1} cannot be asked of {2}. Choose another kind").format(
						row.idx, frappe.bold(_(row.kind, context="Stage Requirement")), _(pipeline.doctype)
					)
				)
			if row.kind == "Field" and not meta.has_field(row.fieldname):
				frappe.throw(
					_("Row {0}: {1} has no field called {2}. Choose one from the list").format(
						row.idx, _(pipeline.doctype), frappe.bold(row.fieldname or "")
					)
				)

	def validate_condition(self, pipeline: Pipeline):
		requirements.refuse_broken(self.get("condition"), pipeline.doctype, self.stage_name)

	def validate_triggers(self, pipeline: Pipeline):
		for row in self.get("triggers") or []:
			if row.event not in pipeline.events:
				known = sorted(_(event, context="Stage Trigger") for event in pipeline.events)
				frappe.throw(
					_("Row {0}: {1} does not happen to {2}. Choose one of: {3}").format(
						row.idx,
						frappe.bold(_(row.event, context="Stage Trigger")),
						_(pipeline.doctype),
						", ".join(known),
					)
				)

	def validate_next(self):
		if any(row.stage == self.name for row in self.get("allowed_next_stages") or []):
			frappe.throw(_("{0} cannot come after itself").format(frappe.bold(self.stage_name)))

	def check_if_latest(self):
		master.lock_all(self.doctype)
		super().check_if_latest()

	def on_update(self):
		if self.is_default:
			master.keep_one_default(self)
		self.tell_records()
		stages.clear_cache(self.doctype)

	def on_trash(self):
		if self.is_default:
			frappe.throw(
				_(
					"{0} is the default stage and cannot be deleted. Mark another one as the default first"
				).format(frappe.bold(_(self.name)))
			)
		if history.knows(self.doctype, self.name):
			frappe.throw(
				_("Records have stood in {0}, and their history needs it. Disable it instead").format(
					frappe.bold(_(self.name))
				),
				frappe.LinkExistsError,
			)
		stages.clear_cache(self.doctype)

	def after_rename(self, old: str, new: str, merge: bool = False):
		stages.clear_cache(self.doctype)

	def tell_records(self):
		"""Give the records that stand here a process status that was changed."""
		pipeline = pipeline_of_stages(self.doctype)
		if not pipeline or not pipeline.process_status_field or not self.has_value_changed("process_status"):
			return
		table = frappe.qb.DocType(pipeline.doctype)
		(
			frappe.qb.update(table)
			.set(table[pipeline.process_status_field], self.process_status)
			.where(table[pipeline.stage_field] == self.name)
			.run()
		)
