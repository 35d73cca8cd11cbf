"""The probability of winning from a stage, as the company's own closed cases say, with how sure that is."""

from dataclasses import dataclass
from datetime import date
from math import sqrt

from frappe.utils import add_months

from crm_etapas.analytics.cohort import Cohort
from crm_etapas.analytics.filters import Filters
from crm_etapas.pipeline.registry import Pipeline
from crm_etapas.pipeline.vocabulary import Outcome

MONTHS = 24
# of fewer closed cases nothing is learned
ENOUGH_CASES = 20
Z_95 = 1.959964


@dataclass(frozen=True)
class Learned:
	"""How many rounds reached a stage and have ended, how many were won; the share with its 95 % interval, from 0 to 1."""

	cases: int
	won: int
	probability: float
	low: float
	high: float

	@property
	def is_enough(self) -> bool:
		return self.cases >= ENOUGH_CASES


def by_stage(pipeline: Pipeline, filters: Filters, today: date) -> dict[str, Learned]:
	"""Return what was learned for each open stage, from the rounds that began in the last 24 months and have ended.

	Of the filters the company counts, and whose records the user may read; a forecast of one channel is not learned
	from that channel alone, which would often be too few. In at most three queries.
	"""
	wide = Filters(add_months(today, -MONTHS), today, company=filters.company)
	cohort = Cohort(pipeline, wide, value=False)
	outcomes = {stage.name: stage.outcome for stage in cohort.known}
	ranks = {stage.name: number for number, stage in enumerate(cohort.steps)}
	won, lost = [0] * len(ranks), [0] * len(ranks)
	for group in cohort.groups():
		outcome = outcomes.get(group.ended)
		if outcome is Outcome.WON:
			won = [count + group.count for count in won]
		elif outcome is Outcome.LOST:
			furthest = ranks.get(group.furthest, 0)
			lost = [count + group.count * (rank <= furthest) for rank, count in enumerate(lost)]
	return {name: wilson(won[rank], won[rank] + lost[rank]) for name, rank in ranks.items()}


def wilson(won: int, cases: int) -> Learned:
	"""Return a share with its Wilson interval of 95 %: honest for few cases and for shares near 0 or 1."""
	if not cases:
		return Learned(0, 0, 0.0, 0.0, 1.0)
	share, square = won / cases, Z_95**2
	middle = (share + square / (2 * cases)) / (1 + square / cases)
	margin = Z_95 * sqrt(share * (1 - share) / cases + square / (4 * cases**2)) / (1 + square / cases)
	return Learned(cases, won, share, max(middle - margin, 0.0), min(middle + margin, 1.0))
