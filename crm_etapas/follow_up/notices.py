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
from crm_etapas.follow_up.next_contact import works_in_desk

A_CHUNK = 200
SAVEPOINT = "telling_of_a_contact"


def tell_due() -> int:
	"""Notify the users whose contacts are due and who have not been told: a job of its own.

	:return: how many contacts were told of.
	"""
	told = 0
	for doctype in RESPONSIBLE:
		for records in _due(doctype):
			told += sum(_tell_one(doctype, record) for record in records)
			frappe.db.commit()  # a job: whoever has been told is not told again
	return told


def _due(doctype: str) -> Iterator[list[frappe._dict]]:
	"""Yield the records whose next contact is due, oldest first, in chunks that are marked as told of."""
	meta, table = frappe.get_meta(doctype), frappe.qb.DocType(doctype)
	title = meta.get_title_field()
	while True:
		rows = (
			frappe.qb.from_(table)
			.select(table.name, table[title].as_("title"), table.next_contact_date)
			.select(
				table.next_contact_by,
				table.next_contact_subject,
				table[RESPONSIBLE[doctype]].as_("responsible"),
			)
			.where(table.next_contact_notified == 0)
			.where(table.next_contact_date <= now_datetime())
			.orderby(table.next_contact_date)
			.limit(A_CHUNK)
			.run(as_dict=True)
		)
		if not rows:
			return
		update = frappe.qb.update(table).set(table.next_contact_notified, 1)
		update.where(table.name.isin([row.name for row in rows])).run()
		yield rows


def _tell_one(doctype: str, record: frappe._dict) -> bool:
	"""One record that cannot be told of keeps nobody else from being told."""
	frappe.db.savepoint(SAVEPOINT)
	try:
		return _tell(doctype, record)
	except Exception:
		frappe.db.rollback(save_point=SAVEPOINT)
		frappe.log_error(
			title=_("A contact that is due could not be told of"),
			reference_doctype=doctype,
			reference_name=record.name,
		)
		return False


def _whom(doctype: str, record: frappe._dict) -> str | None:
	"""Return who is told: whoever makes the contact, or if they are gone, whoever is answerable for the record."""
	for user in (record.next_contact_by, record.responsible):
		if works_in_desk(user) and frappe.has_permission(doctype, "read", doc=record.name, user=user):
			return user
	return None


def _tell(doctype: str, record: frappe._dict) -> bool:
	user = _whom(doctype, record)
	if not user:
		return False
	email = frappe.get_cached_value("User", user, "email")
	with _speaking_to(user):
		title, about = record.title or record.name, record.next_contact_subject or _("next contact")
		plain = _("Now: {0}, {1}").format(title, about)
		subject = _("Now: {0}, {1}").format(frappe.bold(escape_html(title)), escape_html(about))
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
				_mail(email, doctype, record, plain)
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
		subject=subject,
		message=f"<p>{escape_html(subject)}</p><p>{format_datetime(record.next_contact_date)}: {link}</p>",
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
