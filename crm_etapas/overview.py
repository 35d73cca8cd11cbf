"""What the workspace shows at a glance, of the records that the user may read: one statement a figure."""

import frappe
from frappe.utils import getdate
from frappe.utils.data import get_first_day_of_week

from crm_etapas.follow_up import my_day
from crm_etapas.follow_up.day import today_of
from crm_etapas.pipeline import stages
from crm_etapas.pipeline.registry import Pipeline
from crm_etapas.pipeline.vocabulary import ACTIVE, Outcome
from crm_etapas.pipelines import OPPORTUNITY, PROSPECT

AMOUNT = "base_opportunity_amount"


def contacts_due() -> dict:
	"""Count the contacts that the user is to make until the end of their day, overdue ones too."""
	user = frappe.session.user
	counted = my_day.counts(("overdue", "today"), user, today_of(user))
	return {"value": sum(counted.values()), "fieldtype": "Int", "route": ["my-day"]}


def new_prospects() -> dict:
	"""Count the leads that came in since the week began, without junk."""
	filters = {
		"creation": [">=", str(get_first_day_of_week(getdate()))],
		PROSPECT.stage_field: ["not in", stages_with(PROSPECT, Outcome.JUNK)],
	}
	(found,) = frappe.get_list("Lead", filters=filters, fields=["count(name) as value"])
	return {
		"value": found.value,
		"fieldtype": "Int",
		"route": ["List", "Lead", "List"],
		"route_options": filters,
	}


def prospects_by_stage() -> dict:
	"""Count the leads under way by stage, in the order of the path, as a chart takes it."""
	return _by_stage(PROSPECT, "count(name)", {})


def value_by_stage() -> dict:
	"""Add up the opportunities under way by stage, in the order of the path, as a chart takes it."""
	return _by_stage(OPPORTUNITY, f"sum({AMOUNT})", _of_company())


def stages_with(pipeline: Pipeline, *outcomes: Outcome) -> list[str]:
	"""Return the stages of a pipeline with one of these outcomes, in their order; never an empty list."""
	return [s.name for s in stages.get_stages(pipeline).values() if s.outcome in outcomes] or [""]


def _by_stage(pipeline: Pipeline, figure: str, filters: dict) -> dict:
	field, shown = pipeline.stage_field, stages_with(pipeline, *ACTIVE)
	rows = frappe.get_list(
		pipeline.doctype,
		filters={**filters, field: ["in", shown]},
		fields=[field, f"{figure} as value"],
		group_by=field,
		order_by=f"{field} asc",
	)
	found = {row[field]: row.value or 0 for row in rows}
	if not any(found.values()):
		return {}
	known = stages.get_stages(pipeline)
	shown = [name for name in shown if found.get(name) or (name in known and not known[name].disabled)]
	return {
		"labels": [frappe._(name) for name in shown],
		"datasets": [{"name": frappe._(pipeline.doctype), "values": [found.get(name, 0) for name in shown]}],
	}


def _of_company() -> dict:
	"""Return the filter of the user's own company: amounts of two books do not add up."""
	company = frappe.defaults.get_user_default("Company")
	return {"company": company} if company else {}
