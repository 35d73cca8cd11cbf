"""What a planned row becomes: dicts of fieldnames for each record of it."""

from collections.abc import Iterator
from datetime import date, datetime

import frappe
from frappe.utils import now_datetime

from crm_etapas.history_import.planner import IMPORT_ID, Party, Row
from crm_etapas.identity import identification
from crm_etapas.identity.names import company_key
from crm_etapas.pipeline import history, stages
from crm_etapas.pipeline.registry import Pipeline, pipelines_of
from crm_etapas.pipeline.stages import Stage
from crm_etapas.pipeline.vocabulary import Cause
from crm_etapas.pipeline.working_time import working_seconds
from crm_etapas.pipelines import OPPORTUNITY, PROSPECT
from crm_etapas.profile import condition, erpnext_names


def party_record(party: Party, stage: Stage | None, company: str) -> dict:
	"""Return a new Customer, or a new Lead that stands in `stage`."""
	record = {**party.values, IMPORT_ID[party.doctype]: party.key, "creation": party.since}
	record |= erpnext_names.complete(party.doctype, record) | _keys(party)
	if party.doctype == "Customer":
		return record | {"customer_name": party.label, "party_condition": condition.CUSTOMER}
	name = "company_name" if party.is_organisation else "first_name"
	record |= {name: party.label, "lead_name": party.label, "title": party.label}
	record |= {"lead_owner": party.owner, "company": company} | _standing(PROSPECT, stage, party.since)
	for pipeline in _other_pipelines():
		record |= _standing(pipeline, stages.default_stage(pipeline), party.since)
	return record


def _keys(party: Party) -> dict:
	"""Return what others are compared with to find duplicates."""
	number = party.values.get("identification_number")
	return {
		"company_key": company_key(party.label) if party.is_organisation else None,
		"identification_key": identification.key(number) if number else None,
	}


def opportunity(row: Row, party: str, carried: dict, defaults: dict, company: str) -> dict:
	"""Return an Opportunity.

	:param party: the name of its customer or lead.
	:param carried: what it takes over from the party where the row says nothing.
	:param defaults: what a new one starts with, where neither row nor party say anything.
	"""
	first = row.stays[0].entered_on
	given = {field: value for field, value in row.values.items() if value not in (None, "")}
	given |= erpnext_names.complete("Opportunity", given)
	title = row.party.label
	is_customer = row.party.doctype == condition.CUSTOMER
	return {
		**defaults,
		**{field: value for field, value in carried.items() if value not in (None, "")},
		**_following(row.stage),
		"title": title,
		**given,
		IMPORT_ID["Opportunity"]: row.key,
		"opportunity_from": row.party.doctype,
		"party_name": party,
		"customer_name": title,
		"party_condition": condition.CUSTOMER if is_customer else condition.PROSPECT,
		"company": company,
		"currency": row.currency,
		"conversion_rate": row.rate,
		"opportunity_amount": row.amount,
		"base_opportunity_amount": row.amount * row.rate,
		"total": row.amount if row.item else 0,
		"base_total": row.amount * row.rate if row.item else 0,
		"opportunity_owner": row.owner,
		"transaction_date": first.date(),
		"creation": first,
		**_standing(OPPORTUNITY, row.stage, row.stays[-1].entered_on),
	}


def _following(stage: Stage) -> dict:
	"""Return the fields that take their value from the stage."""
	values = {field: getattr(stage, source) for field, source in OPPORTUNITY.follows.items()}
	return {field: value for field, value in values.items() if value not in (None, "")}


def opportunity_item(row: Row, parent: str, item: dict, defaults: dict) -> dict:
	"""Return the line of what the opportunity sells; one piece at the whole amount."""
	base = row.amount * row.rate
	return {
		**defaults,
		"parent": parent,
		"parenttype": "Opportunity",
		"parentfield": "items",
		"idx": 1,
		"item_code": item["name"],
		"item_name": item["item_name"],
		"description": item["description"],
		"item_group": item["item_group"],
		"brand": item["brand"],
		"image": item["image"],
		"uom": item["stock_uom"],
		"qty": 1,
		"rate": row.amount,
		"amount": row.amount,
		"base_rate": base,
		"base_amount": base,
		"creation": row.stays[0].entered_on,
	}


def opportunity_stays(row: Row, record: dict, holidays: list[date]) -> Iterator[dict]:
	"""Yield the rows of Stage Log for everything the opportunity went through."""
	common = _log(OPPORTUNITY, record, row.owner)
	cycle, previous = 1, None
	for sequence, stay in enumerate(row.stays, 1):
		if previous and previous.stage.outcome.is_closed and not stay.stage.outcome.is_closed:
			cycle += 1
		left = row.stays[sequence].entered_on if sequence < len(row.stays) else None
		yield {
			**common,
			"name": history.new_name(),
			"sequence": sequence,
			"cycle": cycle,
			"stage": stay.stage.name,
			"previous_stage": previous and previous.stage.name,
			"entered_on": stay.entered_on,
			"left_on": left,
			"seconds": left and (left - stay.entered_on).total_seconds(),
			"working_seconds": left and working_seconds(stay.entered_on, left, holidays),
		}
		previous = stay


def lead_stays(record: dict) -> Iterator[dict]:
	"""Yield the rows of Stage Log for a lead that has become an opportunity, one a pipeline."""
	for pipeline in (PROSPECT, *_other_pipelines()):
		yield {
			**_log(pipeline, record, record["lead_owner"]),
			"name": history.new_name(),
			"sequence": 1,
			"cycle": 1,
			"stage": record[pipeline.stage_field],
			"entered_on": record[pipeline.entered_on_field],
		}


def _other_pipelines() -> list[Pipeline]:
	"""Return the pipelines of a lead that the file says nothing of: it enters their default stage."""
	return [pipeline for pipeline in pipelines_of("Lead") if pipeline.name != PROSPECT.name]


def _standing(pipeline: Pipeline, stage: Stage, since: datetime) -> dict:
	values = {pipeline.stage_field: stage.name, pipeline.entered_on_field: since}
	if pipeline.process_status_field:
		values[pipeline.process_status_field] = stage.process_status
	if pipeline.status:
		values[pipeline.status.fieldname] = stages.status_that_fits(pipeline, stage)
	return values


def _log(pipeline: Pipeline, record: dict, responsible: str | None) -> dict:
	now, user = now_datetime(), frappe.session.user
	return {
		"owner": user,
		"creation": now,
		"modified": now,
		"modified_by": user,
		"reference_doctype": pipeline.doctype,
		"reference_name": record["name"],
		"pipeline": pipeline.name,
		"stage_doctype": pipeline.stage_doctype,
		"cause": Cause.IMPORT.value,
		"moved_by": user,
		"responsible": responsible,
		**{column: record.get(fieldname) for column, fieldname in pipeline.snapshot.items()},
	}
