"""Exact median and quartiles of many rows, without fetching them.

The database counts the values in bins, each about 4 % wider than the one before; then only the bins that a quantile
falls into are read value by value.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass

from frappe.query_builder.functions import Count
from pypika import Criterion, CustomFunction
from pypika.functions import Floor

QUARTILES = (0.25, 0.5, 0.75)
BINS_AN_OCTAVE = 16
ZERO = -(10**6)  # the bin of what has no logarithm

_log2 = CustomFunction("LOG2", ["number"])

Key = tuple[Hashable, ...]


@dataclass(frozen=True)
class Spread:
	"""How many values there are, and their quantiles in the order that was asked for."""

	count: int
	quantiles: tuple[float, ...]


def of(query: Callable, value, keys: list, which: Sequence[float] = QUARTILES) -> dict[Key, Spread]:
	"""Return the quantiles of one value for each combination of keys; see `of_several`."""
	return {key: spreads[0] for key, spreads in of_several(query, [value], keys, which).items()}


def of_several(
	query: Callable, values: list, keys: list, which: Sequence[float] = QUARTILES
) -> dict[Key, list[Spread]]:
	"""Return the quantiles of some values of the same rows for each combination of keys, in two queries.

	:param query: called with nothing, returns a new query without a selection.
	:param values: columns, zero or more each.
	:param keys: columns to group by; numbers are faster than names.
	:return: by key, in the order of `values`. Between two values it is interpolated, as spreadsheets do
		(PERCENTILE.INC) and pandas by default.
	"""
	numbers = [Floor(_log2(value) * BINS_AN_OCTAVE) for value in values]
	bins: dict[Key, list[dict[int, int]]] = defaultdict(lambda: [defaultdict(int) for _value in values])
	for *row, count in query().select(*keys, *numbers, Count("*")).groupby(*keys, *numbers).run():
		for found, number in zip(bins[tuple(row[: len(keys)])], row[len(keys) :], strict=True):
			found[_bin(number)] += count
	if not bins:
		return {}
	wanted = {key: [_bins_of(one, which) for one in found] for key, found in bins.items()}
	near = Criterion.any(
		_within(value, number)
		for position, value in enumerate(values)
		for number in sorted(set().union(*(chosen[position] for chosen in wanted.values())))
	)
	read: dict[Key, list[dict[float, int]]] = defaultdict(lambda: [defaultdict(int) for _value in values])
	rows = query().select(*keys, *values, *numbers, Count("*")).where(near).groupby(*keys, *values)
	for *row, count in rows.run():
		key, rest = tuple(row[: len(keys)]), row[len(keys) :]
		for position, chosen in enumerate(wanted[key]):
			if _bin(rest[len(values) + position]) in chosen:
				read[key][position][float(rest[position] or 0)] += count
	return {
		key: [
			Spread(
				sum(one.values()),
				tuple(_quantile(one, read[key][position], wanted[key][position], share) for share in which),
			)
			for position, one in enumerate(found)
		]
		for key, found in bins.items()
	}


def _bin(number) -> int:
	return ZERO if number is None else int(number)


def _within(value, number: int) -> Criterion:
	"""What holds for all values of a bin and few others: who asks looks at the bin again."""
	if number == ZERO:
		return value.isnull() | (value <= 0)
	low, high = 2 ** (number / BINS_AN_OCTAVE), 2 ** ((number + 1) / BINS_AN_OCTAVE)
	return (value >= low * 0.9999) & (value <= high * 1.0001)


def _ranks(total: int, share: float) -> tuple[int, int, float]:
	"""Return the positions between which a quantile lies, from 0, and how far it is from the first to the second."""
	position = share * (total - 1)
	low = int(position)
	return low, min(low + 1, total - 1), position - low


def _bins_of(found: Mapping[int, int], which: Sequence[float]) -> set[int]:
	total = sum(found.values())
	ranks = {rank for share in which for rank in _ranks(total, share)[:2]}
	chosen, before = set(), 0
	for number in sorted(found):
		if any(before <= rank < before + found[number] for rank in ranks):
			chosen.add(number)
		before += found[number]
	return chosen


def _quantile(found: Mapping[int, int], read: Mapping[float, int], chosen: set[int], share: float) -> float:
	low, high, part = _ranks(sum(found.values()), share)
	first, second = (_at(found, read, chosen, rank) for rank in (low, high))
	return first + (second - first) * part


def _at(found: Mapping[int, int], read: Mapping[float, int], chosen: set[int], rank: int) -> float:
	"""Return the value at a position: those of the bins that were not read are only counted."""
	ordered = iter(sorted(read.items()))
	before = 0
	for number in sorted(found):
		if number not in chosen:
			before += found[number]
			continue
		left = found[number]
		while left > 0:
			value, count = next(ordered)
			if before <= rank < before + count:
				return value
			before, left = before + count, left - count
	raise IndexError(rank)
