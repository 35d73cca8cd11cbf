"""What came in: the rounds that began in a period, told apart by a column."""

from collections import Counter
from functools import reduce

import frappe
from frappe import _lt
from frappe.query_builder.functions import Count
from frappe.query_builder.terms import ParameterizedValueWrapper as Constant
from pypika.terms import ExistsCriterion

from crm_etapas.analytics import counted
from crm_etapas.analytics.definitions import Figure
from crm_etapas.analytics.filters import Filters
from crm_etapas.pipeline import stages
from crm_etapas.pipeline.registry import Pipeline
from crm_etapas.pipeline.vocabulary import ACTIVE, CLOSED, Outcome
from crm_etapas.pipelines import OPPORTUNITY, PROSPECT

NEW_PROSPECTS = Figure(
	"new_prospects",
	_lt("New Prospects"),
	_lt("Prospects whose round began in the period: new ones, and those that came back. Junk is left out."),
	opens_records=True,
	width=150,
)
NEW_OPPORTUNITIES = Figure(
	"new_opportunities",
	_lt("New Opportunities"),
	_lt(
		"Opportunities whose round began in the period: new ones, and those that were reopened. Junk is left out."
	),
	opens_records=True,
	width=180,
)


def by(pipeline: Pipeline, filters: Filters, key, of_record: bool = True) -> Counter:
	"""Count the rounds that began in the period by a column, in one query.

	:param of_record: whether the column is one of the record's table; without, the index of Stage Log is enough.
	"""
	parts = [
		(query.select(key, Count("*")).groupby(*counted.grouping(key)), sign)
		for query, sign in _parts(pipeline, filters, of_record)
	]
	signed = [query.select(Constant(sign)) for query, sign in parts]
	found = Counter()
	for part, count, sign in reduce(lambda one, other: one.union_all(other), signed).run():
		found[part or None] += sign * count
	return Counter({part: count for part, count in found.items() if count})


def standing(pipeline: Pipeline, filters: Filters, of_record: bool = True):
	"""Return a query on the open stays of the records that are in a round that began in the period, without junk.

	:param of_record: whether whoever calls speaks of the record's table.
	"""
	log = frappe.qb.DocType("Stage Log")
	kept = stages.with_outcome(pipeline, *ACTIVE, Outcome.WON, Outcome.LOST)
	return counted.stays(pipeline, filters, of_record=of_record).where(
		log.left_on.isnull() & filters.during(log.cycle_entered_on) & counted.among(log.stage, kept)
	)


def dealt(filters: Filters, of_record: bool = True):
	"""Return a query on the open stays of these prospects, once for each of their opportunities.

	Whose the opportunity is does not matter: its prospect counts.
	"""
	log, opportunity = frappe.qb.DocType("Stage Log"), frappe.qb.DocType("Opportunity")
	return (
		standing(PROSPECT, filters, of_record)
		.join(opportunity)
		.on((opportunity.party_name == log.reference_name) & (opportunity.opportunity_from == "Lead"))
	)


def is_won():
	"""What holds for opportunities that are won today."""
	won = stages.with_outcome(OPPORTUNITY, Outcome.WON)
	return frappe.qb.DocType("Opportunity")[OPPORTUNITY.stage_field].isin(won or [""])


def names(pipeline: Pipeline, filters: Filters):
	"""Return a query for the records of the rounds that `by` counts, each once; it speaks of the record's table too."""
	log = frappe.qb.DocType("Stage Log")
	end = log.as_("end")
	discarded = (
		frappe.qb.from_(end)
		.select(end.name)
		.where((end.reference_doctype == log.reference_doctype) & (end.reference_name == log.reference_name))
		.where((end.pipeline == log.pipeline) & (end.cycle == log.cycle) & end.left_on.isnull())
		.where(end.stage.isin(stages.with_outcome(pipeline, Outcome.JUNK) or [""]))
	)
	begins = log.previous_stage.isnull() | log.previous_stage.isin(
		stages.with_outcome(pipeline, *CLOSED) or [""]
	)
	return (
		counted.stays(pipeline, filters, of_record=True)
		.where(begins & (log.entered_on == log.cycle_entered_on) & filters.during(log.cycle_entered_on))
		.where(ExistsCriterion(discarded).negate())
		.select(log.reference_name)
		.distinct()
		.orderby(log.reference_name)
	)


def _parts(pipeline: Pipeline, filters: Filters, of_record: bool) -> list[tuple]:
	"""First rounds, later ones, and what of both is junk today: queries with what they count for."""
	log = frappe.qb.DocType("Stage Log")
	closing, junk = stages.with_outcome(pipeline, *CLOSED), stages.with_outcome(pipeline, Outcome.JUNK)
	first = counted.stays(pipeline, filters, of_record=of_record).where(
		log.previous_stage.isnull()
		& log.stage.isin(list(stages.get_stages(pipeline)) or [""])
		& filters.during(log.cycle_entered_on)
	)
	parts = [(first, 1)]
	if closing:
		again = counted.stays(pipeline, filters, of_record=of_record).where(
			log.previous_stage.isin(closing)
			& (log.entered_on == log.cycle_entered_on)
			& filters.during(log.cycle_entered_on)
		)
		parts.append((again, 1))
	if junk:
		discarded = counted.stays(pipeline, filters, of_record=of_record).where(
			log.left_on.isnull() & log.stage.isin(junk) & filters.during(log.cycle_entered_on)
		)
		parts.append((discarded, -1))
	return parts
