"""Why a deal was lost, said of the opportunity or of a quotation and carried to the other."""

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.model import table_fields
from frappe.model.document import Document
from frappe.utils import cint

from crm_etapas.conversion import documents, standing
from crm_etapas.exceptions import DealError
from crm_etapas.pipeline import requirements, stages, transition, triggers
from crm_etapas.pipeline.history import Move
from crm_etapas.pipeline.registry import get_pipeline
from crm_etapas.pipeline.stages import Stage

SETTINGS = "CRM Etapas Settings"
# where ERPNext keeps the reasons: of each DocType a list of its own
REASONS = {
	"Opportunity": ("Opportunity Lost Reason", "lost_reason"),
	"Quotation": ("Quotation Lost Reason", "order_lost_reason"),
}
NOTES = ("order_lost_reason", "weak_points")
TABLES = ("lost_reasons", "competitors")
FIELDS = (*TABLES, *NOTES)


def of(doc: Document, doctype: str) -> dict:
	"""Return what a lost opportunity or quotation says of its loss, as fields of the other DocType.

	A reason that the other list lacks is made there.
	"""
	values = {
		"lost_reasons": [
			{"lost_reason": same_reason(row.lost_reason, doctype)} for row in doc.get("lost_reasons") or []
		],
		"competitors": [{"competitor": row.competitor} for row in doc.get("competitors") or []],
		**{fieldname: doc.get(fieldname) for fieldname in NOTES},
	}
	return {fieldname: value for fieldname, value in values.items() if value}


def same_reason(reason: str, doctype: str) -> str:
	"""Return the reason of this name in the list of a DocType, made if it is not there yet."""
	reasons, fieldname = REASONS[doctype]
	if known := frappe.db.exists(reasons, reason):
		return known
	# whoever says why a deal was lost need not be able to edit the lists of reasons
	return frappe.get_doc({"doctype": reasons, fieldname: reason}).insert(ignore_permissions=True).name


def stage_of(competitors: list | None) -> Stage | None:
	"""Return the stage of lost opportunities: the one that is entered by itself when a quotation is lost so."""
	pipeline = get_pipeline("Opportunity")
	events = [standing.LOST_TO_COMPETITOR] if competitors else []
	found = (triggers.stage_for_event(pipeline, event) for event in (*events, standing.LOST))
	return next(filter(None, found), None) or stages.stage_for_status(pipeline, "Lost")


def stage_for(competitors: list | None) -> Stage:
	"""Return the stage of lost opportunities.

	:raises DealError: if no stage takes them.
	"""
	return stage_of(competitors) or _refuse(
		_("No stage takes opportunities that are lost. Enable one in {0}").format(_("Opportunity Stage"))
	)


def lose_opportunity(doc: Document, values: dict, comment: str | None = None) -> None:
	"""Move an opportunity to the stage for lost ones, with the fields that say why.

	:raises DealError: if no stage takes them.
	:raises StageError, frappe.PermissionError: as `transition.move`.
	"""
	stage = stage_for(values.get("competitors"))
	pipeline = get_pipeline("Opportunity")
	doc.update(values)
	if not doc.lost_reasons:  # whatever the stage asks for
		lacking = requirements.missing(doc, pipeline, stage, comment) or _entries(doc, NOTES, reqd=False)
		if not any(row["fieldname"] == "lost_reasons" for row in lacking):
			lacking = [*_entries(doc, ["lost_reasons"]), *lacking]
		requirements.refuse(doc, _(stage.name), lacking)
	transition.move(doc, pipeline, stage.name, Move(comment=comment))


def lose_quotation(doc: Document, values: dict) -> None:
	"""Set a quotation as lost, with the fields that say why; its opportunity may lack more.

	:param values: fields of the quotation, and of its opportunity what the stage asks for.
	:raises StageRequirementError: if no reason is given, or the opportunity lacks something.
	:raises DealError: if it is not submitted, or lost already.
	"""
	if doc.docstatus != 1 or doc.status == "Lost":
		_refuse(_("Only a submitted quotation that is not lost yet can be lost: {0}").format(doc.name))
	if not values.get("lost_reasons"):
		requirements.refuse(
			doc, _("Lost"), [*_entries(doc, ["lost_reasons"]), *_entries(doc, NOTES, reqd=False)]
		)
	asked = stage_of(values.get("competitors"))
	fields = {row.fieldname for row in asked.requirements} - set(FIELDS) if asked else ()
	doc.flags.of_opportunity = {field: values[field] for field in fields if field in values}
	declare(doc, values)


def with_competitor(doc: Document, missing: list[dict]) -> list[dict]:
	"""Return what is missing, and what it can be lost to: naming a competitor is another way of losing."""
	asked = {row["fieldname"] for row in missing}
	competitor, weak_points = (
		_entries(doc, [] if fieldname in asked else [fieldname], reqd=False)
		for fieldname in ("competitors", "weak_points")
	)
	return [*missing[:1], *competitor, *missing[1:], *weak_points]


def declare(quotation: Document, values: dict) -> None:
	"""Set a quotation as lost, as ERPNext does it, with all that is said of it."""
	quotation.set("lost_reasons", [])
	quotation.set("competitors", [])
	quotation.weak_points = values.get("weak_points") or quotation.get("weak_points")
	quotation.declare_enquiry_lost(
		[{"lost_reason": row.get("lost_reason")} for row in values.get("lost_reasons") or []],
		[{"competitor": row.get("competitor")} for row in values.get("competitors") or []],
		values.get("order_lost_reason"),
	)


def before_validate(doc: Document, method: str | None = None) -> None:
	"""doc_events handler, ahead of the door: a status of ERPNext that loses an opportunity says to which stage.

	ERPNext's own *Set as Lost* names the competitor in the same save. What closes by itself has nobody to ask
	for a reason; the settings give it. Nor could anybody be asked about its active quotations, so it stays open
	with them, and the job goes on with the next one.
	"""
	before = doc.get_doc_before_save()
	if not before or before.status == doc.status or before.opportunity_stage != doc.opportunity_stage:
		return
	if doc.status == "Closed" and not frappe.request:
		if documents.active_quotations(doc.name):
			doc.status = before.status
			return
		if not doc.lost_reasons:
			doc.append("lost_reasons", {"lost_reason": _reason_when_closed()})
	settings = frappe.get_cached_doc(SETTINGS)
	if doc.status == "Lost" and doc.competitors and cint(settings.status_moves_stage):
		if stage := stage_of(doc.competitors):
			doc.opportunity_stage = stage.name


def _entries(doc: Document, fieldnames: Iterable[str], reqd: bool = True) -> list[dict]:
	fields = filter(None, (doc.meta.get_field(fieldname) for fieldname in fieldnames))
	return [
		{
			**requirements.entry(
				df.fieldname,
				_(df.label, context=doc.doctype),
				"Field",
				df.fieldtype,
				df.options,
				value=None if df.fieldtype in table_fields else doc.get(df.fieldname) or None,
			),
			"reqd": reqd,
		}
		for df in fields
	]


def _refuse(message: str) -> None:
	frappe.throw(message, DealError, title=_("Set as Lost"))


def _reason_when_closed() -> str:
	chosen = frappe.get_cached_doc(SETTINGS).reason_when_closed
	return chosen or same_reason(_("No Answer", lang=frappe.db.get_default("lang")), "Opportunity")
