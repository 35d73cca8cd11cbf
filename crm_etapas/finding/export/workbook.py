"""An Excel workbook that is written row by row: rows that are written take no memory."""

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

from frappe.utils.xlsxutils import ILLEGAL_CHARACTERS_RE
from openpyxl import Workbook as Openpyxl
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.workbook.child import INVALID_TITLE_REGEX

LAST_ROW = 1_048_576
LONGEST_TEXT = 32_767  # in units of UTF-16, as Excel counts
LONGEST_TITLE = 31
CUT = "…"
# Excel would read these as a formula when somebody edits the cell, or saves the sheet as CSV
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
QUOTED = "quoted"


class Workbook:
	"""Sheets with a header row that stays in sight and filters; a further one when a sheet is full.

	Text is text, whatever it looks like: nothing that was written becomes a formula.

	:param title: of the sheets; further ones have a number behind it.
	:param headers: label and width (in characters) of each column.
	:param last_row: of a sheet, the header counted.
	"""

	def __init__(self, title: str, headers: Sequence[tuple[str, float]], last_row: int = LAST_ROW):
		self._title = INVALID_TITLE_REGEX.sub(" ", title).strip()
		self._headers = headers
		self._last_row = last_row
		self._workbook = Openpyxl(write_only=True)
		self._sheet, self._row = None, 0
		self._cells: dict[str, Cell] = {}
		self._begin_sheet()

	def append(self, row: Iterable[tuple[object, str | None]]) -> None:
		"""Write a row: of each cell its value, which is text, a number, a day or None, and its number format.

		Without a format a number is shown as it is.
		"""
		if self._row == self._last_row:
			self._end_sheet()
			self._begin_sheet()
		# openpyxl writes each cell before it takes the next one, so one cell a format does for all
		self._sheet.append(self._cell(value, number_format) for value, number_format in row)
		self._row += 1

	def save(self, target: str | BinaryIO) -> None:
		"""Write the workbook to a path or into a file that is open. No row can follow."""
		self._end_sheet()
		self._workbook.save(target)

	def discard(self) -> None:
		"""Forget what was written. openpyxl keeps it in temporary files until it is saved."""
		with open(os.devnull, "wb") as nowhere:
			self._workbook.save(nowhere)

	def _begin_sheet(self) -> None:
		number = len(self._workbook.worksheets) + 1
		suffix = f" {number}" if number > 1 else ""
		self._sheet = self._workbook.create_sheet(self._title[: LONGEST_TITLE - len(suffix)] + suffix)
		self._sheet.freeze_panes = "A2"
		for index, (_label, width) in enumerate(self._headers, start=1):
			self._sheet.column_dimensions[get_column_letter(index)].width = width
		self._sheet.append(self._header_cells())
		self._row = 1

	def _end_sheet(self) -> None:
		self._sheet.auto_filter.ref = f"A1:{get_column_letter(len(self._headers))}{self._row}"

	def _header_cells(self) -> Iterator[Cell]:
		for label, _width in self._headers:
			cell = WriteOnlyCell(self._sheet, value=clean(label))
			cell.data_type = "s"
			cell.font = Font(bold=True)
			cell.alignment = Alignment(vertical="top", wrap_text=True)
			yield cell

	def _cell(self, value, number_format: str | None) -> Cell | str | float | None:
		if isinstance(value, str):
			text = clean(value)
			return self._quoted(text) if _is_dangerous(text) else text
		if number_format is None:
			return value
		cell = self._styled(number_format)
		cell.value = value
		return cell

	def _quoted(self, text: str) -> Cell:
		cell = self._styled(QUOTED)
		cell.value = text
		cell.data_type = "s"  # openpyxl takes what begins with = for a formula, and "#N/A" for an error
		return cell

	def _styled(self, style: str) -> Cell:
		"""Return the cell that has this number format, or is marked as text for good."""
		if style not in self._cells:
			cell = self._cells[style] = WriteOnlyCell(self._sheet)
			if style == QUOTED:
				cell.quotePrefix = True
			else:
				cell.number_format = style
		return self._cells[style]


def _is_dangerous(text: str) -> bool:
	return text.startswith(DANGEROUS) or text in ERROR_CODES


def clean(text: str) -> str:
	"""Return a text without what XML cannot hold, cut to what a cell can."""
	text = ILLEGAL_CHARACTERS_RE.sub("", text)
	if len(text) * 2 <= LONGEST_TEXT or _length(text) <= LONGEST_TEXT:
		return text
	kept = text.encode("utf-16-le")[: (LONGEST_TEXT - len(CUT)) * 2].decode("utf-16-le", errors="ignore")
	return kept + CUT


def _length(text: str) -> int:
	return len(text.encode("utf-16-le")) // 2
