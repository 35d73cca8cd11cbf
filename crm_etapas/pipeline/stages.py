"""The stages of a pipeline as the engine reads them: all of them at once, from the cache."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import frappe
from frappe import _
from frappe.utils import cint

from crm_etapas.exceptions import DisabledStageError, UnknownStageError
from crm_etapas.pipeline.registry import Pipeline
from crm_etapas.pipeline.vocabulary import Outcome

CACHE_KEY = "crm_etapas_stages"


@dataclass(frozen=True)
class Requirement:
	kind: str
	fieldname: str | None = None
	medium: str | None = None
	optional: bool = False


@dataclass(frozen=True)
class Trigger:
	event: str
	allow_backwards: bool


@dataclass(frozen=True)
class Stage:
	name: str
	position: int
	color: str | None
	is_default: bool
	disabled: bool
	outcome: Outcome
	process_status: str
	status_to_set: str | None
	probability: float | None
	sales_stage: str | None
	meaning: str | None
	guidance: str | None
	checklist: tuple[str, ...]
	requirements: tuple[Requirement, ...]
	condition: str | None
	condition_message: str | None
	allowed_next: frozenset[str]
	enter_roles: frozenset[str]
	leave_roles: frozenset[str]
	return_roles: frozenset[str]
	days_until_rotting: int
	stage_when_rotten: str | None
	days_until_moved: int
	triggers: tuple[Trigger, ...]
	record: Mapping = field(default_factory=dict, compare=False)
	"""Every field of the stage's record, for capabilities that have some of their own there."""

	@property
	def may_rot(self) -> bool:
		"""Tell whether records can stand here for too long."""
		return bool(self.days_until_rotting) and not self.outcome.is_closed

	@property
	def rank(self) -> tuple[int, int]:
		"""How far along the pipeline the stage is: active, then lost, then won; by position among them."""
		order = {Outcome.LOST: 1, Outcome.JUNK: 1, Outcome.WON: 2}
		return order.get(self.outcome, 0), self.position


def get_stages(pipeline: Pipeline) -> dict[str, Stage]:
	"""Return every stage of the pipeline by name, disabled ones too, in their order."""
	return frappe.cache.hget(CACHE_KEY, pipeline.stage_doctype, lambda: _read(pipeline.stage_doctype))


def clear_cache(stage_doctype: str) -> None:
	"""Forget the stages of one DocType, now and again once this transaction is through."""
	frappe.cache.hdel(CACHE_KEY, stage_doctype)
	frappe.db.after_commit.add(lambda: frappe.cache.hdel(CACHE_KEY, stage_doctype))
	frappe.db.after_rollback.add(lambda: frappe.cache.hdel(CACHE_KEY, stage_doctype))


def get_stage(pipeline: Pipeline, name: str) -> Stage:
	"""Return one stage.

	:raises UnknownStageError: if the pipeline has no stage of that name.
	"""
	stages = get_stages(pipeline)
	if name not in stages:
		message = _("There is no {0} called {1}. Choose one of: {2}").format(
			_(pipeline.stage_doctype), frappe.bold(name), ", ".join(_(s) for s in enabled(pipeline))
		)
		frappe.throw(message, UnknownStageError, title=_("Unknown Stage"))
	return stages[name]


def get_open_stage(pipeline: Pipeline, name: str) -> Stage:
	"""Return a stage that records may enter.

	:raises UnknownStageError, DisabledStageError:
	"""
	stage = get_stage(pipeline, name)
	if stage.disabled:
		frappe.throw(
			_("The stage {0} is disabled. Choose another one, or have it enabled in {1}").format(
				frappe.bold(_(name)), _(pipeline.stage_doctype)
			),
			DisabledStageError,
			title=_("Disabled Stage"),
		)
	return stage


def enabled(pipeline: Pipeline) -> dict[str, Stage]:
	return {name: stage for name, stage in get_stages(pipeline).items() if not stage.disabled}


def with_outcome(pipeline: Pipeline, *outcomes: Outcome) -> list[str]:
	"""Return the names of the stages with one of these outcomes, disabled ones too, in their order."""
	return [name for name, stage in get_stages(pipeline).items() if stage.outcome in outcomes]


def default_stage(pipeline: Pipeline) -> Stage:
	"""Return the stage that new records enter.

	:raises UnknownStageError: if every stage is disabled or none exists.
	"""
	stages = enabled(pipeline)
	default = next((stage for stage in stages.values() if stage.is_default), None)
	default = default or next(iter(stages.values()), None)
	if not default:
		frappe.throw(
			_("{0} has no enabled stage. Enable one and mark it as the default").format(
				_(pipeline.stage_doctype)
			),
			UnknownStageError,
			title=_("No Default Stage"),
		)
	return default


def next_stage(pipeline: Pipeline, current: Stage) -> Stage | None:
	"""Return the stage that work leads to from here: the next open one, after the last the first one that is won."""
	if current.outcome.is_closed:
		return None
	ahead = [
		stage
		for stage in enabled(pipeline).values()
		if not current.allowed_next or stage.name in current.allowed_next
	]
	onwards = [s for s in ahead if s.outcome is Outcome.OPEN and s.position > current.position]
	won = [s for s in ahead if s.outcome is Outcome.WON]
	return next(iter(onwards + won), None)


def stage_for_status(pipeline: Pipeline, status: str) -> Stage | None:
	"""Return the first enabled stage that sets this status, or else the first with what it stands for."""
	stages = enabled(pipeline).values()
	exact = [stage for stage in stages if stage.status_to_set == status]
	fitting = [
		stage
		for outcome in pipeline.status.outcomes.get(status, ())
		for stage in stages
		if stage.outcome is outcome
	]
	return next(iter(exact + fitting), None)


def status_that_fits(pipeline: Pipeline, stage: Stage) -> str:
	"""Return the status that a stage sets, or else the first that goes with it."""
	fitting = (s for s in pipeline.status.outcomes if pipeline.status.fits(s, stage.outcome))
	return stage.status_to_set or next(fitting)


def _read(stage_doctype: str) -> dict[str, Stage]:
	rows = frappe.get_all(stage_doctype, fields=["*"], order_by="position asc, creation asc, name asc")
	children = {}
	for table in frappe.get_meta(stage_doctype).get_table_fields():
		for child in frappe.get_all(
			table.options,
			filters={"parenttype": stage_doctype, "parentfield": table.fieldname},
			fields=["*"],
			order_by="idx asc",
		):
			children.setdefault((child.parent, table.fieldname), []).append(child)

	def of(name, table):
		return children.get((name, table), [])

	return {
		row.name: Stage(
			name=row.name,
			position=row.position,
			color=row.color,
			is_default=bool(row.is_default),
			disabled=bool(row.disabled),
			outcome=Outcome(row.outcome),
			process_status=row.process_status,
			status_to_set=row.get("status_to_set"),
			probability=row.get("probability"),
			sales_stage=row.get("sales_stage"),
			meaning=row.meaning,
			guidance=row.guidance,
			checklist=tuple(c.item for c in of(row.name, "checklist")),
			requirements=tuple(
				Requirement(c.kind, c.fieldname, c.medium, bool(c.optional))
				for c in of(row.name, "requirements")
			),
			condition=row.condition,
			condition_message=row.condition_message,
			allowed_next=frozenset(c.stage for c in of(row.name, "allowed_next_stages")),
			enter_roles=frozenset(c.role for c in of(row.name, "enter_roles")),
			leave_roles=frozenset(c.role for c in of(row.name, "leave_roles")),
			return_roles=frozenset(c.role for c in of(row.name, "return_roles")),
			days_until_rotting=row.days_until_rotting,
			stage_when_rotten=row.get("stage_when_rotten"),
			days_until_moved=cint(row.get("days_until_moved")),
			triggers=tuple(Trigger(c.event, bool(c.allow_backwards)) for c in of(row.name, "triggers")),
			record=row,
		)
		for row in rows
	}
