"""What a stage's rules, saved or not, would have done to the records of today."""

from collections.abc import Iterator

import frappe
from frappe import _
from frappe.model import table_fields
from frappe.model.document import Document

from crm_etapas.pipeline import requirements
from crm_etapas.pipeline.registry import Pipeline
from crm_etapas.pipeline.stages import Requirement

LOOKED_AT = 500
EXAMPLES = 10


def preview(pipeline: Pipeline, stage: Document) -> dict:
	"""Say how many of the records that stand in a stage its rules would not have let in.

	The newest `LOOKED_AT` records that the user may read are looked at; a comment is asked for when a
	record moves, so it stops none of them.

	:param stage: the stage as it is in the form, saved or not.
	:return: `looked_at`, `stopped`, `by_rule` (a list of label and stopped) and `examples` (a list of name,
		title and lacks, the labels of what the record lacks).
	"""
	records = {
		record.name: record
		for record in frappe.get_list(
			pipeline.doctype,
			filters={pipeline.stage_field: stage.name},
			fields=["*"],
			order_by="creation desc",
			limit=LOOKED_AT,
		)
	}
	lacks = {name: [] for name in records}
	by_rule = []
	for label, stopped in _rules(pipeline, stage, records):
		by_rule.append({"label": label, "stopped": len(stopped)})
		for name in stopped:
			lacks[name].append(label)
	stopped = [name for name in records if lacks[name]]
	title = frappe.get_meta(pipeline.doctype).get_title_field()
	return {
		"looked_at": len(records),
		"stopped": len(stopped),
		"by_rule": by_rule,
		"examples": [
			{"name": name, "title": records[name].get(title) or name, "lacks": lacks[name]}
			for name in stopped[:EXAMPLES]
		],
	}


def _rules(pipeline: Pipeline, stage: Document, records: dict) -> Iterator[tuple[str, set[str]]]:
	"""Yield each rule of a stage by its label, with the names of the records that it would stop."""
	meta = frappe.get_meta(pipeline.doctype)
	for row in stage.requirements:
		if row.kind == "Comment" or row.get("optional"):
			continue
		if row.kind == "Field":
			if df := meta.get_field(row.fieldname):
				filled = _with_rows(df, records) if df.fieldtype in table_fields else _with_value(df, records)
				yield _(df.label, context=pipeline.doctype), set(records) - filled
			continue
		requirement = Requirement(row.kind, medium=row.medium)
		done = requirements.fulfilling(pipeline, records, requirement) if records else set()
		yield requirements.label_of(requirement), set(records) - done
	if stage.condition:
		holding = {name for name, record in records.items() if requirements.holds(stage.condition, record)}
		yield _(stage.condition_message or stage.condition), set(records) - holding


def _with_value(df, records: dict) -> set[str]:
	return {
		name
		for name, record in records.items()
		if not requirements.is_empty(record.get(df.fieldname), df.fieldtype)
	}


def _with_rows(df, records: dict) -> set[str]:
	filters = {"parent": ["in", list(records) or [""]], "parentfield": df.fieldname}
	return set(frappe.get_all(df.options, filters=filters, pluck="parent", distinct=True))
