"""Whitelisted methods that take what a list shows along as an Excel workbook."""

from io import BytesIO

import frappe
from frappe import _
from frappe.desk.utils import provide_binary_file
from frappe.utils.data import make_filter_tuple

from crm_etapas.api.records import existing
from crm_etapas.exceptions import ExportError
from crm_etapas.finding import leads
from crm_etapas.finding.export import columns as export_columns
from crm_etapas.finding.export import job, selection, sheet
from crm_etapas.finding.export.selection import Selection


@frappe.whitelist(methods=["GET", "POST"])
def columns(doctype: str) -> dict:
	"""Return which columns the user may export.

	:return: `groups`: a list of `label` and `columns`, each with key and label, in the order of the form;
		`own_only`: whether only records that the user created are exported.
	:raises ExportError, frappe.PermissionError: if the list cannot be exported at all.
	"""
	selection.check_permission(doctype)
	groups = {}
	for column in export_columns.available(doctype):
		groups.setdefault(column.group, []).append({"key": column.key, "label": column.label})
	return {
		"groups": [{"label": label, "columns": members} for label, members in groups.items()],
		"own_only": selection.exports_own_only(doctype),
	}


@frappe.whitelist(methods=["POST"])
def start(
	doctype: str,
	filters: list | dict | str | None = None,
	or_filters: list | dict | str | None = None,
	order_by: str | None = None,
	columns: list | str | None = None,
	text: str | None = None,
) -> str | None:
	"""Begin an export: of many records in the background; few can be had at once, see `download`.

	:param filters, or_filters, order_by: as the lists of the desk have them.
	:param text: free text that prospects must match besides.
	:param columns: keys of the columns, see `columns`; all without them. Those that the user may not export
		are left out.
	:return: the name of the List Export that will have the file, or None: download it.
	:raises ExportError: if there is nothing to export.
	:raises frappe.PermissionError: if the user may not export these records.
	"""
	asked = _selection(doctype, filters, or_filters, order_by, text)
	found = len(asked.names(limit=job.AT_ONCE + 1))
	if not found:
		_refuse(_("There is nothing to export. Change the filters"))
	return job.create(asked, _keys(columns)).name if found > job.AT_ONCE else None


@frappe.whitelist(methods=["POST"])
def download(
	doctype: str,
	filters: list | dict | str | None = None,
	or_filters: list | dict | str | None = None,
	order_by: str | None = None,
	columns: list | str | None = None,
	text: str | None = None,
) -> None:
	"""Answer with the workbook itself. The arguments are those of `start`.

	:raises ExportError: if there is nothing to export, or too much for one answer.
	:raises frappe.PermissionError: if the user may not export these records.
	"""
	asked, keys = _selection(doctype, filters, or_filters, order_by, text), _keys(columns)
	names = asked.names(limit=job.AT_ONCE + 1)
	if not names:
		_refuse(_("There is nothing to export. Change the filters"))
	if len(names) > job.AT_ONCE:
		_refuse(_("These are too many for one download. Export the list again"))
	chosen = export_columns.choose(doctype, keys)
	job.log_access(asked, keys)
	content = BytesIO()
	sheet.write(doctype, names, chosen)[0].save(content)
	provide_binary_file(job.title(doctype), job.EXTENSION, content.getvalue())


@frappe.whitelist(methods=["POST"])
def start_again(name: str) -> str:
	"""Run an export again that failed, or whose worker is gone.

	:return: the name of the List Export.
	:raises ExportError: if it is running.
	:raises frappe.PermissionError: if the user may not read it, or not export its records.
	"""
	doc = existing("List Export", name)
	if doc.owner != frappe.session.user:
		frappe.throw(_("Only {0} may run it again").format(doc.owner), frappe.PermissionError)
	selection.check_permission(doc.reference_doctype)
	job.start_again(doc)
	return doc.name


def _selection(doctype: str, filters, or_filters, order_by: str | None, text: str | None) -> Selection:
	selection.check_permission(doctype)
	if text and doctype != leads.DOCTYPE:
		_refuse(_("Free text finds {0} only. Use filters").format(_(leads.DOCTYPE)))
	filters, or_filters = _listed(doctype, filters), _listed(doctype, or_filters)
	return Selection(doctype, filters, or_filters, order_by, (text or "").strip() or None)


def _listed(doctype: str, filters) -> list:
	filters = frappe.parse_json(filters) or []
	if isinstance(filters, dict):
		return [make_filter_tuple(doctype, field, value) for field, value in filters.items()]
	return filters


def _keys(columns: list | str | None) -> list[str] | None:
	return frappe.parse_json(columns) or None


def _refuse(message: str) -> None:
	frappe.throw(message, ExportError, title=_("Export to Excel"))
