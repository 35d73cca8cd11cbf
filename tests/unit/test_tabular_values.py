"""Dates and numbers as people write them, and those that can be read in two ways."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_etapas.exceptions import TableError
from crm_etapas.tabular.guesses import Because, Known, resolve
from crm_etapas.tabular.values import DateColumn, NumberColumn, Unreadable

ZONE = "America/Mexico_City"


def read_date(text, *others, date_format=None):
	return DateColumn([text, *others], date_format, ZONE).read(text)


def read_number(text, *others, number_format=None):
	return NumberColumn([text, *others], number_format).read(text)


# F1: dates
@pytest.mark.parametrize(
	"text",
	[
		"2017-03-01",
		"2017/03/01",
		"20170301",
		"2017-03-01T00:00:00",
		"2017-03-01 00:00",
		"2017-03-01T06:00:00Z",
		date(2017, 3, 1),
	],
)
def test_dates_that_read_in_one_way(text):
	assert read_date(text).value == datetime(2017, 3, 1)
	assert not read_date(text).guess


# F1: dates like 3/1/2017
def test_a_date_that_reads_in_two_ways_is_refused():
	with pytest.raises(Unreadable):
		read_date("3/1/2017")


# F1
def test_the_column_or_the_mapping_decides_what_comes_first():
	assert read_date("3/1/2017", "25/1/2017").value == datetime(2017, 1, 3)
	assert read_date("3/1/2017", "25/1/2017").guess
	assert read_date("3/1/2017", "1/25/2017").value == datetime(2017, 3, 1)
	assert read_date("3/1/2017", date_format="DD/MM/YYYY").value == datetime(2017, 1, 3)
	assert not read_date("3/1/2017", date_format="DD/MM/YYYY").guess
	assert read_date("5/5/2017").value == datetime(2017, 5, 5)
	with pytest.raises(Unreadable):
		read_date("3/1/2017", "25/1/2017", "1/25/2017")


# F1
@pytest.mark.parametrize("text", ["soon", "2017-02-30", "42662", "2017-03-01 25:00", "31/04/2017"])
def test_what_is_no_date(text):
	with pytest.raises(Unreadable):
		read_date(text)


# F1
def test_a_date_format_has_day_month_and_year():
	with pytest.raises(TableError):
		read_date("2017", date_format="YYYY")


# F1
@given(st.dates(date(1970, 1, 1), date(2099, 12, 31)), st.sampled_from(["%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y"]))
def test_a_date_is_never_read_wrongly(day, written):
	try:
		assert read_date(day.strftime(written)).value.date() == day
	except Unreadable:
		assert day.day <= 12 and day.day != day.month


# F1: amounts
@pytest.mark.parametrize(
	("text", "number"),
	[
		("1054", 1054),
		("1054.5", 1054.5),
		("1,234.56", 1234.56),
		("1.234,56", 1234.56),
		("$ 1,234,567", 1234567),
		("1 234,5", 1234.5),
		("12,5", 12.5),
		("-3.25", -3.25),
		("1.234.567 EUR", 1234567),
		(7, 7),
	],
)
def test_numbers_that_read_in_one_way(text, number):
	assert read_number(text).value == number


# F1
def test_a_number_that_reads_in_two_ways():
	with pytest.raises(Unreadable):
		read_number("1.234")
	assert read_number("1.234", "5,5").value == 1234
	assert read_number("1,234", "5.5").value == 1234
	assert read_number("1.234", number_format="#.###,##").value == 1234
	assert read_number("1.234", number_format="#,###.##").value == 1.234


# F1
@pytest.mark.parametrize("text", ["12k", "abc", "1.2.3", "1,23,4.5", "1e5", "nan", "--5", True])
def test_what_is_no_number(text):
	with pytest.raises(Unreadable):
		read_number(text)


# F1
@given(st.integers(0, 10**9), st.integers(0, 99))
def test_a_number_is_never_read_wrongly(whole, cents):
	english = f"{whole:,}.{cents:02d}"
	spanish = english.translate(str.maketrans(",.", ".,"))
	assert read_number(english).value == read_number(spanish).value == pytest.approx(whole + cents / 100)


# F1: guesses
def test_a_guess_is_made_only_where_it_is_clear():
	known = Known(
		{
			"GTX Pro": (),
			"GTX Plus Pro": (),
			"Technology": ("Tecnología",),
			"Biotechnology": (),
			"Model 10": (),
		}
	)
	assert known.match("gtx pro").because is Because.SAME
	assert (known.match("GTXPro").name, known.match("GTXPro").because) == ("GTX Pro", Because.SPACING)
	assert (known.match("technolgy").name, known.match("technolgy").because) == (
		"Technology",
		Because.SPELLING,
	)
	assert known.match("TECNOLOGIA").name == "Technology"
	assert known.match("Model 11").because is Because.NEW
	assert known.match("medical").because is Because.NEW
	assert Known({"Smith A": (), "Smith B": ()}).match("Smith C").because is Because.NEW


# F1
@given(st.dictionaries(st.text(min_size=1, max_size=6), st.integers(1, 5), max_size=8))
def test_every_value_is_taken_as_something(values):
	from collections import Counter

	matches = resolve(Counter(values), Known({}))
	assert set(matches) == set(values)
	assert {match.name for match in matches.values()} <= set(values)
