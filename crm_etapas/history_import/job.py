"""One import from beginning to end: read, plan and, unless it is a dry run, write."""

import hashlib
from collections.abc import Callable, Mapping
from contextlib import contextmanager

import frappe
from frappe import _
from frappe.utils import escape_html
from frappe.utils.file_lock import LockTimeoutError
from frappe.utils.synchronization import filelock

from crm_etapas.exceptions import HistoryImportError
from crm_etapas.history_import import mapping as mappings
from crm_etapas.history_import import reader
from crm_etapas.history_import.mapping import Mapping as ImportMapping
from crm_etapas.history_import.planner import Planner
from crm_etapas.history_import.reader import Table
from crm_etapas.history_import.report import Report
from crm_etapas.history_import.site import Site
from crm_etapas.history_import.writer import Writer

EXTRAS = ("accounts", "items")
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


@contextmanager
def reporting_to_user():
	"""Show what is wrong with file or mapping to whoever is at the desk or at the other end of REST."""
	try:
		yield
	except HistoryImportError as error:
		frappe.throw(escape_html(str(error)), HistoryImportError, title=_("Import History"))


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
	:raises HistoryImportError: if file or mapping cannot be used; nothing is written then.
	"""
	check_permission()
	parsed = mappings.parse(mapping)
	table, tables = _read(data, parsed, extras or {})
	report = Report(parsed.source, dry_run, rows=len(table.lines))
	_note_encoding(table, report)
	if dry_run:
		report.created = Planner(parsed, table, Site(parsed.company), report, tables).plan().counts()
		return report
	with _only_import_of(parsed.source), _import_flags():
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
	return "history_import_" + hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest()[:16]


@contextmanager
def _only_import_of(source: str):
	"""Keep two imports of one source from running at once.

	:raises HistoryImportError: if one runs already.
	"""
	try:
		with filelock(lock_name(source), timeout=1):
			yield
	except LockTimeoutError:
		raise HistoryImportError(_("An import of {0} is running. Wait until it has ended").format(source))


@contextmanager
def _import_flags():
	"""Tell Frappe that records come in in numbers: it sends no mails and slows no one down."""
	before = {flag: frappe.flags.get(flag) for flag in ("in_import", "mute_emails")}
	frappe.flags.update(in_import=True, mute_emails=True)
	try:
		yield
	finally:
		frappe.flags.update(before)
