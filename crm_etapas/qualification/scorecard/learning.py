"""Learns a scorecard from closed cases, and tells how good it is by cases that it has not seen.

Weights come from `evidence`, the line that turns their sum into odds from `calibration`. The line is fitted to sums of
cases that had no part in their own weights, in five turns. Both are turned into points, of which 20 double the odds of
winning and 20 less halve them, rounded to a tenth: what is shown adds up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import log
from random import Random

from crm_etapas.qualification.scorecard import calibration, evidence
from crm_etapas.qualification.scorecard.calibration import Bin, Line
from crm_etapas.qualification.scorecard.evidence import Case, Seen

DOUBLES = 20  # points that double the odds
DECIMALS = 1
TURNS = 5
SEED = 20
HELD_BACK = 4  # the newest one in so many
# below that, nothing can be learned: an admin may ask for more, never for less
FEWEST_WON = FEWEST_LOST = 30


class TooFewCases(Exception):
	"""There are not enough closed cases to learn from."""

	def __init__(self, won: int, lost: int):
		super().__init__(won, lost)
		self.won, self.lost = won, lost


@dataclass(frozen=True)
class Model:
	"""Points of every value of each feature, and those that everybody starts with."""

	start: float
	points: tuple[dict[str, float], ...]

	def score(self, values: Sequence[str | None]) -> float:
		return round(self.start + evidence.total(self.points, values), DECIMALS)

	def probability(self, values: Sequence[str | None]) -> float:
		return probability(self.score(values))


@dataclass(frozen=True)
class Holdout:
	"""How the newest cases came out that the scorecard had not seen."""

	cases: int
	auc: float | None
	brier: float | None
	bins: tuple[Bin, ...]


@dataclass(frozen=True)
class Lesson:
	"""What was learned: the model, what it was learned from, and how good it is."""

	model: Model
	counts: tuple[dict[str, Seen], ...]
	won: int
	lost: int
	holdout: Holdout

	@property
	def rate(self) -> float:
		return self.won / (self.won + self.lost)


def probability(score: float) -> float:
	"""Return the probability, between 0 and 1, that a number of points stands for."""
	return calibration.sigmoid(score * log(2) / DOUBLES)


def learn(cases: Sequence[Case], features: int, minimum: int, smoothing: float) -> Lesson:
	"""Learn from all closed cases; tell how good that is by learning from the older and trying it on the newest.

	:param minimum: of closed cases.
	:raises TooFewCases:
	"""
	cases = _by_time(cases)
	won = sum(case.won for case in cases)
	lost = len(cases) - won
	if len(cases) < minimum or won < FEWEST_WON or lost < FEWEST_LOST:
		raise TooFewCases(won, lost)
	counts = evidence.count(cases, features)
	model = _model(cases, counts, smoothing)
	return Lesson(model, tuple(counts), won, lost, _try_out(cases, features, smoothing))


def _by_time(cases: Sequence[Case]) -> list[Case]:
	"""Return the cases, the oldest first; those of one moment, which an import has brought, in a fixed disorder."""
	mixed = list(cases)
	Random(SEED).shuffle(mixed)
	return sorted(mixed, key=lambda case: case.closed_on or datetime.min)


def _try_out(cases: Sequence[Case], features: int, smoothing: float) -> Holdout:
	newest = len(cases) // HELD_BACK
	older, newer = cases[:-newest], cases[-newest:]
	if len({case.won for case in older}) < 2:
		return Holdout(0, None, None, ())
	model = _model(older, evidence.count(older, features), smoothing)
	predicted = [model.probability(case.values) for case in newer]
	won = [case.won for case in newer]
	return Holdout(
		len(newer),
		calibration.auc(predicted, won),
		calibration.brier(predicted, won),
		tuple(calibration.bins(predicted, won)),
	)


def _model(cases: Sequence[Case], counts: evidence.Counts, smoothing: float) -> Model:
	line = _line(cases, counts, smoothing)
	return Model(
		_points(line.intercept),
		tuple(
			{value: _points(line.slope * weight) for value, weight in of.items()}
			for of in evidence.weights(counts, smoothing)
		),
	)


def _line(cases: Sequence[Case], counts: evidence.Counts, smoothing: float) -> Line:
	"""Fit the line to sums of weights that each case had no part in."""
	totals, won = [], []
	for turn in range(TURNS):
		part = cases[turn::TURNS]
		rest = evidence.without(counts, evidence.count(part, len(counts)))
		weights = evidence.weights(rest, smoothing)
		totals += [evidence.total(weights, case.values) for case in part]
		won += [case.won for case in part]
	return calibration.fit(totals, won)


def _points(logit: float) -> float:
	return round(logit * DOUBLES / log(2), DECIMALS) + 0.0  # never a negative zero
