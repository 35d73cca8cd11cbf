"""One import of prospects from beginning to end: read, recognise, plan and, unless it is a dry run, write."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath

import frappe
from frappe import _
from frappe.utils import strip_html
from pymysql.err import MySQLError

from crm_etapas.capture import documents, ways
from crm_etapas.capture.columns import parse_mapping, recognise
from crm_etapas.capture.duplicates import POLICIES, REFUSE
from crm_etapas.capture.planner import Planner
from crm_etapas.capture.row import Row
from crm_etapas.capture.site import Site
from crm_etapas.capture.writer import Writer
from crm_etapas.exceptions import ProspectImportError
from crm_etapas.pipeline.registry import pipelines_of
from crm_etapas.tabular import chunks, reader, running
from crm_etapas.tabular.chunks import Refusal
from crm_etapas.tabular.reader import Table
from crm_etapas.tabular.report import Report

KIND = "prospect_import"
CHUNK = 500

File = tuple[str, bytes]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Options:
	"""What whoever imports chooses.

	:param source: where the prospects come from; a row of a source is imported once. The file's name, if empty.
	:param mapping: header → target for columns that their headers do not tell, see `columns.parse_mapping`.
	:param duplicates: what becomes of a row that is likely there already, one of `duplicates.POLICIES`.
	:param mails: whether notifications go out for what is imported.
	:param date_format: the way dates are written, such as DD/MM/YYYY, where the column leaves it open.
	:param number_format: the same of numbers, such as #.###,##.
	"""

	source: str | None = None
	mapping: str | dict | None = None
	duplicates: str = REFUSE
	mails: bool = False
	date_format: str | None = None
	number_format: str | None = None


def check_permission() -> None:
	"""Refuse whoever may not import prospects.

	:raises frappe.PermissionError:
	"""
	frappe.has_permission("Lead", "create", throw=True)
	if not frappe.has_permission("Lead", "import"):
		frappe.throw(
			_("You may create prospects but not import them. Ask a Sales Manager"), frappe.PermissionError
		)


def reporting_to_user():
	"""Show what is wrong with the file to whoever is at the desk or at the other end of REST."""
	return running.reporting_to_user(_("Import Prospects"), ProspectImportError)


def import_prospects(
	data: File,
	options: Options | None = None,
	dry_run: bool = False,
	progress: Progress = lambda done, total: None,
) -> Report:
	"""Bring in the prospects of a file; commits after every chunk of rows, unless it is a dry run.

	:param data: name and content of the file.
	:param progress: is called with rows done and rows in all.
	:raises TableError: if the file cannot be used; nothing is written then.
	"""
	check_permission()
	options = options or Options()
	if options.duplicates not in POLICIES:
		raise ProspectImportError(
			_("{0} is no way to treat duplicates. Choose one of: {1}").format(
				options.duplicates, ", ".join(POLICIES)
			)
		)
	source = options.source or PurePath(data[0]).stem
	table = reader.read(*data)
	report = Report(source, dry_run, rows=len(table.lines))
	with running.import_flags(mute_emails=not options.mails):
		if dry_run:
			_Import(table, options, report, progress).run()
		else:
			with running.only_import_of(KIND, source, ProspectImportError):
				_Import(table, options, report, progress).run()
	return report


class _Import:
	def __init__(self, table: Table, options: Options, report: Report, progress: Progress):
		self.table, self.report, self.progress = table, report, progress
		site = Site()
		self.columns = recognise(table.columns, site.words(), parse_mapping(options.mapping), site.locked())
		self.planner = Planner(self.columns, table, site, report, options.duplicates, options)
		doctypes = (
			["Lead"] + ["Contact"] * self.planner.makes_contacts + ["Address"] * self.columns.has_address
		)
		self.slow = ways.reasons_for_documents(tuple(doctypes), options.mails)
		self.writer = Writer()
		self._note(table)

	def run(self) -> None:
		lines = self.table.lines
		for start in range(0, len(lines), CHUNK):
			rows = self.planner.plan(lines[start : start + CHUNK])
			if self.report.dry_run:
				self._count(rows)
			else:
				self._write(rows)
			self.progress(min(start + CHUNK, len(lines)), len(lines))

	def _write(self, rows: list[Row]) -> None:
		in_sets = [row for row in rows if not (self.slow or row.needs_document)]
		one_by_one = [row for row in rows if self.slow or row.needs_document]
		for row, error in self._write_chunk(in_sets, self.writer.write, (frappe.ValidationError,)):
			if isinstance(error, frappe.ValidationError):
				self._refuse(row, error)
			else:
				one_by_one.append(row)  # whether the database is right, the document knows
		for row in one_by_one:
			for _row, error in self._write_chunk([row], documents.insert_all, (Exception,)):
				self._refuse(row, error)

	def _write_chunk(
		self, rows: list[Row], write: Callable[[list[Row]], Counter], refusals: tuple[type[Exception], ...]
	) -> list[Refusal]:
		if not rows:
			return []
		created = Counter(self.report.created)

		def undo() -> None:
			self.report.created = Counter(created)

		def write_rows(part: list[Row]) -> None:
			self.report.created.update(write(part))

		return chunks.write(rows, write_rows, undo, refusals)

	def _refuse(self, row: Row, error: Exception) -> None:
		reason = strip_html(str(error))
		if isinstance(error, MySQLError):
			reason = _("The database refuses it: {0}").format(reason)
		frappe.clear_messages()
		self.report.refuse(row.number, None, "", reason)

	def _count(self, rows: list[Row]) -> None:
		self.report.created.update(
			{
				"Lead": len(rows),
				"Contact": len(rows) if self.planner.makes_contacts else 0,
				"Address": sum(bool(row.address) for row in rows),
				"Stage Log": len(rows) * len(pipelines_of("Lead")),
			}
		)

	def _note(self, table: Table) -> None:
		if table.guessed_encoding:
			reason = _("the file is not UTF-8; save it as UTF-8 if letters are wrong")
			self.report.guess(None, "", table.name, table.encoding, reason)
		for column, reason in self.columns.left_out:
			self.report.note(column, "", reason)
		if self.slow:
			reason = _("The rows are saved one by one, which takes longer: {0}").format("; ".join(self.slow))
			self.report.note("", "", reason)
