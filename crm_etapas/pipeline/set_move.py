"""Many records into a stage by rule, set by set: what the door leaves behind, where nothing else listens.

For pipelines without a status, whose stages ask for nothing of those that a rule moves.
"""

from collections.abc import Mapping

import frappe
from frappe.utils import now_datetime

from crm_etapas.pipeline import history, stages
from crm_etapas.pipeline.history import Move
from crm_etapas.pipeline.registry import Pipeline
from crm_etapas.pipeline.working_time import holidays_of, working_seconds

A_STATEMENT = 200


def move(pipeline: Pipeline, wanted: Mapping[str, tuple[str, str]], cause: Move) -> dict[str, frappe._dict]:
	"""Put records into stages and write their histories; whoever calls commits.

	:param wanted: by record, the stage where it stood when it was looked at, and the one that it enters. Who
		has moved it meanwhile is right.
	:return: the records that moved, by name, with the fields that their stays keep.
	"""
	records = {
		name: record
		for name, record in _locked(pipeline, sorted(wanted)).items()
		if record.get(pipeline.stage_field) == wanted[name][0]
	}
	if not records:
		return {}
	now, known = now_datetime(), stages.get_stages(pipeline)
	last = {stay.reference_name: stay for stay in _last_stays(pipeline, list(records))}
	_close([stay for stay in last.values() if not stay.left_on], now)
	stays = []
	for name, record in records.items():
		old, new = known.get(wanted[name][0]), known[wanted[name][1]]
		record.update(
			{"doctype": pipeline.doctype, pipeline.stage_field: new.name, pipeline.entered_on_field: now}
		)
		comes_back = bool(old) and old.outcome.is_closed and not new.outcome.is_closed
		stays.append(history.stay(record, pipeline, cause, last.get(name), comes_back))
	history.insert(stays)
	_write(pipeline, records, now)
	return records


def _locked(pipeline: Pipeline, names: list[str]) -> dict[str, frappe._dict]:
	"""Return records as they are now; nobody changes them until this transaction ends."""
	table = frappe.qb.DocType(pipeline.doctype)
	fields = {"name", pipeline.stage_field, *pipeline.snapshot.values()}
	fields |= {pipeline.responsible_field} - {None}
	query = frappe.qb.from_(table).select(*(table[field] for field in sorted(fields)))
	rows = query.where(table.name.isin(names)).orderby(table.name).for_update().run(as_dict=True)
	return {row.name: row for row in rows}


def _last_stays(pipeline: Pipeline, names: list[str]) -> list[frappe._dict]:
	log = frappe.qb.DocType("Stage Log")
	return (
		frappe.qb.from_(log)
		.select(
			log.name,
			log.reference_name,
			log.sequence,
			log.cycle,
			log.cycle_entered_on,
			log.stage,
			log.entered_on,
			log.left_on,
			log.company,
		)
		.where(log.reference_doctype == pipeline.doctype)
		.where(log.reference_name.isin(names))
		.where(log.pipeline == pipeline.name)
		.orderby(log.sequence)
		.run(as_dict=True)
	)


def _close(stays: list[frappe._dict], now) -> None:
	holidays = {company: holidays_of(company) for company in {stay.company for stay in stays}}
	closed = {
		stay.name: {
			"left_on": now,
			"seconds": max((now - stay.entered_on).total_seconds(), 0),
			"working_seconds": working_seconds(stay.entered_on, now, holidays[stay.company]),
		}
		for stay in stays
	}
	frappe.db.bulk_update("Stage Log", closed, chunk_size=A_STATEMENT)


def _write(pipeline: Pipeline, records: dict[str, frappe._dict], now) -> None:
	table = frappe.qb.DocType(pipeline.doctype)
	for stage in sorted({record.get(pipeline.stage_field) for record in records.values()}):
		names = [name for name, record in records.items() if record.get(pipeline.stage_field) == stage]
		(
			frappe.qb.update(table)
			.set(table[pipeline.stage_field], stage)
			.set(table[pipeline.entered_on_field], now)
			.set(table.modified, now)
			.set(table.modified_by, frappe.session.user)
			.where(table.name.isin(names))
			.run()
		)
