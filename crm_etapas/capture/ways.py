"""Which of two ways an import takes: set by set, or one real document after the other.

What happens when a prospect, its contact and its address are saved is known by the names of the handlers that hang
on them. Every one either runs on the document in memory, or is answered for a whole set, or has nothing to do on
this site. A handler that is none of these, or anything else that only a saved document sets off, makes the import
take the slow way, and the report says why.
"""

from collections.abc import Callable, Iterator

import frappe
from frappe import _
from frappe.automation.doctype.assignment_rule import assignment_rule
from frappe.model.base_document import get_controller
from frappe.model.document import Document

from crm_etapas.pipeline import listeners

# the events that a new document goes through
EVENTS = (
	"before_insert",
	"before_naming",
	"autoname",
	"before_validate",
	"validate",
	"before_save",
	"after_insert",
	"on_update",
	"on_change",
)
# look at the document alone: run for each one, in memory
RUN_FOR_EACH = frozenset(
	{
		"crm_etapas.pipeline.transition.before_validate",
		"crm_etapas.pipeline.transition.validate",
		"crm_etapas.pipeline.undo.before_save",
		"crm_etapas.qualification.disqualification.before_validate",
		"crm_etapas.qualification.disqualification.validate",
		"crm_etapas.qualification.scorecard.scoring.validate",
		"crm_etapas.profile.record.before_validate",
		"crm_etapas.profile.record.validate",
		"crm_etapas.profile.places.keep_point",
		"crm_etapas.follow_up.next_contact.validate",
		"crm_etapas.follow_up.attention.marks.validate",
		"crm_etapas.cycle.on_save.validate",
		"crm_etapas.identity.recognise.normalise_contact",
		"crm_etapas.verification.marks.keep_true",
		"erpnext.regional.italy.utils.set_state_code",
	}
)
# look at the territories too: run once for each combination of these fields
REMEMBERED = {"crm_etapas.profile.places.settle": ("sector", "zone", "region", "territory")}
# what they do is done for a set, by the planner and the writer
DONE_IN_SETS = frozenset(
	{
		"crm_etapas.identity.recognise.validate",
		"crm_etapas.identity.recognise.on_update",
		"crm_etapas.identity.duplicates.warn",
		"crm_etapas.assignment.on_save.on_update",  # with what is done after writing
		"crm_etapas.pipeline.transition.on_update",
		"crm_etapas.events.lead.on_update",
		"crm_etapas.profile.record.on_update",  # rows that make a customer are documents, see the planner
		"crm_etapas.follow_up.next_contact.on_update",  # nor rows with a next contact
		"crm_etapas.profile.places.share",  # the prospect has its address's places from the start
		"erpnext.crm.utils.update_lead_phone_numbers",
		"erpnext.setup.doctype.transaction_deletion_record.transaction_deletion_record"
		".check_for_running_deletion_job",
		"frappe.desk.notifications.clear_doctype_notifications",
	}
)
# what they do is done for a set once its rows are written: by what function, for a list of documents
AFTER_WRITING = {
	"Lead": {
		"crm_etapas.assignment.on_save.validate": "crm_etapas.assignment.in_sets.give",
		# rules ask only the document, and make to-dos one by one
		"frappe.automation.doctype.assignment_rule.assignment_rule.apply": "crm_etapas.capture.ways.apply_rules",
	},
}
# do nothing for a record that an import makes, or for a field that it cannot fill
NOTHING_TO_DO = frozenset(
	{
		"crm_etapas.pipeline.truth.watch",
		"crm_etapas.cycle.on_save.on_change",
		"crm_etapas.events.lead.validate",
		"frappe.automation.doctype.assignment_rule.assignment_rule.update_due_date",
		"frappe.core.doctype.file.utils.attach_files_to_document",
		"frappe.integrations.doctype.google_contacts.google_contacts.insert_contacts_to_google_contacts",
		"frappe.integrations.doctype.google_contacts.google_contacts.update_contacts_to_google_contacts",
		"frappe.social.doctype.energy_point_rule.energy_point_rule.process_energy_points",
	}
)


def reasons_for_documents(doctypes: tuple[str, ...], mails: bool) -> list[str]:
	"""Return why records of these DocTypes must be saved one by one, in the user's language; mostly nothing.

	:param mails: whether notifications go out for what is imported.
	"""
	reasons = [reason for doctype in doctypes for reason in _reasons(doctype, mails)]
	user = frappe.session.user
	if user != "Administrator" and frappe.get_cached_value("User", user, "follow_created_documents"):
		reasons.append(_("{0} follows the documents that they create").format(user))
	return list(dict.fromkeys(reasons))


def handlers_of(doctype: str, event: str) -> list[str]:
	"""Return the paths of the handlers of an event, in the order in which they run."""
	hooks = frappe.get_doc_hooks()
	return [*hooks.get(doctype, {}).get(event, []), *hooks.get("*", {}).get(event, [])]


def after_writing(doctype: str) -> list[Callable[[list[Document]], None]]:
	"""Return what is done for the records of a set once they are written, in the order of the handlers."""
	known = AFTER_WRITING.get(doctype, {})
	paths = [path for event in EVENTS for path in handlers_of(doctype, event) if path in known]
	return [frappe.get_attr(known[path]) for path in dict.fromkeys(paths)]


def apply_rules(docs: list[Document]) -> None:
	"""Let Frappe's Assignment Rules look at each record."""
	for doc in docs if docs and _has_assignment_rule(docs[0].doctype) else ():
		assignment_rule.apply(doc)


def _reasons(doctype: str, mails: bool) -> Iterator[str]:
	label = _(doctype)
	for event in EVENTS:
		for path in handlers_of(doctype, event):
			if path in RUN_FOR_EACH | REMEMBERED.keys() | DONE_IN_SETS | NOTHING_TO_DO:
				continue
			if path in AFTER_WRITING.get(doctype, {}):
				continue
			if path not in _UNLESS or _UNLESS[path](doctype):
				yield _("{0} runs when {1} is saved").format(path, label)
	if get_controller(doctype).__module__.split(".")[0] not in ("frappe", "erpnext"):
		yield _("another app has a class of its own for {0}").format(label)
	if frappe.get_meta(doctype).get("fields", {"fieldtype": "Password"}):
		yield _("{0} has a password field").format(label)
	if any(df.fetch_from for df in frappe.get_meta(doctype).fields):
		yield _("{0} has fields that are fetched from other records").format(label)
	for other, what in listeners.records_that_wait(doctype, mails):
		if frappe.db.exists(other, what):
			yield _("there is a {0} for {1}").format(_(other), label)


def _has_assignment_rule(doctype: str) -> bool:
	return bool(frappe.db.exists("Assignment Rule", {"document_type": doctype, "disabled": 0}))


def _has_milestones(doctype: str) -> bool:
	return bool(frappe.db.exists("Milestone Tracker", {"document_type": doctype, "disabled": 0}))


def _has_workflow(doctype: str) -> bool:
	return bool(frappe.db.exists("Workflow", {"document_type": doctype, "is_active": 1}))


def _has_service_levels(doctype: str) -> bool:
	return bool(frappe.db.exists("Service Level Agreement", {"document_type": doctype, "enabled": 1}))


def _gives_rights_to_a_user_type(doctype: str) -> bool:
	return bool(frappe.db.exists("User Type", {"is_standard": 0, "apply_user_permission_on": doctype}))


def _is_in_an_apps_own_search(doctype: str) -> bool:
	return bool(frappe.get_hooks("sqlite_search"))


def _may_have_called(doctype: str) -> bool:
	return bool(frappe.db.exists("Call Log", {}))


# handlers that have something to do only if the site has something for them
_UNLESS: dict[str, Callable[[str], bool]] = {
	"frappe.automation.doctype.assignment_rule.assignment_rule.apply": _has_assignment_rule,
	"frappe.automation.doctype.milestone_tracker.milestone_tracker.evaluate_milestone": _has_milestones,
	"frappe.workflow.doctype.workflow_action.workflow_action.process_workflow_actions": _has_workflow,
	"erpnext.support.doctype.service_level_agreement.service_level_agreement.apply": _has_service_levels,
	"frappe.core.doctype.user_type.user_type.apply_permissions_for_non_standard_user_type": (
		_gives_rights_to_a_user_type
	),
	"frappe.search.sqlite_search.update_doc_index": _is_in_an_apps_own_search,
	"erpnext.telephony.doctype.call_log.call_log.link_existing_conversations": _may_have_called,
}
