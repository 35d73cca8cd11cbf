"""How customers behave: recency, frequency and value of their purchases, and their own rhythm. No database.

A purchase is a day on which a customer bought something; several invoices of one day are one. Returns and credit notes
lower the value and are no purchase.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from itertools import pairwise
from statistics import median

BEST = 5
RHYTHM_FROM = 3  # purchases: with two there is one gap, which is no rhythm
GONE = 3  # times the rhythm


class State(str, Enum):
	"""How a customer stands, by their own rhythm."""

	NEW = "New"
	ACTIVE = "Active"
	OCCASIONAL = "Occasional"
	SLIPPING = "Slipping Away"
	GONE = "Gone"


@dataclass(frozen=True)
class Day:
	"""What was invoiced to a customer on a day; `invoices` are those that are no returns."""

	on: date
	invoices: int
	value: float


@dataclass(frozen=True)
class Behaviour:
	"""One customer on the last day of a period.

	`recency`: days since the last purchase. `frequency`: purchases in the period; `value`: invoiced in it, less returns;
	`value_before`: in the period before. `rhythm`: the median of days between two purchases, None without a rhythm.
	`late`: days since the last purchase, in rhythms.
	"""

	recency: int
	frequency: int
	value: float
	value_before: float
	rhythm: float | None
	late: float | None
	state: State
	last_on: date


def behaviour(days: Sequence[Day], first: date, last: date, before: date, overdue: float) -> Behaviour | None:
	"""Return how a customer behaves; None for one who has not bought until the last day.

	:param days: in whatever order; what is after the last day is left out.
	:param first, last: of the period; `before`, the first day of the period before.
	:param overdue: times the rhythm after which somebody is slipping away.
	"""
	known = [day for day in days if day.on <= last]
	purchases = sorted({day.on for day in known if day.invoices})
	if not purchases:
		return None
	gaps = [(later - earlier).days for earlier, later in pairwise(purchases)]
	rhythm = max(median(gaps), 1) if len(purchases) >= RHYTHM_FROM else None
	recency = (last - purchases[-1]).days
	late = recency / rhythm if rhythm else None
	return Behaviour(
		recency=recency,
		frequency=len(purchases) - bisect_left(purchases, first),
		value=sum(day.value for day in known if day.on >= first),
		value_before=sum(day.value for day in known if before <= day.on < first),
		rhythm=rhythm,
		late=late,
		state=_state(purchases, first, late, overdue),
		last_on=purchases[-1],
	)


def scores(figures: Mapping[str, float], higher_is_better: bool = True) -> dict[str, int]:
	"""Return a score from 1 to 5 for each: in which fifth of all it lies. Equal figures get equal scores."""
	ordered = sorted(figures.values(), reverse=not higher_is_better)
	return {name: _score(ordered, figure, higher_is_better) for name, figure in figures.items()}


def _score(ordered: Sequence[float], figure: float, higher_is_better: bool) -> int:
	key = (lambda one: one) if higher_is_better else (lambda one: -one)
	worse = bisect_left(ordered, key(figure), key=key)
	return 1 + worse * BEST // len(ordered)


def _state(purchases: Sequence[date], first: date, late: float | None, overdue: float) -> State:
	if purchases[0] >= first:
		return State.NEW if late is None or late <= overdue else State.SLIPPING
	if late is None:
		return State.OCCASIONAL
	if late > max(GONE, overdue):
		return State.GONE
	return State.SLIPPING if late > overdue else State.ACTIVE
