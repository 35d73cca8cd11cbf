"""When a user's day begins and ends, in the time that the database keeps."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import frappe
from frappe.utils import get_system_timezone

A_WEEK = 7  # days, from tomorrow on


@dataclass(frozen=True)
class Day:
	"""A day where the user is. `start`, `end` and `week_end` are moments in the site's time zone."""

	date: date
	start: datetime
	end: datetime
	week_end: datetime


def today_of(user: str, now: datetime | None = None) -> Day:
	"""Return the day that it is where a user is.

	:param now: a moment that knows its time zone; this one, if nothing is said.
	"""
	theirs, site = _zone_of(user), ZoneInfo(get_system_timezone())
	date = (now or datetime.now(theirs)).astimezone(theirs).date()

	def beginning_of(days_later: int) -> datetime:
		midnight = datetime.combine(date + timedelta(days=days_later), time(), theirs)
		return midnight.astimezone(site).replace(tzinfo=None)

	return Day(date, beginning_of(0), beginning_of(1), beginning_of(1 + A_WEEK))


def _zone_of(user: str) -> ZoneInfo:
	try:
		return ZoneInfo(frappe.get_cached_value("User", user, "time_zone") or get_system_timezone())
	except (ZoneInfoNotFoundError, ValueError):  # a name that an old site has kept
		return ZoneInfo(get_system_timezone())
