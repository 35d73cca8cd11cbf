"""Weight of evidence: how much more often the won than the lost had a value."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import log

# a value seen in fewer closed cases says nothing
RARE = 5


@dataclass(frozen=True)
class Case:
	"""A prospect that was won or lost: what was known of it, in the order of the features; None is unknown."""

	values: tuple[str | None, ...]
	won: bool
	closed_on: datetime | None = None


@dataclass(frozen=True)
class Seen:
	"""In how many closed cases a value was seen, and in how many that were won."""

	cases: int
	won: int

	@property
	def rate(self) -> float:
		return self.won / self.cases


Counts = list[dict[str, Seen]]  # of each feature: its values
Weights = list[dict[str, float]]


def count(cases: Iterable[Case], features: int) -> Counts:
	"""Count the values of each feature among closed cases."""
	found = [defaultdict(lambda: [0, 0]) for _ in range(features)]
	for case in cases:
		for feature, value in zip(found, case.values, strict=True):
			if value is not None:
				feature[value][0] += 1
				feature[value][1] += case.won
	return [{value: Seen(*seen) for value, seen in feature.items()} for feature in found]


def without(counts: Counts, part: Counts) -> Counts:
	"""Return what is left of counts when a part of the cases is taken out."""
	none = Seen(0, 0)
	left = []
	for feature, taken in zip(counts, part, strict=True):
		rest = {
			value: Seen(seen.cases - taken.get(value, none).cases, seen.won - taken.get(value, none).won)
			for value, seen in feature.items()
		}
		left.append({value: seen for value, seen in rest.items() if seen.cases})
	return left


def weights(counts: Counts, smoothing: float) -> Weights:
	"""Return the weight of every value: the logarithm of how much it changes the odds of winning.

	Laplace's smoothing: each value counts as if it had been seen in that many cases more, won as often as those of the
	feature are. So a value that was hardly seen weighs hardly anything, and one that never was weighs nothing.
	"""
	return [_weights(feature, smoothing) for feature in counts]


def total(weights: Sequence[Mapping[str, float]], values: Sequence[str | None]) -> float:
	"""Return the sum of the weights of a prospect's values; what is unknown or was never seen weighs nothing."""
	return sum(
		feature.get(value, 0.0) for feature, value in zip(weights, values, strict=True) if value is not None
	)


def _weights(feature: Mapping[str, Seen], smoothing: float) -> dict[str, float]:
	common = {value: seen for value, seen in feature.items() if seen.cases >= RARE}
	# beside those of whom it is known: that it is known at all must not count
	known, won = sum(seen.cases for seen in common.values()), sum(seen.won for seen in common.values())
	if won in (0, known):
		return dict.fromkeys(common, 0.0)
	usual = won / known
	return {
		value: log((seen.won + smoothing * usual) / (seen.cases - seen.won + smoothing * (1 - usual)))
		- log(usual / (1 - usual))
		for value, seen in common.items()
	}
