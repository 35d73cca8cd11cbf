"""How far the records that entered a pipeline in a period have come: each round of each record counted once.

A round (cycle) belongs to the period that it began in. It has come as far as the furthest open stage that it stood in;
the stages before that one count as reached, whether it stood there or skipped them. What waits (On Hold) is no step.
It has ended as the closing stage that its last stay is in.

Nearly all rounds go straight ahead, and of these the last stay says everything, with the stage before it. Only the
others, which went back, waited or began anew, are looked at stay by stay. So a million records are counted in one
run through an index.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

import frappe
from frappe.query_builder.functions import Count, Max, Sum
from pypika import Criterion
from pypika.terms import LiteralValue

from crm_etapas.analytics import counted
from crm_etapas.analytics.filters import Filters, column_of
from crm_etapas.pipeline import stages
from crm_etapas.pipeline.registry import Pipeline
from crm_etapas.pipeline.stages import Stage
from crm_etapas.pipeline.vocabulary import Outcome

# what a record is worth, in the company's currency; of a prospect, as somebody estimates
VALUE_FIELD = {"Lead": "estimated_value", "Opportunity": "base_opportunity_amount"}
A_STAY = 1000  # more than there are stages: number of the stay and stage in one number


@dataclass(frozen=True)
class Group:
	"""Rounds that came equally far. `furthest` is an open stage, or None if they never stood in one."""

	split: str | None
	furthest: str | None
	ended: str | None
	count: int
	value: float


class Cohort:
	"""The rounds of a pipeline that began in the period, among those that the filters ask for."""

	def __init__(self, pipeline: Pipeline, filters: Filters, split: str | None = None, value: bool = True):
		"""
		:param split: tell them apart by this too: a key of `filters.COLUMNS`.
		:param value: add up what the records are worth, where they are worth something; they are looked up for it.
		"""
		self.pipeline, self.filters, self.split = pipeline, filters, split
		self.known = list(stages.get_stages(pipeline).values())
		self.steps = [stage for stage in self.known if stage.outcome is Outcome.OPEN]
		self.has_value = value and pipeline.doctype in VALUE_FIELD
		self.log = frappe.qb.DocType("Stage Log")

	def groups(self) -> list[Group]:
		"""Return all rounds in groups, in at most three queries."""
		found: dict[tuple, list] = defaultdict(lambda: [0, 0.0])
		for split, stage, previous, count, amount in self._straight():
			_add(found, (split, *self._standing(stage, previous)), count, amount)
		if self._turns():
			for split, stage, previous, count, amount in self._straight(of_turned=True):
				_add(found, (split, *self._standing(stage, previous)), -count, -(amount or 0))
			for split, rank, last, count, amount in self._turned():
				_add(found, (split, *self._end(rank, last)), count, amount)
		return [Group(*key, count, amount) for key, (count, amount) in found.items() if count]

	def names(self, which: Callable):
		"""Return a query for the names of the records of these rounds, each once.

		:param which: gets the rounds, with `furthest` (number of the step, from 1; 0 for none) and `last` (number of the
			stage of the last stay, see `numbers`), and returns what holds for those that are wanted.
		"""
		rounds = self._rounds()
		query = frappe.qb.from_(rounds).select(rounds.record).where(which(rounds))
		return query.groupby(rounds.record).orderby(rounds.record)

	def numbers(self, *outcomes: Outcome) -> list[int]:
		"""Return the numbers of the stages with these outcomes; one that no stage has, if there are none."""
		return [number for number, stage in enumerate(self.known, 1) if stage.outcome in outcomes] or [-1]

	def _straight(self, of_turned: bool = False):
		"""Count the open stays, which are the last ones, by the numbers of their stage and of the one before."""
		log, query = self.log, self._query(self.has_value)
		query = query.where(log.left_on.isnull() & self.filters.during(log.cycle_entered_on))
		if of_turned:
			query = self._of_turned(query)
		return self._counted(query, self._number(log.stage), self._number(log.previous_stage))

	def _turned(self):
		"""Count the rounds of those that turned by how far they came and where their last stay is."""
		rounds, table = self._rounds(only_turned=True), frappe.qb.DocType(self.pipeline.doctype)
		query = frappe.qb.from_(rounds).join(table).on(table.name == rounds.record)
		return self._counted(query, rounds.furthest, rounds.last)

	def _counted(self, query, *keys):
		split = [column_of(self.pipeline, self.split)] if self.split else []
		query = query.groupby(*(part for column in split for part in counted.grouping(column)), *keys)
		return query.select(*(split or [LiteralValue("NULL")]), *keys, Count("*"), self._sum()).run()

	def _rounds(self, only_turned: bool = False):
		"""One row a round: record, furthest (rank of the open stage, 0 for none), last (number of the stage)."""
		log, query = self.log, self._query(of_record=False)
		rank = counted.number_of(log.stage, [stage.name for stage in self.steps])
		if only_turned:
			query = self._of_turned(query)
		furthest = Max(rank)
		last = Max(log.sequence * A_STAY + self._number(log.stage)) % A_STAY
		return (
			query.where(self.filters.during(log.cycle_entered_on))
			.select(log.reference_name.as_("record"), furthest.as_("furthest"), last.as_("last"))
			.groupby(log.reference_name, log.cycle)
		).as_("rounds")

	def _of_turned(self, query):
		turned, log = self._turned_records(), self.log
		query = query.join(turned).on(turned.reference_name == log.reference_name)
		return query.where(
			log.reference_doctype == self.pipeline.doctype
		)  # with it their stays are looked up

	def _turned_records(self):
		"""The records that made a turn in a round that began in the period, or later."""
		log = frappe.qb.DocType("Stage Log").as_("turn")
		turns = Criterion.any(
			(log.previous_stage == before) & log.stage.isin(after) for before, after in self._turns().items()
		)
		return (
			frappe.qb.from_(log)
			.select(log.reference_name)
			.distinct()
			.where(
				(log.pipeline == self.pipeline.name) & turns & (log.cycle_entered_on >= self.filters.begin)
			)
		).as_("turned")

	def _turns(self) -> dict[str, list[str]]:
		"""By stage, the stages that may not come after it on a straight way: all of them after a closing or waiting one."""
		rank = {stage.name: number for number, stage in enumerate(self.steps)}
		names = [stage.name for stage in self.known]
		return {
			before: [
				after
				for after in names
				if before not in rank or (after in rank and rank[after] <= rank[before])
			]
			for before in names
		}

	def _standing(self, stage: int, previous: int) -> tuple[str | None, str | None]:
		"""Return (furthest, ended) of a round that went straight ahead and is in its last stay."""
		at, before = self._stage(stage), self._stage(previous)
		if at in self.steps:
			return at.name, None
		return (before.name if before in self.steps else None), self._closing(at)

	def _end(self, rank: int, last: int) -> tuple[str | None, str | None]:
		return (self.steps[rank - 1].name if rank else None), self._closing(self._stage(last))

	def _closing(self, stage: Stage | None) -> str | None:
		return stage.name if stage and stage.outcome.is_closed else None

	def _number(self, column):
		"""The number of a stage among all of the pipeline, from 1; 0 for one that is gone."""
		return counted.number_of(column, [stage.name for stage in self.known])

	def _stage(self, number: int) -> Stage | None:
		return self.known[number - 1] if number else None

	def _query(self, of_record: bool):
		return counted.stays(self.pipeline, self.filters, of_record=of_record or bool(self.split))

	def _sum(self):
		if not self.has_value:
			return LiteralValue("0")
		return Sum(frappe.qb.DocType(self.pipeline.doctype)[VALUE_FIELD[self.pipeline.doctype]])


def _add(found: dict[tuple, list], key: tuple, count: int, amount) -> None:
	found[key][0] += count
	found[key][1] += float(amount or 0)
