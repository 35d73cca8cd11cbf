"""A user who leaves: their open prospects go to colleagues."""

import frappe
from frappe import _
from frappe.model.document import Document

from crm_etapas.assignment import PROFILE, on_save, reps, rule, run


def on_update(doc: Document, method: str | None = None) -> None:
	if not doc.has_value_changed("enabled"):
		return
	reps.forget()
	if not doc.enabled and on_save.is_on() and _profile(doc.name):
		run.hand_over(doc.name, _("the user is disabled"))


def on_trash(doc: Document, method: str | None = None) -> None:
	rule.forget(doc.name)
	profile = _profile(doc.name)
	if not profile:
		return
	# who may delete a user may take the salesperson away
	frappe.delete_doc(PROFILE, profile, ignore_permissions=True, force=True)
	if on_save.is_on():
		run.hand_over_at_once(doc.name, _("the user is deleted"))


def _profile(user: str) -> str | None:
	return frappe.db.get_value(PROFILE, {"user": user})
