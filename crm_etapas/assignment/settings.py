"""What an admin says of assignment in CRM Etapas Settings, and what follows from it."""

import frappe
from frappe import _
from frappe.model.document import Document

from crm_etapas.assignment import PROFILE, load, reps, rule, run, waiting
from crm_etapas.exceptions import AssignmentError

# what changes who may get a prospect
TELLING = ("assign_by_skill", "respect_holidays", "assignment_team")


def validate(settings: Document) -> None:
	"""Refuse to assign by skill where there is nobody to assign to, or nobody to be told of what fits nobody.

	:raises AssignmentError:
	"""
	switched_on = settings.assign_by_skill and settings.has_value_changed("assign_by_skill")
	if switched_on and not frappe.db.exists(PROFILE, {"enabled": 1}):
		_refuse(_("No salesperson has an enabled profile. Create one under {0} first").format(_(PROFILE)))
	_check_team(settings)


def on_update(settings: Document) -> None:
	rule.follow(settings)
	if not any(settings.has_value_changed(field) for field in TELLING):
		return
	reps.forget()
	if settings.assign_by_skill:
		load.repair()
		run.review_soon()


def _check_team(settings: Document) -> None:
	team = settings.assignment_team
	if not settings.assign_by_skill:
		return
	if not team:
		_refuse(_("Choose the team for prospects that fit nobody"))
	if not waiting.members(team):
		_refuse(
			_("Nobody of {0} can be told of a prospect that fits nobody. Add a user who is enabled").format(
				frappe.bold(team)
			)
		)


def _refuse(message: str) -> None:
	frappe.throw(message, AssignmentError, title=_("Assign Prospects by Skill"))
