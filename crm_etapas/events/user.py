"""A user who leaves: their open prospects go to colleagues, and somebody else makes their contacts."""

import frappe
from frappe import _
from frappe.model.document import Document

from crm_etapas.assignment import PROFILE, on_save, reps, rule, run
from crm_etapas.follow_up import leaving


def on_update(doc: Document, method: str | None = None) -> None:
	if not doc.has_value_changed("enabled"):
		return
	reps.forget()
	if doc.enabled:
		return
	hands_over = on_save.is_on() and _profile(doc.name)
	if hands_over:
		run.hand_over(doc.name, _("the user is disabled"))
	leaving.hand_over(doc.name, going=("Lead",) if hands_over else ())


def on_trash(doc: Document, method: str | None = None) -> None:
	rule.forget(doc.name)
	if profile := _profile(doc.name):
		# who may delete a user may take the salesperson away
		frappe.delete_doc(PROFILE, profile, ignore_permissions=True, force=True)
		if on_save.is_on():
			run.hand_over_at_once(doc.name, _("the user is deleted"))
	leaving.hand_over_now(doc.name, is_deleted=True)


def _profile(user: str) -> str | None:
	return frappe.db.get_value(PROFILE, {"user": user})
