"""What coming back starts with on a site from before."""

import json

import frappe

from crm_etapas import master
from crm_etapas.cycle import PIPELINES, recompute
from crm_etapas.cycle.loyalty import RULE
from crm_etapas.pipeline import stages
from crm_etapas.pipeline.registry import pipeline_of_stages
from crm_etapas.pipeline.vocabulary import Outcome
from crm_etapas.setup import defaults
from crm_etapas.setup.defaults import FOLDER

FIELDS = ("wakes_into", "days_until_waking")


def let_wake() -> None:
	"""Let what is on hold wake as on a new site, in those stages that the site still has from the start.

	Only days that are ahead are written: nothing wakes at once, and what is lost comes back where an admin says so.
	"""
	for record in _records_on_hold():
		doctype, name, target = record["doctype"], record["stage_name"], record["wakes_into"]
		pipeline = pipeline_of_stages(doctype)
		known = stages.get_stages(pipeline)
		here, there = known.get(name), known.get(target)
		if (
			not here
			or not there
			or here.outcome is not Outcome.ON_HOLD
			or there.outcome is not Outcome.OPEN
			or there.disabled
			or (here.allowed_next and target not in here.allowed_next)
			or frappe.db.get_value(doctype, name, "wakes_into")
		):
			continue
		frappe.db.set_value(doctype, name, {field: record[field] for field in FIELDS}, update_modified=False)
		master.clear_cache(doctype)
		recompute.settle(pipeline.doctype, [name])


def offer_rules() -> None:
	"""Make the rules that a new site starts with, disabled: nobody's calendar fills because of an update."""
	before = set(frappe.get_all(RULE, pluck="name"))
	defaults.create(RULE)
	frappe.db.set_value(RULE, {"name": ["not in", [*before, ""]]}, "disabled", 1)


def _records_on_hold() -> list[dict]:
	records = [
		record
		for pipeline in PIPELINES.values()
		for record in json.loads(
			(FOLDER / f"{frappe.scrub(pipeline.stage_doctype)}.json").read_text(encoding="utf-8")
		)
	]
	return [record for record in records if record.get("wakes_into")]
