"""The slow way: a row becomes real documents, so that everything that hangs on saving them happens."""

from collections import Counter

import frappe
from frappe.integrations.doctype.webhook import run_webhooks
from frappe.model.document import Document
from frappe.utils import add_days, cint, getdate

from crm_etapas.capture.row import Row
from crm_etapas.pipeline import transition
from crm_etapas.pipeline.history import Move
from crm_etapas.pipeline.registry import pipelines_of
from crm_etapas.pipeline.vocabulary import Cause
from crm_etapas.tabular.keys import KEY_LENGTH


def insert_all(rows: list[Row]) -> Counter:
	"""Save the prospects of some rows, see `insert`."""
	return sum((insert(row) for row in rows), Counter())


def insert(row: Row) -> Counter:
	"""Save the prospect of a row with its contact and address.

	:return: how many records were created, by DocType.
	:raises frappe.ValidationError: if one of them cannot be saved.
	"""
	lead = frappe.new_doc("Lead").update({**row.values, "lead_import_id": row.key[:KEY_LENGTH]})
	for attribute, value in row.attributes:
		lead.append("customer_attributes", {"attribute": attribute, "value": value})
	transition.announce(lead, Move(cause=Cause.IMPORT, on=row.entered_on))
	_save(lead)
	created = Counter(
		{"Lead": 1, "Stage Log": len(pipelines_of("Lead")), "Contact": int(bool(lead.get("contact_doc")))}
	)
	if row.entered_on:
		_came_in(lead, row)
	if row.address:
		address = frappe.new_doc("Address").update({"address_title": lead.title, **row.address})
		address.append("links", {"link_doctype": "Lead", "link_name": lead.name})
		_save(address)
		created["Address"] += 1
	return created


def _save(doc: Document) -> None:
	doc.insert()
	_run_webhooks(doc)


def _run_webhooks(doc: Document) -> None:
	"""Frappe keeps webhooks silent while records are imported. Whoever made one for prospects wants all of them."""
	before, frappe.flags.in_import = frappe.flags.in_import, False
	doc.flags.in_insert = True
	try:
		for event in ("after_insert", "on_update"):
			run_webhooks(doc, event)
	finally:
		frappe.flags.in_import, doc.flags.in_insert = before, False


def _came_in(lead: Document, row: Row) -> None:
	"""A document is always created now; a prospect of the file came in when the file says."""
	values = {"creation": row.entered_on}
	if days := cint(lead.get("validity_days")):
		values["valid_until"] = add_days(getdate(row.entered_on), days)
	frappe.db.set_value("Lead", lead.name, values, update_modified=False)
