"""The records that a site starts with. Written once, at installation; the admin's from then on."""

import json
from pathlib import Path

import frappe
from frappe import _
from frappe.model.document import Document

FOLDER = Path(__file__).parent.parent / "fixtures" / "defaults"


def create(*doctypes: str) -> None:
	"""Insert the starting records that do not exist yet, of all DocTypes or of those named.

	On a site that has them already an admin may have renamed some: an update names what it brings new.
	Records that name each other are completed once all of them are there.
	"""
	incomplete = []
	for path in sorted(FOLDER.glob("*.json")):
		for record in json.loads(path.read_text(encoding="utf-8")):
			if doctypes and record["doctype"] not in doctypes:
				break
			doc = frappe.get_doc(record)
			doc.set_new_name()
			if not frappe.db.exists(doc.doctype, doc.name):
				missing = _link_to_what_is_there(doc)
				doc.insert()
				if missing:
					incomplete.append((doc, missing))
	for doc, missing in incomplete:
		doc.update(missing)
		if _link_to_what_is_there(doc) != missing:
			doc.save()


def _link_to_what_is_there(doc: Document) -> dict[str, str]:
	"""Name linked records as this site does: ERPNext's set-up translates their names, or has none of them.

	:return: the fields whose records are missing, with the names that they should have.
	"""
	missing = {}
	for df in (*doc.meta.get_link_fields(), *doc.meta.get_dynamic_link_fields()):
		if name := doc.get(df.fieldname):
			doctype = df.options if df.fieldtype == "Link" else doc.get(df.options)
			known = (name, _(name, lang=frappe.db.get_default("lang")))
			doc.set(df.fieldname, next((n for n in known if frappe.db.exists(doctype, n)), None))
			if not doc.get(df.fieldname):
				missing[df.fieldname] = name
	return missing


def delete_unused(doctype: str) -> None:
	"""Delete the starting records of a DocType of ERPNext that nothing refers to."""
	path = FOLDER / f"{frappe.scrub(doctype)}.json"
	for record in json.loads(path.read_text(encoding="utf-8")):
		doc = frappe.get_doc(record)
		doc.set_new_name()
		if frappe.db.exists(doctype, doc.name):
			frappe.db.savepoint("starting_record")
			try:
				frappe.delete_doc(doctype, doc.name)
			except frappe.LinkExistsError:
				frappe.db.rollback(save_point="starting_record")
				frappe.clear_last_message()
