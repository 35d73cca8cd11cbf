"""Which pipelines exist: every app names its own in the hook `crm_etapas_pipelines`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import frappe
from frappe import _
from frappe.model.document import Document

from crm_etapas.pipeline.vocabulary import Outcome

if TYPE_CHECKING:
	from crm_etapas.pipeline.stages import Stage


@dataclass(frozen=True)
class StatusField:
	"""The status that a DocType had before it had stages, and what each value means.

	`outcomes` says which outcomes a value goes with, the one that it stands for first; a value that it does
	not name goes with all.
	`derived` are the values that the DocType computes from other documents.
	"""

	fieldname: str
	outcomes: Mapping[str, tuple[Outcome, ...]]
	derived: frozenset[str] = frozenset()

	def fits(self, status: str | None, outcome: Outcome) -> bool:
		return status not in self.outcomes or outcome in self.outcomes[status]


@dataclass(frozen=True)
class Pipeline:
	"""A DocType whose records walk through the stages of a stage DocType.

	`follows` maps fields of the record to fields of the stage that they take their value from until
	someone sets them by hand. `untouched` holds values that count as not set by hand.
	`events` names what can happen that a stage may be entered by.
	`activities` adds kinds of requirement to those that the engine knows: kind to the function that says which
	records fulfil it (see `activities.Check`).
	`snapshot` maps fields of Stage Log to fields of the record, kept as they were on entering.
	`cycle_field` says in which cycle a new record begins; without it, or empty, in the first.
	`asks` says what else a stage asks of a record that enters it, in entries as `requirements.entry` makes them.
	`still_true` says which events documents behind a record stand for today: when one of those documents is
	cancelled, a stage that another one would bring it to stays.
	`rule` looks at a record that is being saved, after everything else has had its say, and may set its stage; see
	`transition.move_by_rule`. `own_fields` are what it writes on the record, over whatever a request brings.
	"""

	name: str
	doctype: str
	stage_doctype: str
	stage_field: str
	entered_on_field: str
	process_status_field: str | None = None
	responsible_field: str | None = None
	status: StatusField | None = None
	follows: Mapping[str, str] = field(default_factory=dict)
	untouched: Mapping[str, tuple] = field(default_factory=dict)
	events: frozenset[str] = frozenset()
	activities: Mapping[str, Callable] = field(default_factory=dict)
	snapshot: Mapping[str, str] = field(default_factory=dict)
	cycle_field: str | None = None
	asks: Callable[[Document, "Stage"], list[dict]] | None = None
	still_true: Callable[[str], set[str]] | None = None
	rule: Callable[[Document, "Pipeline"], None] | None = None
	own_fields: tuple[str, ...] = ()


def get_pipelines() -> dict[str, Pipeline]:
	"""Return all registered pipelines by name."""
	pipelines = (frappe.get_attr(path) for path in frappe.get_hooks("crm_etapas_pipelines"))
	return {pipeline.name: pipeline for pipeline in pipelines}


def pipelines_of(doctype: str) -> list[Pipeline]:
	"""Return the pipelines that records of this DocType walk through, in the order of registration."""
	return [pipeline for pipeline in get_pipelines().values() if pipeline.doctype == doctype]


def pipeline_of_stages(stage_doctype: str) -> Pipeline | None:
	"""Return the pipeline whose stages are kept in this DocType."""
	return next((p for p in get_pipelines().values() if p.stage_doctype == stage_doctype), None)


def get_pipeline(doctype: str, name: str | None = None) -> Pipeline:
	"""Return the pipeline `name` of a DocType, or its first one.

	:raises frappe.ValidationError: if the DocType has no such pipeline.
	"""
	for pipeline in pipelines_of(doctype):
		if name in (None, pipeline.name):
			return pipeline
	frappe.throw(
		_("{0} has no stages. Choose a record of: {1}").format(
			_(doctype), ", ".join(sorted({_(p.doctype) for p in get_pipelines().values()}))
		),
		title=_("No Pipeline"),
	)
