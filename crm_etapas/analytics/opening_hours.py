"""Time within a company's working day, without its holidays; quick enough for many pairs of moments. No database."""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date, datetime, time

DAY = 24 * 3600


class OpeningHours:
	"""When a company works.

	:param holidays: whole days off, weekly ones included, ascending.
	:param opens, closes: of a working day; if it does not open before it closes, the whole day counts.
	"""

	def __init__(self, holidays: Sequence[date], opens: time, closes: time):
		self.off = [day.toordinal() for day in holidays]
		self.opens, self.closes = (0, DAY) if opens >= closes else (_seconds(opens), _seconds(closes))

	def between(self, start: datetime, end: datetime) -> float:
		"""Return the seconds of working time between two moments."""
		return max(self._until(end) - self._until(start), 0.0)

	def _until(self, moment: datetime) -> float:
		"""Return all working time before a moment, since the beginning of the calendar."""
		day = moment.toordinal()
		days_off = bisect_left(self.off, day)
		passed = (day - days_off) * (self.closes - self.opens)
		if days_off < len(self.off) and self.off[days_off] == day:
			return passed
		return passed + min(max(_seconds(moment) - self.opens, 0), self.closes - self.opens)


def _seconds(moment: datetime | time) -> float:
	return moment.hour * 3600 + moment.minute * 60 + moment.second + moment.microsecond / 1e6
