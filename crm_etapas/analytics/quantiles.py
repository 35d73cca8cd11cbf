"""Exact median and quartiles of many rows, without fetching them.

The database counts the values in bins, each about 4 % wider than the one before; then only the bins that a quantile
falls into are read value by value.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass

from frappe.query_builder.functions import Count
from pypika import Criterion, CustomFunction
from pypika.functions import Floor

QUARTILES = (0.25, 0.5, 0.75)
BINS_AN_OCTAVE = 16

_log2 = CustomFunction("LOG2", ["number"])

Key = tuple[Hashable, ...]


@dataclass(frozen=True)
class Spread:
	"""How many values there are, and their quantiles in the order that was asked for."""

	count: int
	quantiles: tuple[float, ...]


def of(query: Callable, value, keys: list, which: Iterable[float] = QUARTILES) -> dict[Key, Spread]:
	"""Return the quantiles of a value for each combination of keys, in two queries.

	:param query: called with nothing, returns a new query without a selection.
	:param value: the column, zero or more.
	:param keys: columns to group by.
	:return: by key. Between two values it is interpolated, as spreadsheets do (PERCENTILE.INC) and pandas by default.
	"""
	number = Floor(_log2(value + 1) * BINS_AN_OCTAVE)
	counted = query().select(*keys, number.as_("bin"), Count("*")).groupby(*keys, number).run()
	bins: dict[Key, dict[int, int]] = defaultdict(dict)
	for *key, bin_number, count in counted:
		bins[tuple(key)][int(bin_number or 0)] = count
	wanted = {key: _bins_of(found, which) for key, found in bins.items()}
	if not wanted:
		return {}
	chosen = Criterion.any(
		Criterion.all(
			[
				*(_is(column, part) for column, part in zip(keys, key, strict=True)),
				number.isin(sorted(numbers)),
			]
		)
		for key, numbers in wanted.items()
	)
	values: dict[Key, dict[float, int]] = defaultdict(dict)
	for *key, exact, count in (
		query().select(*keys, value, Count("*")).where(chosen).groupby(*keys, value).run()
	):
		values[tuple(key)][float(exact or 0)] = count
	return {
		key: Spread(
			sum(found.values()),
			tuple(_quantile(found, values[key], wanted[key], share) for share in which),
		)
		for key, found in bins.items()
	}


def _is(column, value):
	return column.isnull() if value is None else column == value


def _ranks(total: int, share: float) -> tuple[int, int, float]:
	"""Return the positions between which a quantile lies, from 0, and how far it is from the first to the second."""
	position = share * (total - 1)
	low = int(position)
	return low, min(low + 1, total - 1), position - low


def _bins_of(found: Mapping[int, int], which: Iterable[float]) -> set[int]:
	total = sum(found.values())
	ranks = {rank for share in which for rank in _ranks(total, share)[:2]}
	chosen, before = set(), 0
	for number in sorted(found):
		if any(before <= rank < before + found[number] for rank in ranks):
			chosen.add(number)
		before += found[number]
	return chosen


def _quantile(found: Mapping[int, int], values: Mapping[float, int], read: set[int], share: float) -> float:
	low, high, part = _ranks(sum(found.values()), share)
	first, second = (_at(found, values, read, rank) for rank in (low, high))
	return first + (second - first) * part


def _at(found: Mapping[int, int], values: Mapping[float, int], read: set[int], rank: int) -> float:
	"""Return the value at a position: those of the bins that were not read are only counted."""
	ordered = iter(sorted(values.items()))
	before = 0
	for number in sorted(found):
		if number not in read:
			before += found[number]
			continue
		left = found[number]
		while left > 0:
			value, count = next(ordered)
			if before <= rank < before + count:
				return value
			before, left = before + count, left - count
	raise IndexError(rank)
