"""When a user's day begins and ends, in the time that the database keeps."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from crm_etapas.follow_up import local_time

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
	theirs = local_time.zone_of(user)
	date = (now or datetime.now(theirs)).astimezone(theirs).date()

	def beginning_of(days_later: int) -> datetime:
		return local_time.of_site(datetime.combine(date + timedelta(days=days_later), time()), theirs)

	return Day(date, beginning_of(0), beginning_of(1), beginning_of(1 + A_WEEK))
