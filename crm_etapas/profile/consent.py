"""Who must not be written to: whoever has switched notifications off or unsubscribed.

Whatever the app sends to a client asks `objection` first.
"""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import get_link_to_form

from crm_etapas.profile import DOCTYPES

FIELDS = ("notifications_enabled", "unsubscribed", "language", "country", "company")


def records_of(contact: Document) -> list[frappe._dict]:
	"""Return what is known of the prospects and customers that a contact belongs to: one query a DocType.

	:return: doctype, name and those of `FIELDS` that the DocType has.
	"""
	found = []
	for doctype in DOCTYPES:
		names = [link.link_name for link in contact.links if link.link_doctype == doctype]
		if names:
			fields = [field for field in FIELDS if frappe.get_meta(doctype).has_field(field)]
			rows = frappe.get_all(doctype, {"name": ["in", names]}, ["name", *fields])
			found += [row.update(doctype=doctype) for row in rows]
	return found


def objection(contact: Document, records: list[frappe._dict], email: str | None = None) -> str | None:
	"""Return why somebody must not be written to, saying who and where that can be changed; None if they may.

	:param records: what `records_of` has found.
	:param email: where a mail would go; None for any other message.
	"""
	for record in records:
		if record.get("notifications_enabled") == 0:
			return _objects(_("Notifications are switched off for {0}"), record.doctype, record.name)
		if record.get("unsubscribed"):
			return _objects(_("{0} has unsubscribed from messages"), record.doctype, record.name)
	if contact.unsubscribed:
		return _objects(_("{0} has unsubscribed from messages"), contact.doctype, contact.name)
	if email and _has_unsubscribed(contact, email):
		return _("{0} has unsubscribed from the mails of this site. See Email Unsubscribe").format(
			frappe.bold(frappe.utils.escape_html(email))
		)
	return None


def _objects(reason: str, doctype: str, name: str) -> str:
	what = f"{_(doctype)} {get_link_to_form(doctype, name)}"
	return "{}. {}".format(
		reason.format(what), _("Nothing was sent. If the client agrees, change it there first")
	)


def _has_unsubscribed(contact: Document, email: str) -> bool:
	everything = {"email": email, "global_unsubscribe": 1}
	this = {"email": email, "reference_doctype": contact.doctype, "reference_name": contact.name}
	return any(frappe.db.exists("Email Unsubscribe", filters) for filters in (everything, this))
