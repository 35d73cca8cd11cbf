"""What else than this app happens when a record is saved: if nothing does, many can be written in sets."""

import frappe

EVENTS = ("before_validate", "validate", "before_save", "on_update", "on_change")
APPS = ("frappe", "erpnext", "crm_etapas")


def has_listeners(doctype: str) -> bool:
	"""Tell whether an admin or another app has something done when records of a DocType are saved."""
	waiting = [
		*records_that_wait(doctype, mails=True),
		("Assignment Rule", {"document_type": doctype, "disabled": 0}),
		("Milestone Tracker", {"document_type": doctype, "disabled": 0}),
	]
	return _has_foreign_handlers(doctype) or any(
		frappe.db.exists(other, filters) for other, filters in waiting
	)


def records_that_wait(doctype: str, mails: bool) -> list[tuple[str, dict]]:
	"""Return what an admin can make that is set off when a document is saved.

	:param mails: whether notifications count.
	"""
	found = [
		("Server Script", {"script_type": "DocType Event", "reference_doctype": doctype, "disabled": 0}),
		("Webhook", {"webhook_doctype": doctype, "enabled": 1}),
		("Workflow", {"document_type": doctype, "is_active": 1}),
	]
	if mails:
		found.append(("Notification", {"document_type": doctype, "enabled": 1}))
	return found


def _has_foreign_handlers(doctype: str) -> bool:
	hooks = frappe.get_doc_hooks()
	return any(
		path.split(".")[0] not in APPS
		for where in (doctype, "*")
		for event in EVENTS
		for path in hooks.get(where, {}).get(event, [])
	)
