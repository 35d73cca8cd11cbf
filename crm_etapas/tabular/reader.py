"""Reads a CSV or XLSX file, whatever program wrote it, into a table."""

import codecs
import csv
import io
import re
import zipfile
from collections import Counter
from dataclasses import dataclass, field

import chardet
from frappe import _

from crm_etapas.exceptions import TableError

DELIMITERS = ",;\t|"
SAMPLE_LINES = 50
NOT_TEXT = re.compile("[\x00-\x08\x0e-\x1f]")
SIGNATURES = {
	b"%PDF": "PDF",
	b"\xd0\xcf\x11\xe0": "XLS",
	b"\x89PNG": "PNG",
	b"\xff\xd8\xff": "JPEG",
	b"\x1f\x8b": "GZIP",
}
BYTE_ORDER_MARKS = (
	(codecs.BOM_UTF8, "utf-8-sig"),
	(codecs.BOM_UTF32_LE, "utf-32"),
	(codecs.BOM_UTF32_BE, "utf-32"),
	(codecs.BOM_UTF16_LE, "utf-16"),
	(codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class Line:
	"""One row of the file. `number` counts as a spreadsheet does: the header is 1.

	`problem` says why the row cannot be read; its cells are empty then.
	"""

	number: int
	cells: dict
	problem: str | None = None

	def text(self, column: str) -> str:
		return as_text(self.cells.get(column))


@dataclass(frozen=True)
class Table:
	name: str
	columns: tuple[str, ...]
	lines: list[Line]
	encoding: str | None = None
	guessed_encoding: bool = False

	def texts(self, column: str) -> Counter:
		"""Count the values of a column, empty ones left out."""
		return Counter(text for line in self.lines if (text := line.text(column)))


@dataclass
class _Text:
	text: str
	encoding: str
	guessed: bool = field(default=False)


def read(name: str, content: bytes, sheet: str | None = None, encoding: str | None = None) -> Table:
	"""Read a file.

	:param name: the file's name, for messages.
	:param sheet: the sheet of a workbook; its first one if none is named.
	:param encoding: of a CSV file; found out if none is named.
	:raises TableError: if it is no CSV or XLSX file, is empty, or its header cannot be used.
	"""
	if not content.strip():
		raise TableError(_("{0} is empty. Choose the file that has the rows").format(name))
	if content.startswith(b"PK\x03\x04"):
		return _table(name, _sheet_rows(name, content, sheet), ragged=False)
	for signature, kind in SIGNATURES.items():
		if content.startswith(signature):
			raise _unreadable(name, kind)
	text = _decode(name, content, encoding)
	return _table(name, _csv_rows(name, text.text), True, text.encoding, text.guessed)


def as_text(value) -> str:
	"""Return a cell as the text that a person sees in it."""
	if value is None:
		return ""
	if isinstance(value, float) and value.is_integer():
		return str(int(value))
	return str(value).strip()


def _unreadable(name: str, kind: str | None = None) -> TableError:
	message = _("{0} is not a CSV or XLSX file. Save the table as one of the two and choose it again")
	if kind:
		message = _(
			"{0} is a {1} file, not CSV or XLSX. Save the table as one of the two and choose it again"
		)
	return TableError(message.format(name, kind))


def _decode(name: str, content: bytes, encoding: str | None) -> _Text:
	known = encoding or next((e for mark, e in BYTE_ORDER_MARKS if content.startswith(mark)), None)
	known = known or _utf_16_without_mark(content)
	try:
		text = _Text(content.decode(known or "utf-8"), known or "utf-8")
	except LookupError:
		raise TableError(_("There is no encoding called {0}. Try utf-8 or cp1252").format(encoding))
	except UnicodeDecodeError as error:
		if known:
			raise TableError(
				_(
					"{0} is not written in {1}: byte {2} does not fit. Save it as UTF-8 and choose it again"
				).format(name, known, error.start + 1)
			)
		text = _guess_encoding(name, content)
	if NOT_TEXT.search(text.text):
		raise _unreadable(name)
	return text


def _utf_16_without_mark(content: bytes) -> str | None:
	sample = content[:2000]
	if sample[1::2].count(0) > len(sample) * 0.4:
		return "utf-16-le"
	return "utf-16-be" if sample[0::2].count(0) > len(sample) * 0.4 else None


def _guess_encoding(name: str, content: bytes) -> _Text:
	telling = b"\n".join(line for line in content.splitlines() if not line.isascii())[:20_000]
	found = chardet.detect(telling)
	# a short Western text is taken for many things; Windows wrote almost all of them
	sure = found["encoding"] if (found["confidence"] or 0) > 0.9 else None
	for encoding in (sure, "cp1252", "latin-1"):
		try:
			if encoding and encoding.lower() != "ascii":
				return _Text(content.decode(encoding), encoding, guessed=True)
		except (UnicodeDecodeError, LookupError):
			continue
	raise _unreadable(name)


def _csv_rows(name: str, text: str) -> list[list[str]]:
	try:
		return list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True))
	except csv.Error as error:
		raise TableError(
			_("{0} cannot be read as CSV: {1}. Look for a quotation mark that is not closed").format(
				name, error
			)
		)


def _delimiter(text: str) -> str:
	"""Return the delimiter that cuts the first lines into the most columns, equally many in each."""

	def score(delimiter: str) -> tuple[float, int]:
		try:
			rows = [row for row in csv.reader(sample, delimiter=delimiter) if row]
		except csv.Error:
			return (0, 0)
		width = len(rows[0]) if rows else 0
		return (sum(len(row) == width for row in rows) / max(len(rows), 1) if width > 1 else 0, width)

	sample = text.lstrip("\r\n").splitlines(keepends=True)[:SAMPLE_LINES]
	return max(DELIMITERS, key=score)


def _sheet_rows(name: str, content: bytes, sheet: str | None) -> list[list]:
	from openpyxl import load_workbook
	from openpyxl.utils.exceptions import InvalidFileException

	try:
		book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
	except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError, SyntaxError):
		raise _unreadable(name)
	if sheet and sheet not in book.sheetnames:
		raise TableError(
			_("{0} has no sheet called {1}. It has: {2}").format(name, sheet, ", ".join(book.sheetnames))
		)
	page = book[sheet] if sheet else book.worksheets[0]
	page.reset_dimensions()  # some programs write a wrong size into the file
	return [list(row) for row in page.iter_rows(values_only=True)]


def _table(
	name: str, rows: list[list], ragged: bool, encoding: str | None = None, guessed: bool = False
) -> Table:
	numbered = [(number, row) for number, row in enumerate(rows, 1) if any(as_text(c) for c in row)]
	if not numbered:
		raise TableError(_("{0} is empty. Choose the file that has the rows").format(name))
	columns = _header(name, numbered[0][1])
	if len(numbered) == 1:
		raise TableError(_("{0} has a header and no rows below it").format(name))
	lines = [_line(number, row, columns, ragged) for number, row in numbered[1:]]
	return Table(name, columns, lines, encoding, guessed)


def _header(name: str, cells: list) -> tuple[str, ...]:
	columns = [as_text(cell) for cell in cells]
	while columns and not columns[-1]:
		columns.pop()
	if "" in columns:
		raise TableError(
			_("Column {0} of {1} has no name in the first row. Name it or delete it").format(
				columns.index("") + 1, name
			)
		)
	twice = [column for column, count in Counter(columns).items() if count > 1]
	if twice:
		raise TableError(
			_("{0} has more than one column called {1}. Rename all but one").format(name, ", ".join(twice))
		)
	return tuple(columns)


def _line(number: int, row: list, columns: tuple[str, ...], ragged: bool) -> Line:
	"""A workbook leaves empty cells at a row's end out; a CSV file that does has lost its way."""
	while len(row) > len(columns) and not as_text(row[-1]):
		row = row[:-1]
	if len(row) > len(columns) or (ragged and len(row) < len(columns)):
		problem = _("The row has {0} cells, the header {1}").format(len(row), len(columns))
		return Line(number, {}, problem)
	cells = [cell.strip() if isinstance(cell, str) else cell for cell in row]
	return Line(number, dict(zip(columns, cells, strict=False)))
