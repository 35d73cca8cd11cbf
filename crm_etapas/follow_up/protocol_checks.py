"""Which attempt protocols can be followed, and in which stages."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import escape_html

from crm_etapas.exceptions import ProtocolError
from crm_etapas.follow_up.protocol import DOCTYPE, FIELD
from crm_etapas.pipeline import stages
from crm_etapas.pipeline.registry import get_pipelines, pipeline_of_stages


def check(protocol: Document) -> None:
	"""Refuse a protocol without tries, or one that leads where its records cannot go.

	:raises ProtocolError:
	"""
	if not protocol.steps:
		_refuse(_("{0} has no tries. Add at least one").format(_bold(protocol.name)))
	if not protocol.next_stage:
		return
	pipeline = pipeline_of_stages(protocol.next_stage_doctype)
	if not pipeline:
		known = sorted(_(pipeline.stage_doctype) for pipeline in get_pipelines().values())
		_refuse(
			_("{0} is no kind of stage. Choose one of: {1}").format(
				_bold(_(protocol.next_stage_doctype)) if protocol.next_stage_doctype else "—",
				", ".join(known),
			)
		)
	stage = stages.get_stages(pipeline).get(protocol.next_stage)  # not, while it is being renamed
	if stage and stage.disabled:
		_refuse(
			_("{0} leads to {1}, which is disabled. Choose another stage, or enable that one first").format(
				_bold(protocol.name), _bold(_(stage.name))
			)
		)
	for other in get_pipelines().values():
		for standing in stages.get_stages(other).values():
			if standing.record.get(FIELD) == protocol.name:
				_check_way(protocol, other.stage_doctype, standing.name)


def check_stage(stage: Document, method: str | None = None) -> None:
	"""doc_events handler: refuse a stage whose protocol leads elsewhere than its records can go.

	:raises ProtocolError:
	"""
	if protocol := stage.get(FIELD):
		_check_way(frappe.get_cached_doc(DOCTYPE, protocol), stage.doctype, stage.name)


def _check_way(protocol: Document, stage_doctype: str, stage: str) -> None:
	if not protocol.next_stage:
		return
	if protocol.next_stage_doctype != stage_doctype:
		_refuse(
			_("{0} leads to {1}, a {2}, but {3} is a {4}. Give that stage a protocol of its own").format(
				_bold(protocol.name),
				_bold(_(protocol.next_stage)),
				_(protocol.next_stage_doctype),
				_bold(_(stage)),
				_(stage_doctype),
			)
		)
	if protocol.next_stage == stage:
		_refuse(
			_("{0} leads to {1}, where it is followed itself. Choose another stage, or none").format(
				_bold(protocol.name), _bold(_(stage))
			)
		)


def _bold(text: str) -> str:
	return frappe.bold(escape_html(text))


def _refuse(message: str) -> None:
	frappe.throw(message, ProtocolError, title=_("Attempt Protocol"))
