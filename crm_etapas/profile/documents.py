"""The documents of a record: Frappe's attachments of it, each under a name of one's own.

A file that nobody has named is called by its file's name.
"""

import os
import unicodedata

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cstr, escape_html

from crm_etapas.exceptions import DocumentNameError

LONGEST_NAME = 140
# what Frappe would take out of a name as markup, without a word
MARKUP = "<>"
# what no file on somebody's disk can be called
NOT_IN_FILES = '/\\:*?"|'
# Unicode's categories of what nobody can see: control characters, directions, surrogates, private ones
UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def of(doc: Document) -> list[dict]:
	"""Return the documents of a record that the user may read, the newest first. At most two queries.

	:return: dicts of name (of the File), document_name, file_name, url, is_private, size (in bytes), owner,
		owner_name and creation.
	"""
	# who may read a record may read what is attached to it: Frappe's own rule
	files = frappe.get_all(
		"File",
		{"attached_to_doctype": doc.doctype, "attached_to_name": doc.name, "is_folder": 0},
		[
			"name",
			"document_name",
			"file_name",
			"file_url",
			"is_private",
			"file_size as size",
			"owner",
			"creation",
		],
		order_by="creation desc, name desc",
	)
	full_names = _full_names({file.owner for file in files})
	for file in files:
		file.document_name = file.document_name or file.file_name or file.file_url
		file.owner_name = full_names.get(file.owner, file.owner)
		# with its id Frappe knows which of several Files with one url is meant
		is_local = file.is_private and cstr(file.file_url).startswith("/")
		file.url = f"{file.file_url}?fid={file.name}" if is_local else file.file_url
		del file["file_url"]
	return files


def rename(names: dict[str, str]) -> None:
	"""Give documents names of one's own, all or none of them.

	:param names: File → its new name.
	:raises DocumentNameError: if one cannot be called that.
	:raises frappe.PermissionError: if the user may not write the record.
	"""
	checked = {file: check_name(name) for file, name in names.items()}
	_check_permission(list(checked))
	for file, name in checked.items():
		frappe.db.set_value("File", file, "document_name", name)


def check_name(name: str) -> str:
	"""Return a name without space around it.

	:raises DocumentNameError: naming what is wrong and the mend.
	"""
	name = (name or "").strip()
	strange = sorted({character for character in name if _is_strange(character)})
	if not name:
		reason = _("A document needs a name. Write one")
	elif len(name) > LONGEST_NAME:
		reason = _("{0} has {1} characters, a name has {2} at most. Shorten it").format(
			frappe.bold(escape_html(name[:20]) + "…"), len(name), LONGEST_NAME
		)
	elif strange:
		reason = _("The name of a document cannot have {0}. Write it without").format(
			", ".join(map(_shown, strange))
		)
	else:
		return name
	frappe.throw(reason, DocumentNameError, title=_("Name of the Document"))


def name_of_download(file: Document) -> str:
	"""Return what the browser calls a file: its own name, with the ending that says what opens it."""
	ending = os.path.splitext(cstr(file.file_name))[1]
	name = file.document_name or file.file_name
	if not name.lower().endswith(ending.lower()):
		name += ending
	return "".join("-" if character in NOT_IN_FILES else character for character in name)


def _check_permission(files: list[str]) -> None:
	"""Refuse, in the same words for those that do not exist, unless the user may write the records of all."""
	rows = frappe.get_all("File", {"name": ["in", files]}, ["attached_to_doctype", "attached_to_name"])
	records = {(row.attached_to_doctype, row.attached_to_name) for row in rows}
	if len(rows) < len(files) or not all(
		doctype and frappe.db.exists(doctype, name) and frappe.has_permission(doctype, "write", doc=name)
		for doctype, name in records
	):
		frappe.throw(
			_("You may not rename this document. Ask somebody who may edit the record"),
			frappe.PermissionError,
			title=_("Not Permitted"),
		)


def _full_names(users: set[str]) -> dict[str, str]:
	return dict(
		frappe.get_all("User", {"name": ["in", list(users)]}, ["name", "full_name"], as_list=True)
		if users
		else ()
	)


def _is_strange(character: str) -> bool:
	return character in MARKUP or unicodedata.category(character) in UNSEEN


def _shown(character: str) -> str:
	"""Return a character as somebody can read it: what cannot be seen as its number."""
	if character in MARKUP:
		return escape_html(character)
	return f"U+{ord(character):04X}"
