"""Gives a stage and a first stay to the records that a site had before the app came."""

import frappe
from frappe.query_builder.functions import Count
from frappe.query_builder.terms import ParameterizedValueWrapper as Constant
from frappe.utils import now_datetime
from pypika import CustomFunction

from crm_etapas.pipeline import stages
from crm_etapas.pipeline.registry import Pipeline, get_pipelines
from crm_etapas.pipeline.stages import Stage
from crm_etapas.pipeline.vocabulary import Cause

Md5 = CustomFunction("MD5", ["text"])
Concat = CustomFunction("CONCAT", ["a", "b", "c", "d"])


def give_stages() -> None:
	"""Put every record without a stage into the one that its status stands for.

	One statement a status and table, whatever the number of records. The stay begins when the record
	was created: nobody knows what it went through before.
	"""
	for pipeline in get_pipelines().values():
		if not pipeline.status:
			_fill(pipeline, None, stages.default_stage(pipeline))
			continue
		table = frappe.qb.DocType(pipeline.doctype)
		status = table[pipeline.status.fieldname]
		for (value,) in frappe.qb.from_(table).select(status).distinct().run():
			stage = value and stages.stage_for_status(pipeline, value)
			_fill(pipeline, value, stage or stages.default_stage(pipeline))


def _fill(pipeline: Pipeline, status: str | None, stage: Stage) -> None:
	table = frappe.qb.DocType(pipeline.doctype)
	without_stage = table[pipeline.stage_field].isnull() | (table[pipeline.stage_field] == "")
	if pipeline.status:
		without_stage &= table[pipeline.status.fieldname] == status
	if not frappe.qb.from_(table).select(Count("*")).where(without_stage).run()[0][0]:
		return
	_insert_stays(pipeline, stage, table, without_stage)
	update = (
		frappe.qb.update(table)
		.set(table[pipeline.stage_field], stage.name)
		.set(table[pipeline.entered_on_field], table.creation)
		.where(without_stage)
	)
	if pipeline.process_status_field:
		update = update.set(table[pipeline.process_status_field], stage.process_status)
	update.run()


def _insert_stays(pipeline: Pipeline, stage: Stage, table, without_stage) -> None:
	log = frappe.qb.DocType("Stage Log")
	now, user = now_datetime(), frappe.session.user
	values = {
		"name": Md5(Concat(pipeline.doctype, "/", pipeline.name + "/", table.name)),
		"owner": Constant(user),
		"creation": Constant(now),
		"modified": Constant(now),
		"modified_by": Constant(user),
		"reference_doctype": Constant(pipeline.doctype),
		"reference_name": table.name,
		"pipeline": Constant(pipeline.name),
		"sequence": Constant(1),
		"cycle": Constant(1),
		"stage_doctype": Constant(pipeline.stage_doctype),
		"stage": Constant(stage.name),
		"entered_on": table.creation,
		"cause": Constant(Cause.IMPORT.value),
		"moved_by": table.owner,
	}
	if pipeline.responsible_field:
		values["responsible"] = table[pipeline.responsible_field]
	values |= {column: table[fieldname] for column, fieldname in pipeline.snapshot.items()}
	(frappe.qb.into(log).columns(*values).from_(table).select(*values.values()).where(without_stage).run())
