"""From a sum of weights to a probability that can be believed, and how far it can be."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

BINS = 10
STEPS = 50
CLOSE_ENOUGH = 1e-9


@dataclass(frozen=True)
class Line:
	"""The logarithm of the odds as a straight line over the sum of weights."""

	intercept: float
	slope: float

	def probability(self, total: float) -> float:
		return sigmoid(self.intercept + self.slope * total)


@dataclass(frozen=True)
class Bin:
	"""Cases of similar probability: how many, what was expected of them, and what came of it."""

	cases: int
	predicted: float
	observed: float


def sigmoid(logit: float) -> float:
	return 1 / (1 + exp(-logit)) if logit >= 0 else 1 - 1 / (1 + exp(logit))


def fit(totals: Sequence[float], won: Sequence[bool]) -> Line:
	"""Fit a logistic regression with two parameters, Platt's way; its targets keep a perfect split finite.

	A falling line would turn the evidence round. Then the weights say nothing of these cases, and neither does the
	line.
	"""
	positive = sum(won)
	negative = len(won) - positive
	high, low = (positive + 1) / (positive + 2), 1 / (negative + 2)
	targets = [high if one else low for one in won]
	intercept, slope = log((positive + 1) / (negative + 1)), 0.0
	for _step in range(STEPS):
		step = _newton(totals, targets, intercept, slope)
		intercept, slope = intercept - step[0], slope - step[1]
		if max(map(abs, step)) < CLOSE_ENOUGH:
			break
	if slope <= 0:
		return Line(log((positive + 1) / (negative + 1)), 0.0)
	return Line(intercept, slope)


def auc(predicted: Sequence[float], won: Sequence[bool]) -> float | None:
	"""Return how often one that was won had the higher probability than one that was lost; 0.5 is chance."""
	positive = sum(won)
	negative = len(won) - positive
	if not positive or not negative:
		return None
	order = sorted(range(len(won)), key=predicted.__getitem__)
	ranks, start = 0.0, 0
	while start < len(order):
		end = start
		while end < len(order) and predicted[order[end]] == predicted[order[start]]:
			end += 1
		ranks += (start + end + 1) / 2 * sum(won[order[place]] for place in range(start, end))
		start = end
	return (ranks - positive * (positive + 1) / 2) / (positive * negative)


def brier(predicted: Sequence[float], won: Sequence[bool]) -> float | None:
	"""Return the mean squared distance between what was expected and what came of it."""
	if not won:
		return None
	return sum((chance - one) ** 2 for chance, one in zip(predicted, won, strict=True)) / len(won)


def bins(predicted: Sequence[float], won: Sequence[bool]) -> list[Bin]:
	"""Return the cases in up to ten groups of similar size by what was expected of them, the lowest first.

	Cases of which the same was expected are in one group.
	"""
	order = sorted(range(len(won)), key=predicted.__getitem__)
	groups: list[list[int]] = []
	for place in order:
		full = groups and len(groups[-1]) * BINS >= len(order)
		if not groups or (full and predicted[place] != predicted[groups[-1][-1]]):
			groups.append([])
		groups[-1].append(place)
	return [
		Bin(
			len(group),
			sum(predicted[place] for place in group) / len(group),
			sum(won[place] for place in group) / len(group),
		)
		for group in groups
	]


def _newton(
	totals: Sequence[float], targets: Sequence[float], intercept: float, slope: float
) -> tuple[float, float]:
	"""Return a step of Newton's method: the gradient divided by the curvature, for both parameters."""
	g0 = g1 = h01 = 0.0
	h00 = h11 = 1e-9  # a curvature where all sums are the same
	for total, target in zip(totals, targets, strict=True):
		chance = sigmoid(intercept + slope * total)
		error, spread = chance - target, chance * (1 - chance)
		g0, g1 = g0 + error, g1 + error * total
		h00, h01, h11 = h00 + spread, h01 + spread * total, h11 + spread * total * total
	determinant = h00 * h11 - h01 * h01
	if abs(determinant) < 1e-12:
		return g0 / h00, 0.0
	return (h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant
