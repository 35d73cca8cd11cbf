"""Whitelisted methods that disqualify prospects with a reason."""

import frappe
from frappe import _

from crm_etapas.api import stages
from crm_etapas.api.records import existing
from crm_etapas.exceptions import BulkMoveError
from crm_etapas.pipeline.deadlock import tried_again
from crm_etapas.pipeline.registry import get_pipeline
from crm_etapas.pipeline.stages import get_stage
from crm_etapas.qualification import disqualification


@frappe.whitelist(methods=["POST"])
@tried_again
def disqualify(name: str, reason: str, comment: str | None = None, values: dict | str | None = None) -> dict:
	"""Disqualify a prospect: its reason is kept, and it moves to the stage that the reason leads to.

	:param name: of the lead.
	:param reason: name of a Disqualification Reason.
	:param comment: kept in the history, beside the reason.
	:param values: fields to fill in with the same save, for what else the stage asks for.
	:return: the path as `crm_etapas.api.stages.get_path` gives it.
	:raises StageRequirementError: with `missing` in the response, if the stage asks for more.
	:raises DisqualificationError, StageError, frappe.PermissionError:
	"""
	doc = existing("Lead", name)
	doc.check_permission("write")
	stage = get_stage(get_pipeline("Lead"), disqualification.stage_of(reason))
	doc.update(stages.fields_to_fill_in(doc, values, stage))
	disqualification.disqualify(doc, reason, comment)
	return stages.get_path("Lead", doc.name)


@frappe.whitelist(methods=["POST"])
def disqualify_many(
	reason: str,
	names: list | str | None = None,
	filters: list | dict | str | None = None,
	comment: str | None = None,
) -> str:
	"""Disqualify many prospects, as the user who asks: a few at once, many in the background.

	:param names: the leads; or else
	:param filters: which leads, as the lists of the desk have them. Who matches is settled here and now.
	:return: the name of the Bulk Move that says what becomes of them, see
		`crm_etapas.api.stages.bulk_move_results`.
	:raises DisqualificationError, BulkMoveError, frappe.PermissionError:
	"""
	frappe.has_permission("Lead", "write", throw=True)
	names, filters = frappe.parse_json(names), frappe.parse_json(filters)
	if (names is None) == (filters is None):
		frappe.throw(_("Say which records to move: either names or filters"), BulkMoveError)
	return disqualification.disqualify_many(reason, names, filters, comment).name


@frappe.whitelist(methods=["GET", "POST"])
def suggest(name: str) -> list[dict]:
	"""Return the reasons whose condition a prospect meets that is being worked on.

	:return: dicts of name, label and description.
	:raises frappe.PermissionError: if the user may not read the lead.
	"""
	return disqualification.met_by(existing("Lead", name))
