"""A score learned from closed prospects: what to learn, what was learned, how good it is. One record a training."""

import frappe
from frappe import _
from frappe.model.document import Document

from crm_etapas.exceptions import ScorecardError
from crm_etapas.qualification.scorecard import features, job, learning, scoring

FEWEST = learning.FEWEST_WON + learning.FEWEST_LOST
ASKED_FOR = ("won_is", "months", "minimum_cases", "smoothing")
FIGURES = (
	"status",
	"is_active",
	"progress",
	"error",
	"sample_size",
	"won",
	"lost",
	"base_rate",
	"trained_on",
	"start_points",
	"holdout_cases",
	"auc",
	"brier",
)


class Scorecard(Document):
	def before_insert(self):
		self.status, self.is_active = job.DRAFT, 0
		if not self.features:
			meta = frappe.get_meta("Lead")
			for fieldname in filter(meta.has_field, features.USUAL):
				self.append("features", {"fieldname": fieldname})

	def validate(self):
		if not self.flags.learned:
			self.keep_what_was_learned()
		if self.minimum_cases < FEWEST:
			frappe.throw(
				_("{0} closed prospects are too few to learn from. Ask for at least {1}").format(
					self.minimum_cases, FEWEST
				),
				ScorecardError,
				title=_("Scorecard"),
			)
		features.check(self)

	def keep_what_was_learned(self):
		"""Only a training writes what was learned; what it was learned from stays as it was."""
		before = self.get_doc_before_save()
		for fieldname in FIGURES:
			if before or fieldname not in ("status", "is_active"):
				self.set(fieldname, before and before.get(fieldname))
		for table in ("points", "calibration"):
			self.set(table, before.get(table) if before else [])
		if before and before.status not in job.OPEN_TO_CHANGE and self._asked() != before._asked():
			frappe.throw(
				_("{0} is trained or being trained. Duplicate it to learn something else").format(
					frappe.bold(self.name)
				),
				ScorecardError,
				title=_("Scorecard"),
			)

	def on_update(self):
		scoring.clear_cache()

	def on_trash(self):
		job.refuse_while_running(self)
		if self.is_active:
			frappe.throw(
				_("{0} is active. Deactivate it first").format(frappe.bold(self.name)),
				ScorecardError,
				title=_("Scorecard"),
			)

	def _asked(self) -> tuple:
		return (*(self.get(fieldname) for fieldname in ASKED_FOR), *features.of(self))
