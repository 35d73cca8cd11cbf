"""Frappe's Assignment Rule that makes the to-do for whoever got a prospect, and tells them.

It is "Based on Field" and reads the owner of the prospect. Frappe asks such a rule with every save, of disabled
and absent users too; so its condition asks for a field that we fill in only for an owner who is there. Other rules go
before it: it has the lowest priority.
"""

import frappe
from frappe.desk.form import assign_to
from frappe.model.document import Document

from crm_etapas.assignment import HANDED_TO, SETTINGS
from crm_etapas.pipeline.vocabulary import PROCESS_STATUSES

DOCTYPE = "Assignment Rule"
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def create() -> None:
	"""Make the rule, disabled, and remember which one it is; not again on a site that had it once."""
	if frappe.db.get_single_value(SETTINGS, "assignment_rule"):
		return
	in_progress = PROCESS_STATUSES[0]
	name = "Prospectos por Habilidad"
	if not frappe.db.exists(DOCTYPE, name):
		frappe.get_doc(
			{
				"doctype": DOCTYPE,
				"name": name,
				"document_type": "Lead",
				"priority": -1,
				"disabled": 1,
				"description": "{{ lead_name or '' }} {{ company_name or '' }}",
				"rule": "Based on Field",
				"field": "lead_owner",
				"assign_condition": f"lead_owner and {HANDED_TO} == lead_owner",
				"close_condition": f"process_status and process_status != '{in_progress}'",
				"assignment_days": [{"day": day} for day in DAYS],
			}
		).insert()
	frappe.db.set_single_value(SETTINGS, "assignment_rule", name)


def delete() -> None:
	"""Take the rule away, with what names it; to-dos that it has made stay."""
	name = frappe.db.get_single_value(SETTINGS, "assignment_rule")
	if name and frappe.db.exists(DOCTYPE, name):
		table = frappe.qb.DocType("ToDo")
		frappe.qb.update(table).set(table.assignment_rule, None).where(table.assignment_rule == name).run()
		frappe.delete_doc(DOCTYPE, name, force=True)


def follow(settings: Document) -> None:
	"""Enable or disable the rule with the setting."""
	name = settings.assignment_rule
	if not name or not frappe.db.exists(DOCTYPE, name):
		return
	doc = frappe.get_doc(DOCTYPE, name)
	if bool(doc.disabled) == bool(settings.assign_by_skill):
		doc.disabled = int(not settings.assign_by_skill)
		# whoever keeps the settings need not keep rules
		doc.save(ignore_permissions=True)


def forget(user: str) -> None:
	"""Let the rule not name whom it gave to last: Frappe would not let that user be deleted."""
	table = frappe.qb.DocType(DOCTYPE)
	name = frappe.get_cached_doc(SETTINGS).assignment_rule
	frappe.qb.update(table).set(table.last_user, None).where(
		(table.name == name) & (table.last_user == user)
	).run()


def take_back(doc: Document, user: str) -> None:
	"""Cancel the to-do that the rule has made for whoever had the prospect before; Frappe then makes the new one."""
	name = frappe.get_cached_doc(SETTINGS).assignment_rule
	mine = {
		"reference_type": doc.doctype,
		"reference_name": doc.name,
		"allocated_to": user,
		"assignment_rule": name,
		"status": "Open",
	}
	if name and frappe.get_all("ToDo", mine, limit=1):
		# whoever hands a prospect over need not be able to write the to-dos of whoever had it
		assign_to.remove(doc.doctype, doc.name, user, ignore_permissions=True)
