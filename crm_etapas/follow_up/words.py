"""What users are told of their contacts: in the words of an Email Template that an admin edits, by language.

A template is called after what it tells and its language: *Próximo Contacto (es)*. Where the user's language has
none, or it breaks, the words are those of this module, in the user's language.
"""

from dataclasses import dataclass

import frappe
from frappe import _
from frappe.desk.doctype.notification_settings.notification_settings import (
	is_email_notifications_enabled_for_type,
)
from frappe.email.doctype.email_account.email_account import EmailAccount
from frappe.utils import escape_html

TEMPLATE = "Email Template"
DUE, MORNING = "Próximo Contacto", "Contactos del Día"
PREFERENCE = "Event Reminders"
"""Which of Frappe's Notification Settings says whether a user gets mails of it."""


@dataclass(frozen=True)
class Words:
	"""`subject` is plain text, `message` HTML."""

	subject: str
	message: str


def of(kind: str, values: dict, builtin: Words) -> Words:
	"""Return what is told, in the words of the template of the language that is spoken.

	:param kind: DUE or MORNING.
	:param values: what the template may say, as plain text or lists of dicts; `link` and what begins so is HTML.
	:param builtin: the words where there is no template.
	"""
	template = _template(kind)
	if not template:
		return builtin
	try:
		return Words(
			" ".join(frappe.render_template(template.subject, values).split()),
			frappe.render_template(template.response_, _escaped(values)),
		)
	except Exception:  # whatever an admin has written must keep nobody from being told
		frappe.log_error(
			title=_("The template {0} cannot be used").format(template.name),
			reference_doctype=TEMPLATE,
			reference_name=template.name,
		)
		return builtin


def tell(user: str, words: Words, about: dict) -> None:
	"""Notify a user in the desk, and by mail where they want that.

	:param about: `document_type` and `document_name` of a record, or a `link`.
	"""
	frappe.get_doc(
		{
			"doctype": "Notification Log",
			"type": "Alert",
			"for_user": user,
			"subject": escape_html(words.subject),
			**about,
		}
	).insert(ignore_permissions=True)  # the app tells, nobody writes these by hand
	email, doctype = frappe.get_cached_value("User", user, "email"), about.get("document_type")
	if not email or not is_email_notifications_enabled_for_type(user, PREFERENCE) or not _can_send(doctype):
		return
	try:
		mail(user, words, doctype, about.get("document_name"))
	except frappe.OutgoingEmailError:  # as Frappe's own notifications: the desk has told already
		frappe.log_error(title=_("A notification could not be mailed"))


def mail(user: str, words: Words, doctype: str | None = None, name: str | None = None) -> None:
	"""Mail a user.

	:param doctype, name: of the record that it is about.
	:raises frappe.OutgoingEmailError: if the site sends no mail.
	"""
	frappe.sendmail(
		recipients=[frappe.get_cached_value("User", user, "email")],
		subject=words.subject,
		message=words.message,
		reference_doctype=doctype,
		reference_name=name,
		add_unsubscribe_link=0,
	)


def _template(kind: str):
	language = frappe.local.lang
	for code in dict.fromkeys((language, language.split("-")[0])):
		if frappe.db.exists(TEMPLATE, f"{kind} ({code})"):
			return frappe.get_cached_doc(TEMPLATE, f"{kind} ({code})")
	return None


def _escaped(value, name: str = ""):
	if isinstance(value, dict):
		return {key: _escaped(entry, key) for key, entry in value.items()}
	if isinstance(value, list):
		return [_escaped(entry) for entry in value]
	return escape_html(value) if isinstance(value, str) and not name.startswith("link") else value


def _can_send(doctype: str | None) -> bool:
	account = EmailAccount.find_outgoing(match_by_doctype=doctype)
	return bool(account and account.get("email_id"))
