"""What is true of every record that has stages, whatever happened to it."""

from itertools import pairwise

import frappe
from frappe.utils import get_datetime

from crm_etapas.pipeline import history, stages
from crm_etapas.pipeline.registry import pipelines_of


def assert_whole(doc) -> None:
	"""One open stay, no gap, no overlap, the last stay is the current stage, status and stage agree."""
	for pipeline in pipelines_of(doc.doctype):
		rows = history.of(doc.doctype, doc.name, pipeline.name)
		_assert_stays_follow_each_other(rows)
		record = frappe.db.get_value(doc.doctype, doc.name, "*", as_dict=True)
		stage = record[pipeline.stage_field]
		assert rows[-1].stage == stage
		assert rows[-1].entered_on == get_datetime(record[pipeline.entered_on_field])
		if pipeline.status:
			status = record[pipeline.status.fieldname]
			assert pipeline.status.fits(status, stages.get_stage(pipeline, stage).outcome), (stage, status)


def _assert_stays_follow_each_other(rows) -> None:
	assert [row.sequence for row in rows] == list(range(1, len(rows) + 1))
	assert [bool(row.left_on) for row in rows] == [True] * (len(rows) - 1) + [False]
	assert rows[0].previous_stage is None
	for before, after in pairwise(rows):
		assert before.left_on == after.entered_on >= before.entered_on
		assert after.previous_stage == before.stage
		assert before.seconds == (before.left_on - before.entered_on).total_seconds()
		assert 0 <= before.working_seconds <= before.seconds
		assert after.cycle - before.cycle in (0, 1)
		begun = before.cycle_entered_on if after.cycle == before.cycle else after.entered_on
		assert after.cycle_entered_on == begun
	assert rows[0].cycle_entered_on == rows[0].entered_on


def assert_no_history_without_a_record(doctype: str) -> None:
	"""Stays go with their record: deleted, merged or renamed, none is left behind under an old name."""
	log, record = frappe.qb.DocType("Stage Log"), frappe.qb.DocType(doctype)
	orphans = (
		frappe.qb.from_(log)
		.left_join(record)
		.on(record.name == log.reference_name)
		.select(log.reference_name)
		.where(log.reference_doctype == doctype)
		.where(record.name.isnull())
		.run(pluck=True)
	)
	assert not orphans, orphans
