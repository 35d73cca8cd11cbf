"""When two spellings mean the same thing, and when that is only a guess."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from rapidfuzz import fuzz, process

from crm_etapas.identity.names import fold, squeeze

# Out of 100. "technolgy" and "Technology" reach 95, "GTX Plus Pro" and "GTX Pro" 71.
ALIKE = 88
AHEAD_OF_THE_NEXT = 6
SHORTEST = 5


class Because(Enum):
	"""Why a value was taken as a known one."""

	SAME = "same"
	TRANSLATION = "translation"
	SPACING = "spacing"
	SPELLING = "spelling"
	NEW = "new"


@dataclass(frozen=True)
class Match:
	"""What a value is taken as. A NEW one is not known yet."""

	name: str
	because: Because


class Known:
	"""Names that exist, with other words for them (a translation, a title)."""

	def __init__(self, names: Mapping[str, Iterable[str]], guessing: bool = True):
		"""
		:param guessing: whether a value may be taken as a name that is only near it.
		"""
		self._guessing = guessing
		self._same = {fold(name): name for name in reversed(names)}
		self._others = {fold(other): name for name, others in names.items() for other in others if other}
		every = {**{o: n for o, n in self._others.items()}, **self._same}
		self._squeezed = {}
		for word, name in every.items():
			self._squeezed.setdefault(squeeze(word), set()).add(name)
		self._squeezed.pop("", None)

	def match(self, value: str, fuzzy: bool = True) -> Match:
		"""Return what the value is taken as; a guess only where no second name comes near it."""
		if name := self._same.get(fold(value)):
			return Match(name, Because.SAME)
		if name := self._others.get(fold(value)):
			return Match(name, Because.TRANSLATION)
		names = self._squeezed.get(squeeze(value), set()) if self._guessing else set()
		if len(names) == 1:
			return Match(next(iter(names)), Because.SPACING)
		name = self._nearest(value) if self._guessing and fuzzy and not names else None
		return Match(name, Because.SPELLING) if name else Match(value, Because.NEW)

	def _nearest(self, value: str) -> str | None:
		text = squeeze(value)
		if len(text) < SHORTEST:
			return None
		near = process.extract(
			text, self._squeezed.keys(), scorer=fuzz.ratio, score_cutoff=ALIKE - AHEAD_OF_THE_NEXT, limit=10
		)
		best: dict[str, float] = {}
		for word, score, _index in near:
			for name in self._squeezed[word]:
				best[name] = max(score, best.get(name, 0))
		ranked = sorted(best.items(), key=lambda pair: -pair[1])
		if not ranked or ranked[0][1] < ALIKE or _digits(ranked[0][0]) != _digits(value):
			return None
		clear = len(ranked) == 1 or ranked[0][1] - ranked[1][1] >= AHEAD_OF_THE_NEXT
		return ranked[0][0] if clear else None


def resolve(values: Counter, known: Known, fuzzy: bool = True) -> dict[str, Match]:
	"""Return what each value is taken as.

	Values that are not known and differ only in spacing become one: the most frequent spelling.
	"""
	matches = {value: known.match(value, fuzzy) for value in values}
	new = [value for value, match in matches.items() if match.because is Because.NEW]
	spellings: dict[str, str] = {}
	for value in sorted(new, key=lambda value: (-values[value], value)):
		chosen = spellings.setdefault(squeeze(value) or value, value)
		if chosen != value:
			same = fold(chosen) == fold(value)
			matches[value] = Match(chosen, Because.SAME if same else Because.SPACING)
	return matches


def nearest_of(value: str, names: Iterable[str]) -> str | None:
	"""Return the name that someone who wrote `value` most likely meant, for an error message."""
	found = process.extractOne(squeeze(value), {name: squeeze(name) for name in names}, scorer=fuzz.WRatio)
	return found[2] if found and found[1] >= 60 else None


def _digits(value: str) -> list[str]:
	return re.findall(r"\d+", value)
