"""Two leads, or two customers, do not have one identification; unless the settings allow it."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import get_link_to_form

from crm_etapas.exceptions import DuplicateIdentification

SETTINGS = {
	"Lead": "unique_identification_of_leads",
	"Customer": "unique_identification_of_customers",
}


def check(doc: Document) -> None:
	"""Refuse a record whose new identification another one has; before anything is written.

	:raises DuplicateIdentification: naming the other record.
	"""
	doc.flags.new_identification = _is_new(doc) and _must_be_unique(doc.doctype)
	if doc.flags.new_identification:
		_refuse_if(doc, _other(doc))


def check_again(doc: Document) -> None:
	"""Refuse it if somebody has saved the same identification meanwhile.

	The record is written by now, so that two at once see each other: a locking read sees what others have
	committed and waits for what they have not. Before the write it would keep them from entering a number
	that lies beside this one, and they us.
	"""
	if doc.flags.pop("new_identification", None):
		_refuse_if(doc, _other(doc, lock=True))


def _is_new(doc: Document) -> bool:
	before = doc.get_doc_before_save()
	return bool(doc.get("identification_key")) and not (
		before
		and before.get("identification_key") == doc.identification_key
		and before.get("identification_type") == doc.identification_type
	)


def _must_be_unique(doctype: str) -> bool:
	return doctype in SETTINGS and bool(frappe.get_cached_doc("CRM Etapas Settings").get(SETTINGS[doctype]))


def _other(doc: Document, lock: bool = False) -> str | None:
	table = frappe.qb.DocType(doc.doctype)
	query = (
		frappe.qb.from_(table)
		.select(table.name)
		.where(table.identification_key == doc.identification_key)
		.where(table.identification_type == doc.identification_type)
		.where(table.name != doc.name)
		.limit(1)
	)
	found = (query.for_update() if lock else query).run()
	return found[0][0] if found else None


def _refuse_if(doc: Document, other: str | None) -> None:
	if not other:
		return
	record = frappe.get_doc(doc.doctype, other)
	identification = frappe.bold(f"{_(doc.identification_type)} {doc.identification_number}")
	if record.has_permission("read"):
		title = frappe.utils.escape_html(record.get_title() or record.name)
		link = get_link_to_form(doc.doctype, record.name, title)
		message = _("{0} is already that of {1}. Work with that one, or correct the number").format(
			identification, link
		)
	else:
		message = _("{0} is already that of another {1}, which you may not see. Ask your manager").format(
			identification, _(doc.doctype)
		)
	frappe.throw(message, DuplicateIdentification, title=_("Identification Exists Already"))
