"""Tells whoever is to make a contact that it is due: once, also after days without a scheduler."""

from collections.abc import Iterator
from contextlib import contextmanager

import frappe
from frappe import _
from frappe.desk.doctype.notification_settings.notification_settings import (
	is_email_notifications_enabled_for_type,
)
from frappe.email.doctype.email_account.email_account import EmailAccount
from frappe.translate import get_user_lang
from frappe.utils import escape_html, format_datetime, get_link_to_form, now_datetime

from crm_etapas.follow_up import RESPONSIBLE

A_CHUNK = 200


def tell_due() -> int:
	"""Notify the users whose contacts are due and who have not been told; whoever calls commits.

	:return: how many contacts were told of.
	"""
	told = 0
	for doctype in RESPONSIBLE:
		for record in _due(doctype):
			told += _tell(doctype, record)
	return told


def _due(doctype: str) -> Iterator[frappe._dict]:
	"""Yield the records whose next contact is due, oldest first, and mark them as told of."""
	meta, table = frappe.get_meta(doctype), frappe.qb.DocType(doctype)
	title = meta.get_title_field()
	while True:
		rows = (
			frappe.qb.from_(table)
			.select(table.name, table[title].as_("title"), table.next_contact_date)
			.select(table.next_contact_by, table.next_contact_subject)
			.where(table.next_contact_notified == 0)
			.where(table.next_contact_date <= now_datetime())
			.orderby(table.next_contact_date)
			.limit(A_CHUNK)
			.for_update()
			.run(as_dict=True)
		)
		if not rows:
			return
		update = frappe.qb.update(table).set(table.next_contact_notified, 1)
		update.where(table.name.isin([row.name for row in rows])).run()
		yield from rows


def _tell(doctype: str, record: frappe._dict) -> bool:
	user = record.next_contact_by
	enabled, email = frappe.get_cached_value("User", user, ["enabled", "email"]) or (0, None)
	if not enabled or not frappe.has_permission(doctype, "read", doc=record.name, user=user):
		return False
	with _speaking_to(user):
		title = escape_html(record.title or record.name)
		about = escape_html(record.next_contact_subject or "") or _("next contact")
		subject = _("Now: {0}, {1}").format(frappe.bold(title), about)
		frappe.get_doc(
			{
				"doctype": "Notification Log",
				"type": "Alert",
				"for_user": user,
				"document_type": doctype,
				"document_name": record.name,
				"subject": subject,
			}
		).insert(ignore_permissions=True)  # the app tells, nobody writes these by hand
		if email and is_email_notifications_enabled_for_type(user, "Event Reminders") and _can_send(doctype):
			try:
				_mail(email, doctype, record, subject)
			except frappe.OutgoingEmailError:  # as Frappe's own notifications: the desk has told already
				frappe.log_error(title=_("A notification could not be mailed"))
	return True


def _can_send(doctype: str) -> bool:
	account = EmailAccount.find_outgoing(match_by_doctype=doctype)
	return bool(account and account.get("email_id"))


def _mail(email: str, doctype: str, record: frappe._dict, subject: str) -> None:
	link = get_link_to_form(doctype, record.name, escape_html(record.title or record.name))
	frappe.sendmail(
		recipients=[email],
		subject=frappe.utils.strip_html(subject),
		message=f"<p>{subject}</p><p>{format_datetime(record.next_contact_date)}: {link}</p>",
		reference_doctype=doctype,
		reference_name=record.name,
		add_unsubscribe_link=0,
	)


@contextmanager
def _speaking_to(user: str):
	before, frappe.local.lang = frappe.local.lang, get_user_lang(user)
	try:
		yield
	finally:
		frappe.local.lang = before
