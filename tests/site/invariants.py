"""What is true of every record that has stages, whatever happened to it."""

from itertools import pairwise

import frappe

from crm_etapas.pipeline import history, stages
from crm_etapas.pipeline.registry import pipelines_of


def assert_whole(doc) -> None:
	"""One open stay, no gap, no overlap, the last stay is the current stage, status and stage agree."""
	for pipeline in pipelines_of(doc.doctype):
		rows = history.of(doc.doctype, doc.name, pipeline.name)
		assert [row.sequence for row in rows] == list(range(1, len(rows) + 1))
		assert [bool(row.left_on) for row in rows] == [True] * (len(rows) - 1) + [False]
		for before, after in pairwise(rows):
			assert before.left_on == after.entered_on >= before.entered_on
			assert after.previous_stage == before.stage
			assert before.seconds == (before.left_on - before.entered_on).total_seconds()
		stage, status = frappe.db.get_value(
			doc.doctype, doc.name, [pipeline.stage_field, pipeline.status.fieldname]
		)
		assert rows[-1].stage == stage
		assert pipeline.status.fits(status, stages.get_stage(pipeline, stage).outcome), (stage, status)
