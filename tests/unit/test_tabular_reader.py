"""What the import reads, whatever program wrote it, and what it refuses to read."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from crm_etapas.exceptions import TableError
from crm_etapas.tabular.reader import read

TEXT = "id;nombre\n1;Peña\n2;Muñoz\n"


# F1: a file in another encoding, with a BOM
@pytest.mark.parametrize(
	"encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1"]
)
def test_encodings(encoding):
	table = read("a.csv", TEXT.encode(encoding))
	assert table.columns == ("id", "nombre")
	assert [line.text("nombre") for line in table.lines] == ["Peña", "Muñoz"]


# F1
def test_a_guessed_encoding_is_said():
	assert read("a.csv", TEXT.encode("cp1252")).guessed_encoding
	assert not read("a.csv", TEXT.encode()).guessed_encoding


# F1
@pytest.mark.parametrize("delimiter", ",;\t|")
def test_delimiters(delimiter):
	content = f'a{delimiter}b\n1{delimiter}"x, y; z | w"\n'.encode()
	assert read("a.csv", content).lines[0].text("b") == "x, y; z | w"


# F1
def test_rows_count_as_in_a_spreadsheet():
	table = read("a.csv", b"a,b\n1,2\n\n3,4\n")
	assert [line.number for line in table.lines] == [2, 4]


# F1: a workbook keeps numbers and dates as they are
def test_workbook():
	book = Workbook()
	book.active.append(["id", "when", "value"])
	book.active.append([7, "2024-01-02", 1.5])
	book.active.append([8])
	out = io.BytesIO()
	book.save(out)
	table = read("a.xlsx", out.getvalue())
	assert table.lines[0].cells == {"id": 7, "when": "2024-01-02", "value": 1.5}
	assert table.lines[0].text("id") == "7"
	assert table.lines[1].text("value") == ""
	with pytest.raises(TableError, match="Hoja"):
		read("a.xlsx", out.getvalue(), sheet="Hoja")


# F1: a file that is no CSV
@pytest.mark.parametrize(
	"content",
	[
		b"",
		b" \n ",
		b"%PDF-1.7 x",
		b"\xd0\xcf\x11\xe0" + b"x" * 99,
		b"PK\x03\x04broken",
		bytes(range(256)) * 4,
		b"a,b\n",
	],
	ids=["empty", "blank", "pdf", "xls", "broken xlsx", "binary", "header only"],
)
def test_what_is_no_table_is_refused(content):
	with pytest.raises(TableError, match=r"file\.csv"):
		read("file.csv", content)


# F1
@pytest.mark.parametrize("header", [b"a,a\n1,2", b"a,,b\n1,2,3", b'a,b\n"1,2'])
def test_a_header_that_says_nothing_is_refused(header):
	with pytest.raises(TableError):
		read("file.csv", header)


# F1: a bad row never stops the others
def test_a_ragged_row_is_a_problem_of_its_own():
	table = read("a.csv", b"a,b\n1,2\n1,2,3\n1\n4,5\n")
	assert [bool(line.problem) for line in table.lines] == [False, True, True, False]


# F1
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_clearly(content):
	try:
		assert read("file.csv", content).lines
	except TableError as error:
		assert "file.csv" in str(error)


# F1
@given(
	st.lists(
		st.tuples(*[st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=8)] * 3),
		min_size=1,
		max_size=20,
	)
)
def test_no_row_is_lost(rows):
	import csv

	out = io.StringIO()
	csv.writer(out).writerows([("one", "two", "three"), *rows])
	filled = [row for row in rows if any(cell.strip() for cell in row)]
	if not filled:
		return
	table = read("a.csv", out.getvalue().encode())
	assert [tuple(line.text(c) for c in table.columns) for line in table.lines] == [
		tuple(cell.strip() for cell in row) for row in filled
	]
