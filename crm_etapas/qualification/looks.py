"""What a criterion can look at, and what it makes of what it sees. Nothing here knows a database.

A look answers with a share: 0, the criterion is not met; 1, it is; between them, it was, and its points have
faded since.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

Test = Callable[[object, date], bool]


class Contact(NamedTuple):
	"""What happened between the prospect and us on one day, alike ones together."""

	day: date
	medium: str | None
	received: bool
	opened: bool
	count: int
	result: str | None = None


class View(NamedTuple):
	"""How often the prospect looked at a page on one day."""

	day: date
	path: str
	count: int


@dataclass(slots=True)
class Prospect:
	"""What is known of one prospect, as far as the criteria look at it."""

	name: str | None
	values: Mapping = field(default_factory=dict)
	customer: Mapping = field(default_factory=dict)
	prospect: Mapping = field(default_factory=dict)
	attributes: Mapping[str, Sequence[str]] = field(default_factory=dict)
	answers: Mapping[str, str] = field(default_factory=dict)
	contacts: Sequence[Contact] = ()
	views: Sequence[View] = ()
	forms: Sequence[date] = ()


class Look:
	def share(self, prospect: Prospect, today: date) -> float:
		raise NotImplementedError

	def seen(self, prospect: Prospect, today: date):
		"""Return what it looks at: a value, values, or moments with their number."""
		raise NotImplementedError


@dataclass(frozen=True)
class FieldLook(Look):
	"""A field of the lead, or of the customer or company made of it."""

	source: str
	fieldname: str
	test: Test

	def share(self, prospect, today):
		return float(self.test(getattr(prospect, self.source).get(self.fieldname), today))

	def seen(self, prospect, today):
		return getattr(prospect, self.source).get(self.fieldname)


@dataclass(frozen=True)
class AttributeLook(Look):
	"""Any value of a customer attribute; without one, as if it were empty."""

	attribute: str
	test: Test

	def share(self, prospect, today):
		values = prospect.attributes.get(self.attribute) or (None,)
		return float(any(self.test(value, today) for value in values))

	def seen(self, prospect, today):
		return list(prospect.attributes.get(self.attribute) or ())


@dataclass(frozen=True)
class AnswerLook(Look):
	question: str
	test: Test

	def share(self, prospect, today):
		return float(self.test(prospect.answers.get(self.question), today))

	def seen(self, prospect, today):
		return prospect.answers.get(self.question)


@dataclass(frozen=True)
class ExpressionLook(Look):
	evaluate: Callable[[Mapping], object]

	def share(self, prospect, today):
		return float(bool(self.evaluate(prospect.values)))

	def seen(self, prospect, today):
		return None


@dataclass(frozen=True)
class BehaviourLook(Look):
	"""What the prospect did, or what was done with it: how often, how lately.

	:param within_days: only what happened in so many days counts; 0, whenever it did.
	:param half_life_days: the share halves every so many days since the last time; 0, it does not.
	"""

	moments: Callable[[Prospect], Sequence[tuple[date, int]]]
	minimum_count: int = 1
	within_days: int = 0
	half_life_days: float = 0

	def share(self, prospect, today):
		count, last = self.seen(prospect, today)
		if not count or count < self.minimum_count:
			return 0.0
		if not self.half_life_days:
			return 1.0
		return 0.5 ** (max((today - last).days, 0) / self.half_life_days)

	def seen(self, prospect, today):
		"""Return how often, and on which day last."""
		count, last = 0, None
		since = today - timedelta(days=self.within_days) if self.within_days else date.min
		for day, times in self.moments(prospect):
			if day >= since:
				count += times
				last = day if last is None or day > last else last
		return count, last


class BrokenLook(Look):
	"""What it looked at is gone: never met."""

	def share(self, prospect, today):
		return 0.0

	def seen(self, prospect, today):
		return None


def contacts(medium: str | None, received: bool | None, opened: bool = False, result: str | None = None):
	"""Return what picks the contacts over a medium, in a direction, with a result."""

	def pick(prospect: Prospect):
		return [
			(contact.day, contact.count)
			for contact in prospect.contacts
			if (not medium or contact.medium == medium)
			and (received is None or contact.received == received)
			and (not opened or contact.opened)
			and (not result or contact.result == result)
		]

	return pick


def views(path: str | None):
	"""Return what picks the page views whose address contains a text."""
	part = (path or "").casefold()
	return lambda prospect: [
		(view.day, view.count) for view in prospect.views if part in view.path.casefold()
	]


def forms(prospect: Prospect):
	return [(day, 1) for day in prospect.forms]


def make_test(operator: str, kind: str, value: str | None, below: frozenset[str] = frozenset()) -> Test:
	"""Return the test of an operator.

	:param kind: text, number or date: how values are compared.
	:param value: what they are compared with; several for `is one of`, one a line.
	:param below: for `is within`: the names that count.
	:raises ValueError: if the value is none of that kind.
	"""
	read = READERS[kind]
	if operator == "is set":
		return lambda seen, today: is_set(seen, kind)
	if operator == "is not set":
		return lambda seen, today: not is_set(seen, kind)
	if operator == "is within":
		return lambda seen, today: seen in below
	if operator == "is one of":
		wanted = [line.strip() for line in (value or "").splitlines() if line.strip()]
		if not wanted:
			raise ValueError
		known = [read(line, date.today()) for line in wanted]
		if kind != "date":
			known = frozenset(known)
			return lambda seen, today: read(seen, today) in known
		return lambda seen, today: read(seen, today) in [read(line, today) for line in wanted]
	if not (value or "").strip():
		raise ValueError
	wanted = value.strip()
	compare = COMPARISONS[operator]
	expected = read(wanted, date.today())
	if expected is None:
		raise ValueError
	if kind == "date":  # it may speak of today
		return lambda seen, today: compare(read(seen, today), read(wanted, today))
	return lambda seen, today: compare(read(seen, today), expected)


def is_set(value, kind: str) -> bool:
	return bool(_number(value, None)) if kind == "number" else value not in (None, "")


def _text(value, today) -> str:
	return "" if value is None else str(value).strip().casefold()


def _number(value, today) -> float | None:
	if value in (None, ""):
		return None
	return float(value.replace(",", ".") if isinstance(value, str) else value)


def _date(value, today: date) -> date | None:
	if not value:
		return None
	if isinstance(value, datetime):
		return value.date()
	if isinstance(value, date):
		return value
	text = str(value).strip().casefold()
	for word in ("today", "hoy"):
		if text.startswith(word):
			days = text.removeprefix(word).replace(" ", "")
			return today + timedelta(days=int(days or 0))
	return date.fromisoformat(text[:10])


def _less(seen, wanted) -> bool:
	return seen is not None and seen < wanted


def _greater(seen, wanted) -> bool:
	return seen is not None and seen > wanted


READERS = {"text": _text, "number": _number, "date": _date}
COMPARISONS: dict[str, Callable] = {
	"is": lambda seen, wanted: seen == wanted,
	"is not": lambda seen, wanted: seen != wanted,
	"contains": lambda seen, wanted: wanted in seen,
	"greater than": _greater,
	"less than": _less,
}
