"""Weeks and months, in the site's time zone: that in which the database keeps every moment."""

from collections.abc import Iterator
from datetime import date, timedelta

from frappe.utils import add_months, format_date
from pypika import CustomFunction

WEEK, MONTH = "Week", "Month"

_format = CustomFunction("DATE_FORMAT", ["moment", "format"])
_minus_days = CustomFunction("SUBDATE", ["day", "days"])
_weekday = CustomFunction("WEEKDAY", ["moment"])
_date = CustomFunction("DATE", ["moment"])


def bucket(column, size: str):
	"""Return the first day of the week or month that a moment or day falls into, as SQL."""
	if size == MONTH:
		return _date(_format(column, "%Y-%m-01"))
	return _minus_days(_date(column), _weekday(column))


def day(column):
	"""Return the day that a moment falls into, as SQL."""
	return _date(column)


def begin_of(day: date, size: str) -> date:
	"""Return the first day of the week (Monday) or month that a day falls into."""
	return day.replace(day=1) if size == MONTH else day - timedelta(days=day.weekday())


def end_of(begin: date, size: str) -> date:
	"""Return the last day of the week or month that begins on a day."""
	return (add_months(begin, 1) if size == MONTH else begin + timedelta(days=7)) - timedelta(days=1)


def buckets(first: date, last: date, size: str) -> Iterator[date]:
	"""Yield the first days of all weeks or months from one day to another, without a gap."""
	day = begin_of(first, size)
	while day <= last:
		yield day
		day = add_months(day, 1) if size == MONTH else day + timedelta(days=7)


def label(day: date, size: str) -> str:
	"""Return how a bucket is called in the user's language: a month with its year, a week by its Monday."""
	return format_date(day, "MMM yyyy" if size == MONTH else "d MMM yyyy")
