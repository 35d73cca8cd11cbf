"""What is written into an Excel workbook is what is read from it: text stays text, numbers and days are such."""

from datetime import date, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook

from crm_etapas.finding.export.workbook import CUT, LONGEST_TEXT, Workbook, clean


def written(*rows, headers=(("A", 10), ("B", 10)), title="Iniciativa", **options):
	workbook, file = Workbook(title, headers, **options), BytesIO()
	for row in rows:
		workbook.append([cell if isinstance(cell, tuple) else (cell, None) for cell in row])
	workbook.save(file)
	return load_workbook(file)


# D11: nothing that was written becomes a formula, and nothing is changed by that
@pytest.mark.parametrize(
	"text",
	[
		"=1+1",
		'=HYPERLINK("http://x.example";"pulse")',
		"+584121234567",
		"-2+3",
		"@SUM(A1)",
		"\t=1+1",
		"\n=1+1",
		"#N/A",
		"=",
		"0412",
		"2026-01-31",
		"1e5",
		"TRUE",
		'Muñoz & Cía. <S.A.> "1"',
		" con espacios ",
		"日本 🎉",
	],
)
def test_text_is_text(text):
	cell = written([text, "x"]).active["A2"]
	assert (cell.data_type, cell.value) == ("s", text)
	assert cell.quotePrefix == (text[0] in "=+-@\t\n" or text == "#N/A")


# D11
def test_a_carriage_return_at_the_beginning_is_text_too():
	cell = written(["\r=1+1", "x"]).active["A2"]
	assert cell.data_type == "s" and cell.quotePrefix
	assert cell.value.strip() == "=1+1"


# D11
def test_numbers_and_days_keep_their_formats_side_by_side():
	day, moment = date(2026, 1, 31), datetime(2026, 1, 31, 13, 45, 10)
	sheet = written(
		[(day, "dd-mm-yyyy"), (day, "dd-mm-yyyy")],
		[(moment, "dd-mm-yyyy hh:mm:ss"), (1.5, "#,##0.00")],
		[(7, None), (8, None)],
		["texto", None],
	).active
	assert [cell.value.date() for cell in sheet[2]] == [day, day]
	assert sheet["A3"].value == moment and sheet["A3"].is_date
	assert (sheet["B3"].value, sheet["B3"].number_format) == (1.5, "#,##0.00")
	assert [cell.value for cell in sheet[4]] == [7, 8]
	assert (sheet["A5"].value, sheet["B5"].value) == ("texto", None)


# D11
def test_the_header_is_bold_stays_in_sight_and_filters():
	book = written(["1", "2"], ["3", "4"], headers=[("=Nombre", 24), ("Fecha", 12)])
	sheet = book.active
	assert [cell.value for cell in sheet[1]] == ["=Nombre", "Fecha"]
	assert all(cell.font.bold for cell in sheet[1]) and not sheet["A2"].font.bold
	assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:B3")
	assert [sheet.column_dimensions[letter].width for letter in "AB"] == [24, 12]


# D11
def test_a_full_sheet_is_followed_by_another():
	book = written(
		*([str(n), "x"] for n in range(5)), last_row=3, title="Una hoja: [de] prueba/larga muy larga"
	)
	assert book.sheetnames == [
		"Una hoja   de  prueba larga muy",
		"Una hoja   de  prueba larga m 2",
		"Una hoja   de  prueba larga m 3",
	]
	assert [[cell.value for cell in sheet["A"]] for sheet in book] == [
		["A", "0", "1"],
		["A", "2", "3"],
		["A", "4"],
	]
	assert [sheet.auto_filter.ref for sheet in book] == ["A1:B3", "A1:B3", "A1:B2"]
	assert {sheet.freeze_panes for sheet in book} == {"A2"}


# D11
def test_no_rows_are_a_header():
	sheet = written().active
	assert sheet.auto_filter.ref == "A1:B1" and sheet.max_row == 1


# D11: what a cell or XML cannot hold
def test_what_does_not_fit():
	assert clean("a\x00b\x0bc\ud800d\ufffe") == "abcd"
	assert clean("á" * LONGEST_TEXT) == "á" * LONGEST_TEXT
	assert clean("á" * (LONGEST_TEXT + 1)) == "á" * (LONGEST_TEXT - 1) + CUT
	several = clean("🎉" * 20_000)  # two units each
	assert several.endswith("🎉" + CUT) and len(several.encode("utf-16-le")) // 2 <= LONGEST_TEXT
	cell = written(["x" * 40_000, "\x07campana"]).active
	assert cell["A2"].value == "x" * (LONGEST_TEXT - 1) + CUT
	assert cell["B2"].value == "campana"
