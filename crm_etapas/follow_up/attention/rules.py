"""When a record rots: one definition, in days. No database.

A record rots on the working day after as many working days without activity as its stage bears. Activity is
entering the stage, a contact, and the end of a snooze, which may still lie ahead. It does not rot before the day
after a planned contact either.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from crm_etapas.pipeline.working_time import working_day

DAY = timedelta(days=1)

Moment = date | datetime | None


def rots_on(activity: Sequence[Moment], planned: Moment, days: int, holidays: Sequence[date]) -> date | None:
	"""Return the day on which a record begins to rot if nothing else happens.

	:param activity: whatever has happened to it; the last counts.
	:param planned: its next contact.
	:param days: working days without activity that its stage bears; 0 for a stage where nothing rots.
	"""
	known = [_day(moment) for moment in activity if moment]
	found = working_day(max(known), days + 1, holidays) if known and days else None
	return max(found, _day(planned) + DAY) if found and planned else found


def quiet_since(today: date, days: int, holidays: Sequence[date]) -> date | None:
	"""Return the day that all activity of a record lies before, if it rots today: the same looked at backwards."""
	return working_day(today + DAY, -(days + 1), holidays)


def _day(moment: date | datetime) -> date:
	return moment.date() if isinstance(moment, datetime) else moment
