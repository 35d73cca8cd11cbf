"""The funnel: of those that entered, how many came how far, and how many were won."""

from collections.abc import Sequence
from dataclasses import dataclass

import frappe
from frappe import _, _lt
from frappe.query_builder import Case
from frappe.query_builder.functions import Count, Sum

from crm_etapas.analytics import entries
from crm_etapas.analytics.cohort import VALUE_FIELD, Cohort, Group
from crm_etapas.analytics.definitions import Figure, percent
from crm_etapas.analytics.filters import Filters, choice, parse
from crm_etapas.pipeline import stages
from crm_etapas.pipeline.vocabulary import Outcome
from crm_etapas.pipelines import OPPORTUNITY, PROSPECT, QUALIFICATION

OPPORTUNITIES, PROSPECTS, LEVELS, WHOLE = (
	"Opportunities",
	"Prospects",
	"Qualification Levels",
	"Prospect to Won",
)
FUNNELS = {OPPORTUNITIES: OPPORTUNITY, PROSPECTS: PROSPECT, LEVELS: QUALIFICATION}
CHOICES = (*FUNNELS, WHOLE)
CHOICE_LABELS = (_lt("Opportunities"), _lt("Prospects"), _lt("Qualification Levels"), _lt("Prospect to Won"))
WON, ENTERED, DEALT = "won", "entered", "dealt"

REACHED = Figure(
	"reached",
	_lt("Reached"),
	_lt(
		"Rounds that began in the period and came at least this far. Each counts once, at the furthest stage it stood in; stages that it skipped count as reached, and those lost later are still counted."
	),
	opens_records=True,
)
REACHED_VALUE = Figure(
	"reached_value",
	_lt("Value"),
	_lt(
		"What the records counted as reached are worth today, in the company's currency; prospects, as they are estimated."
	),
	"Currency",
	width=150,
)
FROM_PREVIOUS = Figure(
	"from_previous",
	_lt("From the Stage Before"),
	_lt("Of those that reached the stage before, the share that reached this one."),
	"Percent",
	1,
	width=150,
)
OF_ALL = Figure(
	"of_all", _lt("Of All"), _lt("Of all that entered, the share that reached this stage."), "Percent", 1
)
TO_WON = Figure(
	"to_won",
	_lt("To Won"),
	_lt(
		"Of those that reached this stage, the share that is won today. The others were lost or are still open."
	),
	"Percent",
	1,
)
LOST_HERE = Figure(
	"lost_here",
	_lt("Lost from Here"),
	_lt("Rounds that came exactly this far and are lost today. Junk is left out of all figures."),
	opens_records=True,
)
STILL_OPEN = Figure(
	"still_open",
	_lt("Still Open"),
	_lt("Rounds that came exactly this far and are neither won nor lost: open, or waiting."),
	opens_records=True,
)
FIGURES = [REACHED, REACHED_VALUE, FROM_PREVIOUS, OF_ALL, TO_WON, LOST_HERE, STILL_OPEN]


@dataclass
class Step:
	"""A row of the funnel, with the figures of `FIGURES` by name. `key` is a stage, or one of the ends."""

	key: str
	label: str
	color: str | None
	reached: int = 0
	reached_value: float = 0
	from_previous: float | None = None
	of_all: float | None = None
	to_won: float | None = None
	lost_here: int = 0
	still_open: int = 0


def compute(funnel: str, filters: Filters, value: bool = True) -> list[Step]:
	"""Return the steps of a funnel, the widest first. In at most four queries.

	:param funnel: one of `CHOICES`.
	:param value: add up what the records are worth.
	"""
	if funnel == WHOLE:
		return _rates(_whole(filters))
	cohort = Cohort(FUNNELS[funnel], filters, value=value)
	return steps(cohort, cohort.groups())


def steps(cohort: Cohort, groups: Sequence[Group]) -> list[Step]:
	"""Return the steps of a funnel from rounds that were counted already, in any number of groups."""
	outcomes = {stage.name: stage.outcome for stage in cohort.known}
	ranks = {stage.name: number for number, stage in enumerate(cohort.steps)}
	found = [Step(stage.name, _(stage.name), stage.color) for stage in cohort.steps]
	won = [stage for stage in cohort.known if stage.outcome is Outcome.WON]
	end = Step(WON, _(won[0].name) if len(won) == 1 else _("Won"), won[0].color if won else None)
	for group in groups:
		outcome = outcomes.get(group.ended)
		if outcome is Outcome.JUNK:
			continue
		if outcome is Outcome.WON:
			end.reached += group.count
			end.reached_value += group.value
		furthest = len(found) - 1 if outcome is Outcome.WON else ranks.get(group.furthest, 0)
		for step in found[: furthest + 1]:
			step.reached += group.count
			step.reached_value += group.value
		if found and outcome is not Outcome.WON:
			if outcome is Outcome.LOST:
				found[furthest].lost_here += group.count
			else:
				found[furthest].still_open += group.count
	return _rates(found + ([end] if won else []))


def behind(raw: dict, cell: dict):
	"""Return queries of names by DocType: the records behind a figure of a step."""
	filters, funnel = parse(raw), choice(raw, "funnel_of", _("Funnel Of"), CHOICES)
	if funnel == WHOLE:
		return _whole_behind(filters, cell)
	cohort = Cohort(FUNNELS[funnel], filters)
	numbers, ranks = cohort.numbers, [stage.name for stage in cohort.steps]
	step, figure = cell.get("step"), cell.get("figure")
	won = numbers(Outcome.WON)
	if step == WON:
		return {cohort.pipeline.doctype: cohort.names(lambda rounds: rounds.last.isin(won))}
	rank = ranks.index(stages.get_stage(cohort.pipeline, step).name) + 1
	low = 0 if rank == 1 else rank  # who never stood in a step has entered nevertheless

	def which(rounds):
		exactly = (rounds.furthest >= low) & (rounds.furthest <= rank)
		if figure == LOST_HERE.key:
			return exactly & rounds.last.isin(numbers(Outcome.LOST))
		if figure == STILL_OPEN.key:
			return exactly & rounds.last.notin(numbers(Outcome.WON, Outcome.LOST, Outcome.JUNK))
		return ((rounds.furthest >= low) | rounds.last.isin(won)) & rounds.last.notin(numbers(Outcome.JUNK))

	return {cohort.pipeline.doctype: cohort.names(which)}


def _rates(found: list[Step]) -> list[Step]:
	before, won = None, next((step.reached for step in found if step.key == WON), None)
	for step in found:
		step.from_previous = percent(step.reached, before.reached) if before else None
		step.of_all = percent(step.reached, found[0].reached)
		step.to_won = percent(won, step.reached) if won is not None else None
		before = step
	return found


def _whole(filters: Filters) -> list[Step]:
	"""Prospects that entered, those of them with an opportunity, those with a won one; by the round they are in."""
	number = entries.standing(PROSPECT, filters, of_record=False).select(Count("*")).run()[0][0]
	log, opportunity = frappe.qb.DocType("Stage Log"), frappe.qb.DocType("Opportunity")
	is_won, amount = entries.is_won(), opportunity[VALUE_FIELD["Opportunity"]]
	dealt, value, won, won_value = (
		entries.dealt(filters, of_record=False)
		.select(
			Count(log.reference_name).distinct(),
			Sum(amount),
			Count(Case().when(is_won, log.reference_name)).distinct(),
			Sum(Case().when(is_won, amount).else_(0)),
		)
		.run()[0]
	)
	return [
		Step(ENTERED, _("Prospects"), "#4C9AFF", number),
		Step(DEALT, _("With an Opportunity"), "#FFC400", dealt, float(value or 0)),
		Step(WON, _("Won"), "#36B37E", won, float(won_value or 0)),
	]


def _whole_behind(filters: Filters, cell: dict):
	name, step = frappe.qb.DocType("Stage Log").reference_name, cell.get("step")
	if step == ENTERED:
		query = entries.standing(PROSPECT, filters, of_record=False)
	else:
		query = entries.dealt(filters, of_record=False)
	if step == WON:
		query = query.where(entries.is_won())
	return {"Lead": query.select(name).distinct().orderby(name)}
