import frappe
from frappe.model.document import Document

from crm_etapas.pipeline import privacy


class StageLog(Document):
	"""One stay of a record in a stage. `crm_etapas.pipeline.history` writes it, nobody else."""

	def db_insert(self, *args, **kwargs):
		self._refuse()

	def db_update(self, *args, **kwargs):
		self._refuse()

	@staticmethod
	def clear_old_logs(days: int = 3650) -> None:
		"""Delete the stays that ended more than `days` ago, when an admin adds Stage Log to Log Settings."""
		privacy.purge(days)

	def _refuse(self):
		frappe.throw(
			frappe._("Stage Log is written by moving a record to another stage, not by hand"),
			title=frappe._("Not Allowed"),
		)


def on_doctype_update():
	# one stay number a record and pipeline, once: two writers cannot open a stay at the same time
	frappe.db.add_unique(
		"Stage Log",
		["reference_doctype", "reference_name", "pipeline", "sequence"],
		constraint_name="unique_stay",
	)
	frappe.db.add_index("Stage Log", ["pipeline", "stage", "entered_on"], index_name="stage_entered")
	frappe.db.add_index("Stage Log", ["pipeline", "entered_on"], index_name="pipeline_entered")
	# the DocTypes first: before it deletes or renames anything, Frappe asks which ones the links name
	frappe.db.add_index("Stage Log", ["stage_doctype", "stage"], index_name="stage_record")
	frappe.db.add_index("Stage Log", ["cause_doctype", "cause_name"], index_name="caused_by_document")
	# reports: where records stand or have stood, by when their round began or when they left; read from the index alone
	frappe.db.add_index(
		"Stage Log",
		[
			"pipeline",
			"left_on",
			"cycle_entered_on",
			"stage",
			"previous_stage",
			"reference_name",
			"cycle",
			"seconds",
			"working_seconds",
		],
		index_name="stays_left",
	)
	# reports: which records went back, waited or began anew
	frappe.db.add_index(
		"Stage Log",
		["pipeline", "previous_stage", "stage", "cycle_entered_on", "reference_name"],
		index_name="stays_turned",
	)
