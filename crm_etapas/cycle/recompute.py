"""An admin says something else of coming back: the days of those that wait for theirs are set anew, in sets.

Nothing comes back at once by that: a day that would be past already is not written.
"""

from collections.abc import Iterator

import frappe
from frappe.model.document import Document
from frappe.utils import getdate, today

from crm_etapas.cycle import NEXT_CONTACT, PIPELINES, PREVIOUS, WAKE_UP_ON, WOKEN_ON, plan, settings
from crm_etapas.pipeline import stages
from crm_etapas.pipeline.registry import pipeline_of_stages
from crm_etapas.pipeline.vocabulary import Outcome

A_CHUNK, A_STATEMENT = 1000, 200


def on_update(doc: Document, method: str | None = None) -> None:
	"""doc_events handler of stages and reasons: set the days anew in the background, once this is saved."""
	settings.forget(doc)
	flags = frappe.flags
	if doc.flags.in_insert or flags.in_install or flags.in_patch or flags.in_migrate:
		return
	if settings.has_changed(doc):
		frappe.enqueue(
			"crm_etapas.cycle.recompute.of",
			queue="long",
			enqueue_after_commit=True,
			job_id=f"crm_etapas_coming_back::{doc.doctype}::{doc.name}",
			deduplicate=True,
			doctype=doc.doctype,
			name=doc.name,
		)


def of(doctype: str, name: str) -> int:
	"""Set the days of the records anew that stand in a stage, or were lost for a reason; a job of its own.

	:param doctype: Prospect Stage, Opportunity Stage, Disqualification Reason or Opportunity Lost Reason.
	:return: how many were changed.
	"""
	if pipeline := pipeline_of_stages(doctype):
		return settle(pipeline.doctype, [name])
	of_reasons = next(record for record, reasons in settings.REASONS.items() if reasons == doctype)
	return settle(of_reasons, stages.with_outcome(PIPELINES[of_reasons], Outcome.LOST))


def settle(doctype: str, of_stages: list[str]) -> int:
	"""Set the days of the records in some stages anew; return how many were changed."""
	changed = 0
	for rows in _standing(doctype, of_stages):
		reasons, back = _reasons(doctype, rows), _came_back(doctype, rows)
		wanted = {}
		for row in rows:
			comes = plan.plan(
				doctype, row.stage, row.entered_on, row.next_contact_date, reasons.get(row.name, ())
			)
			on = comes and comes.on
			is_past = on and on <= getdate(today())
			if on != row.wake_up_on and not is_past and row.name not in back:
				wanted[row.name] = {WAKE_UP_ON: on}
		if wanted:
			frappe.db.bulk_update(doctype, wanted, chunk_size=A_STATEMENT, update_modified=False)
		changed += len(wanted)
		frappe.db.commit()  # a job: chunk by chunk
	return changed


def _standing(doctype: str, of_stages: list[str]) -> Iterator[list[frappe._dict]]:
	pipeline, table, last = PIPELINES[doctype], frappe.qb.DocType(doctype), ""
	while of_stages:
		query = (
			frappe.qb.from_(table)
			.select(
				table.name,
				table[pipeline.stage_field].as_("stage"),
				table[pipeline.entered_on_field].as_("entered_on"),
				table[NEXT_CONTACT],
				table[WAKE_UP_ON],
			)
			.where(table[pipeline.stage_field].isin(of_stages))
			.where(table[WOKEN_ON].isnull())  # its day has come, and it could not
			.where(table.name > last)
			.orderby(table.name)
			.limit(A_CHUNK)
		)
		if doctype == "Lead":
			query = query.select(table.disqualification_reason)
		rows = query.run(as_dict=True)
		if rows:
			yield rows
		if len(rows) < A_CHUNK:
			return
		last = rows[-1].name


def _reasons(doctype: str, rows: list[frappe._dict]) -> dict[str, list[str]]:
	if doctype == "Lead":
		return {row.name: [row.disqualification_reason] for row in rows if row.disqualification_reason}
	found: dict[str, list[str]] = {}
	details = frappe.get_all(
		"Opportunity Lost Reason Detail",
		{"parenttype": doctype, "parent": ["in", [row.name for row in rows]]},
		["parent", "lost_reason"],
	)
	for row in details:
		found.setdefault(row.parent, []).append(row.lost_reason)
	return found


def _came_back(doctype: str, rows: list[frappe._dict]) -> set[str]:
	"""Return the lost opportunities that a new one was made of since; they do not come back twice."""
	if doctype != "Opportunity":
		return set()
	entered = {row.name: row.entered_on for row in rows}
	made = frappe.get_all(doctype, {PREVIOUS: ["in", list(entered)]}, [PREVIOUS, "creation"])
	return {row[PREVIOUS] for row in made if row.creation >= entered[row[PREVIOUS]]}
