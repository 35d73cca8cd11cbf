"""Working time: how much of a stay was, and when some of it is over. A company's holidays are none."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice

import frappe
from pypika.terms import Criterion, Field

DAY = timedelta(days=1)
FURTHEST_DAYS = 3660


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


def after_working_time(
	start: datetime, seconds: float, holidays: Sequence[date], opens: time, closes: time
) -> datetime:
	"""Return when so many seconds of working time are over, counted from a moment.

	:param opens, closes: of a working day; if it does not open before it closes, the whole day counts.
	"""
	off, left = set(holidays), seconds
	whole_day = opens >= closes
	for number in range(FURTHEST_DAYS):
		day = start.date() + number * DAY
		if day in off:
			continue
		begin = datetime.combine(day, time.min if whole_day else opens)
		end = begin + DAY if whole_day else datetime.combine(day, closes)
		begin = max(begin, start)
		worked = max((end - begin).total_seconds(), 0)
		if left <= worked:
			return begin + timedelta(seconds=left)
		left -= worked
	return start + timedelta(seconds=seconds)  # a calendar without working days


def after_working_days(
	start: datetime, days: int, holidays: Sequence[date], opens: time, closes: time
) -> datetime:
	"""Return the moment so many working days later: at the same time of the day, or when that day opens.

	:param opens, closes: as `after_working_time` takes them.
	"""
	off = set(holidays)
	first = start.date() + (DAY if days else timedelta())
	working = (day for number in range(FURTHEST_DAYS) if (day := first + number * DAY) not in off)
	# a calendar without working days counts all of them
	day = next(islice(working, max(days - 1, 0), None), start.date() + days * DAY)
	is_open = opens >= closes or opens <= start.time() < closes
	return datetime.combine(day, start.time() if is_open else opens)


def working_hours() -> tuple[time, time]:
	"""Return when a working day of the company opens and closes, as the settings say."""
	settings = frappe.get_cached_doc("CRM Etapas Settings")
	opens, closes = (
		frappe.utils.get_time(settings.get(field) or settings.meta.get_field(field).default)
		for field in ("working_day_begins", "working_day_ends")
	)
	return opens, closes


def working_day(day: date, count: int, holidays: Sequence[date]) -> date | None:
	"""Return the working day that comes so many working days after a day, or before it if `count` is negative.

	:return: None for a calendar without working days.
	"""
	off, step, left = set(holidays), DAY if count > 0 else -DAY, abs(count)
	for number in range(1, FURTHEST_DAYS + left):
		found = day + number * step
		left -= found not in off
		if not left:
			return found
	return None


@dataclass(frozen=True)
class Calendar:
	"""The holidays that companies have in common; `companies` is None for whoever has no holiday list."""

	holidays: tuple[date, ...]
	companies: tuple[str, ...] | None
	others: tuple[str, ...] = ()

	def covers(self, company: Field) -> Criterion:
		"""Return the condition for the records of these companies."""
		if self.companies is not None:
			return company.isin(self.companies)
		return company.isnull() | company.notin(self.others or ("",))


def calendars() -> list[Calendar]:
	"""Return the calendars of all companies, each once, that of records without one last."""
	companies = defaultdict(list)
	for name, holiday_list in frappe.get_all(
		"Company", fields=["name", "default_holiday_list"], order_by="name", as_list=True
	):
		if holiday_list:
			companies[holiday_list].append(name)
	found = [Calendar(tuple(holidays_of(names[0])), tuple(names)) for names in companies.values()]
	with_holidays = tuple(name for calendar in found for name in calendar.companies)
	return [*found, Calendar((), None, with_holidays)]


def holidays_of(company: str | None) -> list[date]:
	"""Return the days of the company's default holiday list, ascending; none if it has no list."""
	holiday_list = company and frappe.get_cached_value("Company", company, "default_holiday_list")
	if not holiday_list:
		return []
	# a cached document: reading it again costs no query, and saving the list clears it
	rows = frappe.get_cached_doc("Holiday List", holiday_list).holidays
	return sorted(frappe.utils.getdate(row.holiday_date) for row in rows)
