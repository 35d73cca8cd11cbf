"""One import from beginning to end: read, plan and, unless it is a dry run, write."""

from collections.abc import Callable, Mapping

import frappe
from frappe import _

from crm_etapas.exceptions import HistoryImportError
from crm_etapas.history_import import mapping as mappings
from crm_etapas.history_import.mapping import Mapping as ImportMapping
from crm_etapas.history_import.planner import Planner
from crm_etapas.history_import.site import Site
from crm_etapas.history_import.writer import Writer
from crm_etapas.tabular import reader, running
from crm_etapas.tabular.reader import Table
from crm_etapas.tabular.report import Report

EXTRAS = ("accounts", "items")
KIND = "history_import"
ROLES = ("Sales Master Manager", "System Manager")

File = tuple[str, bytes]


def check_permission() -> None:
	"""Refuse whoever may not import.

	:raises frappe.PermissionError:
	"""
	if frappe.session.user != "Administrator" and not set(ROLES) & set(frappe.get_roles()):
		frappe.throw(
			_("Only {0} may import a history. Ask one of them").format(", ".join(_(role) for role in ROLES)),
			frappe.PermissionError,
		)
	frappe.has_permission("Opportunity", "create", throw=True)


def reporting_to_user():
	"""Show what is wrong with file or mapping to whoever is at the desk or at the other end of REST."""
	return running.reporting_to_user(_("Import History"), HistoryImportError)


def import_history(
	data: File,
	mapping: str | dict,
	extras: Mapping[str, File] | None = None,
	dry_run: bool = False,
	progress: Callable[[int, int], None] = lambda done, total: None,
) -> Report:
	"""Bring in the opportunities of a file; commits after every chunk of rows, unless it is a dry run.

	:param data: name and content of the main file.
	:param extras: the same of the files about `accounts` and `items`.
	:param progress: is called with rows done and rows in all.
	:raises TableError: if file or mapping cannot be used; nothing is written then.
	"""
	check_permission()
	parsed = mappings.parse(mapping)
	table, tables = _read(data, parsed, extras or {})
	report = Report(parsed.source, dry_run, rows=len(table.lines))
	_note_encoding(table, report)
	if dry_run:
		report.created = Planner(parsed, table, Site(parsed.company), report, tables).plan().counts()
		return report
	with running.only_import_of(KIND, parsed.source, HistoryImportError), running.import_flags():
		site = Site(parsed.company)
		plan = Planner(parsed, table, site, report, tables).plan()
		Writer(plan, site, report, progress).write()
	return report


def _read(data: File, mapping: ImportMapping, extras: Mapping[str, File]) -> tuple[Table, dict[str, Table]]:
	table = reader.read(*data, sheet=mapping.sheet, encoding=mapping.encoding)
	mappings.check_columns(mapping, table)
	tables = {}
	for name in EXTRAS:
		extra = getattr(mapping, name)
		if extra and name not in extras:
			raise HistoryImportError(
				_(
					"The mapping describes a second file for {0}. Choose it, or take {0} out of the mapping"
				).format(name)
			)
		if extra:
			tables[name] = reader.read(*extras[name], sheet=extra.sheet)
			mappings.check_extra(name, extra, tables[name])
		elif name in extras:
			raise HistoryImportError(_("The mapping says nothing about the file for {0}").format(name))
	return table, tables


def _note_encoding(table: Table, report: Report) -> None:
	if table.guessed_encoding:
		reason = _("the file is not UTF-8; give encoding in the mapping if letters are wrong")
		report.guess(None, "", table.name, table.encoding, reason)


def lock_name(source: str) -> str:
	return running.lock_name(KIND, source)
