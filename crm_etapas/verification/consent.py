"""Who must not be written to: whoever has switched notifications off or unsubscribed."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import get_link_to_form

from crm_etapas.exceptions import VerificationError
from crm_etapas.verification.addresses import EMAIL, Address

DOCTYPES = ("Lead", "Opportunity", "Prospect", "Customer")
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


def check(contact: Document, records: list[frappe._dict], address: Address) -> None:
	"""Refuse to write to somebody who does not want it.

	:param records: what `records_of` has found.
	:raises VerificationError: saying who and where that can be changed.
	"""
	for record in records:
		if record.get("notifications_enabled") == 0:
			_refuse(_("Notifications are switched off for {0}"), record.doctype, record.name)
		if record.get("unsubscribed"):
			_refuse(_("{0} has unsubscribed from messages"), record.doctype, record.name)
	if contact.unsubscribed:
		_refuse(_("{0} has unsubscribed from messages"), contact.doctype, contact.name)
	if address.medium is EMAIL and _has_unsubscribed(contact, address.target):
		frappe.throw(
			_("{0} has unsubscribed from the mails of this site. See Email Unsubscribe").format(
				frappe.bold(address.text)
			),
			VerificationError,
			title=_("Not Sent"),
		)


def _refuse(reason: str, doctype: str, name: str) -> None:
	what = f"{_(doctype)} {get_link_to_form(doctype, name)}"
	frappe.throw(
		"{}. {}".format(
			reason.format(what), _("Nothing was sent. If the client agrees, change it there first")
		),
		VerificationError,
		title=_("Not Sent"),
	)


def _has_unsubscribed(contact: Document, email: str) -> bool:
	everything = {"email": email, "global_unsubscribe": 1}
	this = {"email": email, "reference_doctype": contact.doctype, "reference_name": contact.name}
	return any(frappe.db.exists("Email Unsubscribe", filters) for filters in (everything, this))
