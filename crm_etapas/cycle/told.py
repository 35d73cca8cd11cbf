"""What is said of a record that comes back: in its history, on its timeline, and to whoever is answerable for it."""

import frappe
from frappe import _
from frappe.desk.doctype.notification_log.notification_log import enqueue_create_notification
from frappe.model.document import Document
from frappe.utils import escape_html, now_datetime, strip_html

from crm_etapas import language
from crm_etapas.cycle import WAKE_UP_ON, WOKEN_ON
from crm_etapas.cycle.plan import Return
from crm_etapas.pipeline.registry import Pipeline


def why(comes: Return) -> str:
	"""Return in one sentence why a record comes back, as its history keeps it."""
	if comes.days is None:
		return _("Wakes up: the day that was agreed has come")
	if comes.reason:
		return _("Comes back {0} days after it was lost: {1}").format(comes.days, _(comes.reason))
	return _("Comes back after {0} days in its stage").format(comes.days)


def refused(pipeline: Pipeline, name: str, error: Exception) -> None:
	"""Say once that a record could not come back; it is not tried again until somebody moves it or plans anew."""
	reason = _explained(pipeline, name, error)
	frappe.db.set_value(
		pipeline.doctype, name, {WAKE_UP_ON: None, WOKEN_ON: now_datetime()}, update_modified=False
	)
	doc = frappe.get_doc(pipeline.doctype, name)
	doc.add_comment(
		"Info", _("Its day has come, but it could not come back by itself: {0}").format(escape_html(reason))
	)
	owner = doc.get(pipeline.responsible_field)
	if owner and frappe.get_cached_value("User", owner, "enabled"):
		_notify(owner, doc, reason)


def log(pipeline: Pipeline, name: str) -> Document | None:
	"""Log the error that is being handled."""
	return frappe.log_error(
		_("A record could not come back"), reference_doctype=pipeline.doctype, reference_name=name
	)


def _explained(pipeline: Pipeline, name: str, error: Exception) -> str:
	if isinstance(error, frappe.ValidationError | frappe.PermissionError):
		return strip_html(str(error))
	entry = log(pipeline, name)
	return _("See Error Log {0}").format(entry and entry.name)


def _notify(user: str, doc: Document, reason: str) -> None:
	with language.speaking_to(user):
		subject = _("{0} could not come back by itself: {1}").format(
			frappe.bold(escape_html(doc.get_title() or doc.name)), escape_html(reason)
		)
	enqueue_create_notification(
		[user],
		{
			"type": "Alert",
			"document_type": doc.doctype,
			"document_name": doc.name,
			"subject": subject,
			"from_user": frappe.session.user,
		},
	)
