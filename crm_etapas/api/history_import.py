"""Whitelisted methods that bring the history of another CRM in."""

import json

import frappe

from crm_etapas.history_import import tasks
from crm_etapas.history_import.job import check_permission, reporting_to_user
from crm_etapas.tabular.tasks import begin, content_of, url_of


@frappe.whitelist(methods=["POST"])
def run(
	file: str,
	mapping: dict | str,
	dry_run: bool = False,
	accounts: str | None = None,
	items: str | None = None,
	wait: bool = False,
) -> dict:
	"""Bring in the opportunities of a file with the history of their stages.

	A History Import document is created, and a background job fills it with progress and report.

	:param file: name or url of an uploaded File, CSV or XLSX.
	:param mapping: what the columns mean, see docs/history_import.md.
	:param dry_run: only find out what would be created, guessed and refused.
	:param accounts, items: Files with more about the accounts and items, if the mapping has them.
	:param wait: do it now, in this request, instead of in the background: for small files.
	:return: `name` and `status` of the History Import; of one that was waited for also the counts
		`total_rows`, `created`, `already_there`, `guessed`, `refused`, and `report_file` and `error`.
	:raises HistoryImportError: if file or mapping cannot be used.
	:raises frappe.PermissionError: if the user may not import.
	"""
	check_permission()
	with reporting_to_user():
		for given in filter(None, (file, accounts, items)):
			content_of(given)
	doc = frappe.get_doc(
		{
			"doctype": "History Import",
			"import_file": url_of(file),
			"accounts_file": url_of(accounts),
			"items_file": url_of(items),
			"mapping": mapping
			if isinstance(mapping, str)
			else json.dumps(mapping, ensure_ascii=False, indent=1),
		}
	).insert()
	return begin(doc, tasks, dry_run, wait)


@frappe.whitelist(methods=["POST"])
def start(name: str, dry_run: bool = False) -> dict:
	"""Run a History Import again: after its dry run, or to go on where it broke off.

	:return: `name` and `status`.
	:raises HistoryImportError: if it is running.
	:raises frappe.PermissionError: if the user may not import.
	"""
	check_permission()
	doc = frappe.get_doc("History Import", name)
	doc.check_permission("write")
	return begin(doc, tasks, dry_run)
