"""Whitelisted methods of assignment: why this salesperson, assigning anew, what other profiles would have done."""

import frappe
from frappe import _
from frappe.utils import add_months, today

from crm_etapas.api.records import existing, read
from crm_etapas.assignment import PROFILE, handover, load, run
from crm_etapas.assignment import dry_run as trying
from crm_etapas.assignment import explain as explaining
from crm_etapas.exceptions import AssignmentError
from crm_etapas.pipeline.deadlock import tried_again


@frappe.whitelist(methods=["GET", "POST"])
def explain(name: str) -> dict:
	"""Return why a prospect went where it went, true of the moment when it did.

	:return: `lead_owner` and `owner_name` (whose it is now), `queue` (the team it waits for), and `assigned`: None if assignment
		never gave it, or a dict of user, full_name, queue, assigned_on, cause, comment, previous_owner, reason
		and others: for everybody else user, full_name, reason (in the user's language), open, new and weight.
	:raises frappe.PermissionError: if the user may not read the prospect.
	"""
	doc = existing("Lead", name)
	doc.check_permission("read")
	return explaining.of(doc)


@frappe.whitelist(methods=["POST"])
@tried_again
def assign(name: str) -> dict:
	"""Find the salesperson who fits a prospect, whoever has it now.

	:return: as `explain`.
	:raises AssignmentError: if prospects are not assigned by skill, or it is not worked on any more.
	:raises frappe.PermissionError: if the user may not write the prospect.
	"""
	existing("Lead", name).check_permission("write")
	doc = frappe.get_doc("Lead", name, for_update=True)  # before the loads, as every save does
	if not load.is_open(doc.prospect_stage):
		frappe.throw(
			_("{0} is closed. Move it to an open stage first").format(frappe.bold(doc.get_title())),
			AssignmentError,
			title=_("Assign by Skill"),
		)
	handover.assign_anew(doc)
	return explaining.of(doc)


@frappe.whitelist(methods=["POST"])
def assign_many(names: list | str) -> str:
	"""Find the salespeople who fit some prospects: up to 20 at once, more in the background.

	:return: the name of the Assignment Run.
	:raises AssignmentError: if prospects are not assigned by skill, or none of them can be.
	:raises frappe.PermissionError: if the user may not write prospects at all.
	"""
	frappe.has_permission("Lead", "write", throw=True)
	handover.check_is_on()
	chosen = run.chosen_names(read(names, list, str, AssignmentError))
	if not chosen:
		frappe.throw(_("None of these prospects can be assigned. Choose open ones"), AssignmentError)
	return run.assign_chosen(chosen).name


@frappe.whitelist(methods=["GET", "POST"])
def loads() -> dict[str, dict]:
	"""Return what each salesperson has on their hands: open and new, by profile.

	:raises frappe.PermissionError: if the user may not read profiles.
	"""
	frappe.has_permission(PROFILE, "read", throw=True)
	return {name: {"open": one.open, "new": one.new} for name, one in load.of_all().items()}


@frappe.whitelist(methods=["GET", "POST"])
def dry_run(
	profiles_changes: list | dict | str | None = None,
	from_date: str | None = None,
	until_date: str | None = None,
) -> dict:
	"""Return how the prospects of a period would have spread with changed profiles, see `trying.of`.

	:param profiles_changes: profiles as they would be, one or a list.
	:return: total and rows; of many prospects only `run`: the Assignment Run that has the result when it is done.
	:raises frappe.PermissionError: if the user may not write profiles or not read prospects.
	"""
	frappe.has_permission(PROFILE, "write", throw=True)
	frappe.has_permission("Lead", "read", throw=True)
	changes = frappe.parse_json(profiles_changes) or []
	arguments = {
		"changes": [changes] if isinstance(changes, dict) else changes,
		"from_date": from_date or add_months(today(), -3),
		"until_date": until_date or today(),
	}
	if trying.are_many(arguments["from_date"], arguments["until_date"]):
		return {"run": run.try_out(arguments).name}
	return trying.of(**arguments)
