"""How much of a stay was working time: the hours that do not fall on a holiday of the company."""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import frappe

DAY = timedelta(days=1)


def working_seconds(start: datetime, end: datetime, holidays: Sequence[date]) -> float:
	"""Return the seconds between two moments less those on holidays.

	:param holidays: whole days off, weekly ones included, in ascending order.
	"""
	total = (end - start).total_seconds()
	for day in holidays[bisect_left(holidays, start.date()) :]:
		midnight = datetime.combine(day, time.min)
		if midnight >= end:
			break
		total -= (min(end, midnight + DAY) - max(start, midnight)).total_seconds()
	return max(total, 0.0)


def holidays_of(company: str | None) -> list[date]:
	"""Return the days of the company's default holiday list, ascending; none if it has no list."""
	holiday_list = company and frappe.get_cached_value("Company", company, "default_holiday_list")
	if not holiday_list:
		return []
	# a cached document: reading it again costs no query, and saving the list clears it
	rows = frappe.get_cached_doc("Holiday List", holiday_list).holidays
	return sorted(frappe.utils.getdate(row.holiday_date) for row in rows)
