"""Whitelisted methods that bring prospects in from a file."""

import json

import frappe
from frappe import _

from crm_etapas.capture import tasks
from crm_etapas.capture.job import check_permission, reporting_to_user
from crm_etapas.capture.template import workbook
from crm_etapas.tabular.tasks import begin, content_of, url_of


@frappe.whitelist(methods=["POST"])
def run(
	file: str,
	source: str | None = None,
	mapping: dict | str | None = None,
	duplicates: str | None = None,
	send_notifications: bool = False,
	date_format: str | None = None,
	number_format: str | None = None,
	dry_run: bool = False,
	wait: bool = False,
) -> dict:
	"""Bring in the prospects of a file.

	A Prospect Import document is created, and a background job fills it with progress and report.

	:param file: name or url of an uploaded File, CSV or XLSX.
	:param source: where the list comes from; a row of a source is imported once. The file's name, if empty.
	:param mapping: header → field, for columns that are not recognised by their header.
	:param duplicates: "Refuse the Row", "Skip as Already There" or "Import with a Note".
	:param dry_run: only find out what would be created and refused.
	:param wait: do it now, in this request, instead of in the background: for small files.
	:return: `name` and `status` of the Prospect Import; of one that was waited for also the counts
		`total_rows`, `created`, `already_there`, `guessed`, `refused`, and `report_file` and `error`.
	:raises ProspectImportError: if file or mapping cannot be used.
	:raises frappe.PermissionError: if the user may not import.
	"""
	check_permission()
	with reporting_to_user():
		content_of(file)
	values = {
		"import_file": url_of(file),
		"source": source,
		"mapping": mapping
		if isinstance(mapping, str | None)
		else json.dumps(mapping, ensure_ascii=False, indent=1),
		"duplicates": duplicates,
		"send_notifications": int(send_notifications),
		"date_format": date_format,
		"number_format": number_format,
	}
	doc = (
		frappe.new_doc("Prospect Import").update({k: v for k, v in values.items() if v is not None}).insert()
	)
	return begin(doc, tasks, dry_run, wait)


@frappe.whitelist(methods=["POST"])
def start(name: str, dry_run: bool = False) -> dict:
	"""Run a Prospect Import again: after its dry run, or to go on where it broke off.

	:return: `name` and `status`.
	:raises ProspectImportError: if it is running.
	:raises frappe.PermissionError: if the user may not import.
	"""
	check_permission()
	doc = frappe.get_doc("Prospect Import", name)
	doc.check_permission("write")
	return begin(doc, tasks, dry_run)


@frappe.whitelist(methods=["GET", "POST"])
def template() -> None:
	"""Download the file to start from, with the columns in the user's language.

	:raises frappe.PermissionError: if the user may not import.
	"""
	check_permission()
	frappe.response["filename"] = frappe.scrub(_("Prospects")) + ".xlsx"
	frappe.response["filecontent"] = workbook()
	frappe.response["type"] = "binary"
