"""Tells whoever is to make a contact that it is due: once, also after days without a scheduler."""

from collections.abc import Iterator

import frappe
from frappe import _
from frappe.utils import escape_html, format_datetime, get_fullname, get_link_to_form, now_datetime

from crm_etapas import language
from crm_etapas.follow_up import RESPONSIBLE, local_time, words
from crm_etapas.follow_up.next_contact import works_in_desk
from crm_etapas.follow_up.words import Words

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
				table.next_contact_medium,
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
	with language.speaking_to(user):
		values = values_of(doctype, record, user)
		told = words.of(words.DUE, values, _builtin(values))
		words.tell(user, told, {"document_type": doctype, "document_name": record.name})
	return True


def values_of(doctype: str, record: frappe._dict, user: str) -> dict:
	"""Return what a template may say of a contact, to a user, in whose time zone it is."""
	title = record.title or record.name
	return {
		"title": title,
		"kind": _(doctype),
		"name": record.name,
		"about": record.next_contact_subject or _("next contact"),
		"medium": _(record.next_contact_medium or ""),
		"when": format_datetime(local_time.local(record.next_contact_date, local_time.zone_of(user))),
		"user": get_fullname(user),
		"link": get_link_to_form(doctype, record.name, escape_html(title)),
	}


def _builtin(values: dict) -> Words:
	subject = _("Now: {0}, {1}").format(values["title"], values["about"])
	return Words(subject, f"<p>{escape_html(subject)}</p><p>{values['when']}: {values['link']}</p>")
