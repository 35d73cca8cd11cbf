"""A document is cancelled: what was to be done because of it and has not been done yet is taken back."""

import frappe
from frappe.model.document import Document
from frappe.utils import get_datetime

from crm_etapas.cycle.loyalty import LOG, MADE, RULE, TAKEN_BACK
from crm_etapas.pipeline import history, stages, undo
from crm_etapas.pipeline.vocabulary import Outcome
from crm_etapas.pipelines import OPPORTUNITY

SAVEPOINT = "taking_back"


def on_cancel(doc: Document, method: str | None = None) -> None:
	"""doc_events handler of the documents that rules follow up."""
	rows = frappe.get_all(
		LOG,
		{"reference_doctype": doc.doctype, "reference_name": doc.name, "status": MADE},
		["name", "rule", "customer", "opportunity", "planned_for"],
	)
	for row in rows:
		taken_back = _delete_untouched(row.opportunity) if row.opportunity else _cancel_contact(row)
		if taken_back:
			frappe.db.set_value(LOG, row.name, "status", TAKEN_BACK)


def on_update(doc: Document, method: str | None = None) -> None:
	"""doc_events handler of Opportunity: one that is won no more, or again after all."""
	before = doc.get_doc_before_save()
	if not before or _is_won(before) == _is_won(doc):
		return
	if _is_won(before):
		on_cancel(doc)
	elif undo.is_undoing(doc):  # only by mistake was it won no more: the rules follow it up again
		about = {"reference_doctype": doc.doctype, "reference_name": doc.name, "status": TAKEN_BACK}
		since = before.get(OPPORTUNITY.entered_on_field)
		frappe.db.delete(LOG, {**about, "modified": (">=", since)})


def forget(doc: Document, method: str | None = None) -> None:
	"""doc_events handler of Customer: its rows go with it."""
	frappe.db.delete(LOG, {"customer": doc.name})


def before_rename(doc: Document, method: str | None, old: str, new: str, merge: bool = False) -> None:
	"""doc_events handler: of two documents that become one, a rule has one row."""
	if merge:
		frappe.db.delete(LOG, {"reference_doctype": doc.doctype, "reference_name": old})


def _cancel_contact(row: frappe._dict) -> bool:
	"""Cancel the contact that was planned, if it still is that one."""
	customer = frappe.get_doc("Customer", row.customer, for_update=True)
	subject = frappe.db.get_value(RULE, row.rule, "subject")
	is_that_one = (
		customer.next_contact_date
		and row.planned_for
		and get_datetime(customer.next_contact_date) == get_datetime(row.planned_for)
		and customer.next_contact_subject in (subject, frappe._(subject))
	)
	if not is_that_one:
		return False
	customer.next_contact_date = None
	customer.flags.ignore_mandatory = True
	customer.save(ignore_permissions=True)  # whoever cancels an order need not be able to write the customer
	return True


def _delete_untouched(name: str) -> bool:
	"""Delete the opportunity that was opened, if nobody has done anything with it."""
	if not frappe.db.exists("Opportunity", name):
		return True
	if _is_worked_on(name):
		return False
	frappe.db.savepoint(SAVEPOINT)
	try:
		frappe.delete_doc("Opportunity", name, ignore_permissions=True)  # the app has made it
		return True
	except frappe.LinkExistsError:  # a quotation, a task: somebody works on it
		frappe.db.rollback(save_point=SAVEPOINT)
		frappe.clear_last_message()
		return False


def _is_worked_on(name: str) -> bool:
	"""Tell whether somebody has moved, changed, contacted, commented or attached; the app itself does none of it."""
	creation, modified = frappe.db.get_value("Opportunity", name, ["creation", "modified"])
	reference = {"reference_doctype": "Opportunity", "reference_name": name}
	traces = {
		"Communication": {**reference, "communication_type": "Communication"},
		"Comment": {**reference, "comment_type": "Comment"},
		"File": {"attached_to_doctype": "Opportunity", "attached_to_name": name},
	}
	return (
		modified > creation
		or len(history.of("Opportunity", name, OPPORTUNITY.name)) > 1
		or any(frappe.db.exists(doctype, filters) for doctype, filters in traces.items())
	)


def _is_won(doc: Document) -> bool:
	stage = stages.get_stages(OPPORTUNITY).get(doc.get(OPPORTUNITY.stage_field))
	return bool(stage) and stage.outcome is Outcome.WON
