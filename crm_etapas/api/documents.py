"""Whitelisted methods on the documents of a record. Uploading and deleting them is Frappe's own."""

import frappe
from frappe.core.doctype.access_log.access_log import make_access_log

from crm_etapas.api.records import existing
from crm_etapas.profile import documents


@frappe.whitelist(methods=["GET", "POST"])
def get_list(doctype: str, name: str) -> list[dict]:
	"""Return the documents of a record, see `crm_etapas.profile.documents.of`.

	:raises frappe.PermissionError: if the user may not read the record.
	"""
	return documents.of(existing(doctype, name))


@frappe.whitelist(methods=["GET", "POST"])
def download(name: str) -> None:
	"""Answer with a document, under its own name.

	:param name: of the File.
	:raises frappe.PermissionError: if the user may not read it.
	"""
	file = existing("File", name)
	make_access_log(doctype="File", document=file.name, file_type=file.file_type)
	if file.is_remote_file:
		frappe.local.response.update(type="redirect", location=file.file_url)
		return
	response = {"filename": documents.name_of_download(file), "filecontent": file.get_content()}
	frappe.local.response.update(type="download", **response)


@frappe.whitelist(methods=["POST"])
def rename(names: dict | str) -> None:
	"""Give documents names of one's own, all or none of them.

	:param names: by the name of the File.
	:raises DocumentNameError: if one cannot be called that.
	:raises frappe.PermissionError: if the user may not write the record that one is attached to.
	"""
	documents.rename(frappe.parse_json(names))
