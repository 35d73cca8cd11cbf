"""Reads dates and numbers as people write them, and refuses what can be read in two ways.

How a column is written is decided by looking at all of it: one 25/12/2017 says that 3/1/2017 in the
same column is 3 January.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from frappe import _

from crm_etapas.exceptions import TableError
from crm_etapas.tabular.reader import as_text

ISO = re.compile(r"(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})(?:[T ]+(.+))?$")
DAY_AND_MONTH = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:[T ]+(.+))?$")
CLOCK = re.compile(
	r"(\d{1,2}):(\d{2})(?::(\d{2})(\.\d+)?)?\s*([ap]\.?\s?m\.?)?\s*(Z|[+-]\d{2}:?\d{2})?$", re.I
)
TOKENS = {
	"YYYY": "%Y",
	"YY": "%y",
	"MM": "%m",
	"M": "%m",
	"DD": "%d",
	"D": "%d",
	"HH": "%H",
	"mm": "%M",
	"ss": "%S",
}
FIRST_YEAR = 1970

NUMBER_FORMATS = {
	"#,###.##": ".",
	"# ###.##": ".",
	"#'###.##": ".",
	"#, ###.##": ".",
	"#.###,##": ",",
	"# ###,##": ",",
}
# a currency may stand on either side: $1,054.00 or 1.054,00 EUR
NUMBER = re.compile(r"([-+]?)(?:[A-Z]{2,3}|[A-Z]{0,2}\$|[€£¥])?([-+]?)([\d.,]+)(?:[A-Z]{3}|[$€£¥%])?")
SPACES = re.compile(r"[\s\u00a0\u202f']")


class Unreadable(ValueError):
	"""A value that cannot be read; its text is the reason, for the person who has to mend it."""


@dataclass(frozen=True)
class Read:
	"""A value and whether it was a guess, with the reason if it was."""

	value: object
	guess: str | None = None


class DateColumn:
	"""Reads the values of one column as moments in the site's time zone."""

	def __init__(self, values: Iterable, date_format: str | None, timezone: str):
		self._pattern = strptime_pattern(date_format) if date_format else None
		self._timezone = ZoneInfo(timezone)
		pairs = [m.groups() for v in values if isinstance(v, str) and (m := DAY_AND_MONTH.match(v.strip()))]
		orders = {order for first, second, *_rest in pairs if (order := _only_order(int(first), int(second)))}
		self._order = orders.pop() if len(orders) == 1 else None

	def read(self, value) -> Read:
		"""Return the moment.

		:raises Unreadable: if it is no date, or one that can be read in two ways.
		"""
		if isinstance(value, datetime):
			return Read(self._local(value))
		if isinstance(value, date):
			return Read(datetime.combine(value, time.min))
		text = as_text(value)
		if self._pattern:
			try:
				return Read(self._local(datetime.strptime(text, self._pattern)))
			except ValueError:
				pass
		if match := ISO.match(text):
			return Read(self._moment(text, *match.groups()))
		if match := DAY_AND_MONTH.match(text):
			return self._read_day_and_month(text, *match.groups())
		raise Unreadable(_("This is no date. Dates are written like 2017-03-31"))

	def _read_day_and_month(self, text: str, first: str, second: str, year: str, clock: str | None) -> Read:
		order = _only_order(int(first), int(second)) or self._order
		if not order and first.lstrip("0") != second.lstrip("0"):
			raise Unreadable(
				_(
					"Nobody can tell the day from the month here. Name the way dates are written as date_format"
				)
			)
		day, month = (second, first) if order == "month first" else (first, second)
		moment = self._moment(text, year, month, day, clock)
		reason = {
			"day first": _("other dates of this column have the day first"),
			"month first": _("other dates of this column have the month first"),
		}
		return Read(moment, None if _only_order(int(first), int(second)) else reason.get(order))

	def _moment(self, text: str, year: str, month: str, day: str, clock: str | None) -> datetime:
		try:
			moment = datetime(int(year), int(month), int(day))
			return self._local(_at(moment, clock) if clock else moment)
		except ValueError:
			raise Unreadable(_("There is no such day or time"))

	def _local(self, moment: datetime) -> datetime:
		if moment.tzinfo:
			moment = moment.astimezone(self._timezone).replace(tzinfo=None)
		return moment.replace(microsecond=0)


class NumberColumn:
	"""Reads the values of one column as numbers."""

	def __init__(self, values: Iterable, number_format: str | None = None):
		if number_format and number_format not in NUMBER_FORMATS:
			raise TableError(
				_("{0} is not a number format. Choose one of: {1}").format(
					number_format, "  ".join(NUMBER_FORMATS)
				)
			)
		self._given = NUMBER_FORMATS.get(number_format)
		marks = {mark for v in values if isinstance(v, str) and (mark := _only_mark(_bare(v)))}
		self._mark = self._given or (marks.pop() if len(marks) == 1 else None)

	def read(self, value) -> Read:
		"""Return the number.

		:raises Unreadable: if it is no number, or one that can be read in two ways.
		"""
		if isinstance(value, bool):
			raise Unreadable(_("This is no number"))
		if isinstance(value, int | float):
			return Read(self._finite(float(value)))
		text = _bare(as_text(value))
		if not re.fullmatch(r"[-+]?(\d+([.,]\d+)*|[.,]\d+)", text):
			raise Unreadable(_("This is no number"))
		if not re.search("[.,]", text):
			return Read(self._finite(float(text)))
		own = None if self._given else _only_mark(text)
		mark = own or self._mark
		if not mark:
			raise Unreadable(
				_(
					"Nobody can tell thousands from decimals here. Name the way numbers are written as number_format"
				)
			)
		thousands = "," if mark == "." else "."
		if text.count(mark) > 1 or not _grouped(text.split(mark)[0], thousands):
			raise Unreadable(_("This is no number"))
		number = self._finite(float(text.replace(thousands, "").replace(mark, ".")))
		guessed = not own and not self._given
		return Read(number, _("other numbers of this column are written this way") if guessed else None)

	def _finite(self, number: float) -> float:
		if number != number or abs(number) >= 1e15:
			raise Unreadable(_("This number is too large"))
		return number


def check_plausible(moment: datetime, now: datetime) -> None:
	"""Refuse a moment at which nobody can have entered a stage.

	:raises Unreadable:
	"""
	if moment.year < FIRST_YEAR:
		raise Unreadable(_("This date lies before {0}").format(FIRST_YEAR))
	if moment > now:
		raise Unreadable(_("This date lies in the future"))


def strptime_pattern(date_format: str) -> str:
	"""Turn DD/MM/YYYY into Python's own notation.

	:raises TableError: if day, month or year are missing.
	"""
	pattern = re.sub(
		"YYYY|YY|MM|M|DD|D|HH|mm|ss", lambda m: TOKENS[m.group()], date_format.replace("%", "%%")
	)
	if not all(any(token in pattern for token in part) for part in (("%Y", "%y"), ("%m",), ("%d",))):
		raise TableError(
			_("{0} is not a date format. Write it like YYYY-MM-DD, DD/MM/YYYY or MM/DD/YYYY").format(
				date_format
			)
		)
	return pattern


def _only_order(first: int, second: int) -> str | None:
	if first > 12 >= second:
		return "day first"
	return "month first" if second > 12 >= first else None


def _at(day: datetime, clock: str) -> datetime:
	match = CLOCK.match(clock.strip())
	if not match:
		raise ValueError(clock)
	hour, minute, second, _fraction, half, zone = match.groups()
	hour = int(hour)
	if half:
		if not 1 <= hour <= 12:
			raise ValueError(clock)
		hour = hour % 12 + (12 if half.lower().startswith("p") else 0)
	moment = day.replace(hour=hour, minute=int(minute), second=int(second or 0))
	if not zone:
		return moment
	return datetime.strptime(
		f"{moment:%Y-%m-%d %H:%M:%S} {zone.replace('Z', '+0000')}", "%Y-%m-%d %H:%M:%S %z"
	)


def _bare(text: str) -> str:
	"""Return a number without a currency and spaces; other text as it is."""
	text = SPACES.sub("", text)
	match = NUMBER.fullmatch(text)
	return "".join(match.groups()) if match else text


def _only_mark(text: str) -> str | None:
	"""Return the decimal mark, if the number can be read in one way only."""
	marks = re.findall("[.,]", text)
	if not marks:
		return None
	if len(set(marks)) == 2:
		return marks[-1]
	other = "," if marks[0] == "." else "."
	if len(marks) > 1:
		return other
	before, after = re.split("[.,]", text.lstrip("+-"))
	could_be_thousands = len(after) == 3 and 1 <= len(before) <= 3 and before.lstrip("0") != ""
	return None if could_be_thousands else marks[0]


def _grouped(whole: str, thousands: str) -> bool:
	first, *groups = whole.lstrip("+-").split(thousands)
	return not groups or (1 <= len(first) <= 3 and all(len(group) == 3 for group in groups))
