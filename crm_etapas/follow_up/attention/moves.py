"""Takes records on that rot or whose validity is over, where an admin has said where to: through the door, in chunks.

Each time a Bulk Move with the cause Rule. A record that it could not move says why on its timeline, and is tried again
once somebody has changed it, or when somebody goes on with that Bulk Move.
"""

from collections.abc import Iterator

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate
from pypika import Criterion, Table

from crm_etapas.follow_up.attention import DOCTYPES, ROTTING, rules
from crm_etapas.follow_up.attention.marks import pipeline_of
from crm_etapas.follow_up.attention.worklist import is_expired
from crm_etapas.pipeline import bulk_job, stages
from crm_etapas.pipeline.bulk import Result
from crm_etapas.pipeline.registry import Pipeline
from crm_etapas.pipeline.stages import Stage
from crm_etapas.pipeline.vocabulary import Cause
from crm_etapas.pipeline.working_time import calendars

# the settings that say where records go whose validity is over
STAGE_OF_EXPIRED = {"Lead": "stage_of_expired_leads", "Opportunity": "stage_of_expired_opportunities"}


def move_all() -> list[str]:
	"""Start moving whatever has to go on; first go on with what broke off the night before.

	What goes wrong with one stage is logged and keeps no other from it.

	:return: the names of the Bulk Moves.
	"""
	bulk_job.go_on_by_rule()
	made = []
	for pipeline, target, names, comment in _due():
		try:
			made.append(bulk_job.create_by_rule(pipeline, target, names, comment).name)
			frappe.db.commit()  # a job: each begins once it is there
		except Exception:
			frappe.db.rollback()
			frappe.log_error(title=_("Records could not be moved to {0} by themselves").format(_(target)))
			frappe.db.commit()  # the log stays, and the others go on
	return made


def refuse_disabled(settings: Document) -> None:
	"""Refuse a stage for expired records that nothing can enter.

	:raises StageError:
	"""
	for doctype, field in STAGE_OF_EXPIRED.items():
		if settings.get(field):
			stages.get_open_stage(pipeline_of(doctype), settings.get(field))


def _due() -> Iterator[tuple[Pipeline, str, list[str], str]]:
	"""Yield which records go where, and what is said of it."""
	for pipeline in map(pipeline_of, DOCTYPES):
		if target := frappe.db.get_single_value("CRM Etapas Settings", STAGE_OF_EXPIRED[pipeline.doctype]):
			if names := _expired(pipeline, target):
				yield pipeline, target, names, _("Its days of validity are over")
		for stage in stages.get_stages(pipeline).values():
			if stage.may_rot and stage.stage_when_rotten and (names := _neglected(pipeline, stage)):
				yield (
					pipeline,
					stage.stage_when_rotten,
					names,
					_("Nobody looked after it in {0}").format(_(stage.name)),
				)


def _expired(pipeline: Pipeline, target: str) -> list[str]:
	table = frappe.qb.DocType(pipeline.doctype)
	elsewhere = table[pipeline.stage_field] != target
	return _names(pipeline, target, table, is_expired(pipeline.doctype, table) & elsewhere)


def _neglected(pipeline: Pipeline, stage: Stage) -> list[str]:
	table = frappe.qb.DocType(pipeline.doctype)
	long_enough = []
	for calendar in calendars():
		if since := rules.quiet_since(getdate(), stage.days_until_moved, calendar.holidays):
			long_enough.append((table[ROTTING] <= since) & calendar.covers(table.company))
	here = table[pipeline.stage_field] == stage.name
	return _names(pipeline, stage.stage_when_rotten, table, here & Criterion.any(long_enough))


def _names(pipeline: Pipeline, target: str, table: Table, which: Criterion) -> list[str]:
	"""Return the records that are on no such move already, and were not refused since somebody changed them."""
	job, row = frappe.qb.DocType("Bulk Move"), frappe.qb.DocType("Bulk Move Record")
	tried = (
		frappe.qb.from_(job)
		.join(row)
		.on(row.bulk_move == job.name)
		.select(row.reference_name, row.result, row.modified)
		.where(job.cause == Cause.RULE.value)
		.where((job.reference_doctype == pipeline.doctype) & (job.stage == target))
		.where(row.result.isin((Result.WAITING.value, Result.REFUSED.value)))
	).as_("tried")
	return (
		frappe.qb.from_(table)
		.left_join(tried)
		.on(
			(tried.reference_name == table.name)
			& ((tried.result == Result.WAITING.value) | (tried.modified >= table.modified))
		)
		.select(table.name)
		.where(which & tried.reference_name.isnull())
		.orderby(table.name)
		.run(pluck=True)
	)
