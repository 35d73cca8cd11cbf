"""An export from beginning to end: the records of a selection, their columns, a workbook."""

from collections.abc import Callable, Sequence

from frappe import _

from crm_etapas.finding.export import selection
from crm_etapas.finding.export.columns import Column
from crm_etapas.finding.export.values import Values
from crm_etapas.finding.export.workbook import Workbook

# characters that a column is wide, by the type of its field
WIDTHS = {
	"Date": 12,
	"Datetime": 19,
	"Check": 10,
	"Int": 12,
	"Float": 14,
	"Currency": 18,
	"Percent": 12,
	"Select": 18,
	"Small Text": 40,
	"Text": 40,
	"Long Text": 40,
	"Text Editor": 40,
}
WIDTH = 24


def write(
	doctype: str,
	names: Sequence[str],
	columns: Sequence[Column],
	progress: Callable[[int], None] = lambda done: None,
) -> tuple[Workbook, int]:
	"""Write the records into a workbook.

	:param progress: is called now and then with how many of the names are done.
	:return: the workbook, to be saved, and how many records are in it.
	"""
	values = Values(doctype, columns)
	workbook = Workbook(_(doctype), [_header(column) for column in columns])
	written = done = 0
	try:
		for records in selection.read(doctype, names, values.fields):
			for row in values.rows(records):
				workbook.append(row)
			written += len(records)
			done = min(done + selection.CHUNK, len(names))
			progress(done)
	except BaseException:
		workbook.discard()
		raise
	return workbook, written


def _header(column: Column) -> tuple[str, float]:
	return column.label, max(WIDTHS.get(column.fieldtype, WIDTH), min(len(column.label) + 4, WIDTH))
