"""Two records of the same prospect or customer become one, and nothing of either is lost.

Frappe's rename moves what links to the one that goes, its files, comments, mails and versions to the one
kept, joins their histories through `before_rename`, and deletes it. `leftovers` sees to what rename leaves
behind, `differences` brings the values of the two together.
"""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.model.rename_doc import rename_doc
from frappe.utils import escape_html

from crm_etapas.identity import differences, leftovers


def merge(doctype: str, gone: str, kept: str, values: dict | None = None) -> Document:
	"""Make one record of two. All of it happens or nothing.

	Empty fields of the one kept are filled from the one that goes, its rows are added, and where both have
	something else, `values` decides or the one kept. What is not kept stands in a comment afterwards.

	The caller has checked that they are two, and that the user may write both and delete the one that goes;
	see `crm_etapas.api.prospects.merge`.

	:param values: by fieldname, what the record shall have where the two differ.
	:return: the one kept.
	:raises MergeError: if a value is given that nobody can choose.
	:raises frappe.ValidationError: as saving the one kept does.
	"""
	_lock(doctype, gone, kept)
	old, doc = frappe.get_doc(doctype, gone), frappe.get_doc(doctype, kept)
	differing = differences.of(old, doc)
	chosen = differences.chosen(differing, doc, values or {})
	leftovers.take_over(old, doc)
	# a DocType whose names are fixed can still lose a record to another one; the site's search is not rebuilt,
	# for saving and deleting keep it up to date
	rename_doc(doctype, gone, kept, force=True, merge=True, show_alert=False, rebuild_search=False)
	doc = frappe.get_doc(doctype, kept)
	doc.update({d.fieldname: d.gone for d in differing if d.takes_gone} | chosen)
	rows_left = differences.add_rows(old, doc)
	doc.flags.is_merged = True
	# checked for both records; a user who may not see a field must not make its value disappear
	doc.flags.ignore_permissions = True
	doc.save()
	leftovers.join_contacts(doctype, kept)
	_tell(doc, old, [*differences.left(differing, doc), *rows_left])
	return doc


def _lock(doctype: str, *names: str) -> None:
	"""Lock the records, always in the same order, so that two who merge wait for each other."""
	table = frappe.qb.DocType(doctype)
	frappe.qb.from_(table).select(table.name).where(table.name.isin(names)).orderby(
		table.name
	).for_update().run()


def _tell(doc: Document, old: Document, left: list[str]) -> None:
	"""Write what was not kept into a comment."""
	if left:
		lines = "".join(f"<li>{escape_html(line)}</li>" for line in left)
		doc.add_comment(
			"Info", f"{_('Merged with {0}. Not kept:').format(frappe.bold(old.name))}<ul>{lines}</ul>"
		)
