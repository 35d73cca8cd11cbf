"""What someone has typed into a search box, taken apart.

A record matches if it matches every term. A term is one word, number or address as it was typed; there may be
several ways to read it: "GTX-500" is "gtx500" or the two words "gtx" and "500"; "0412 123 4567" is what a phone
number in E.164 begins with, or three numbers. A reading is a list of beginnings: for each of them the record must
have a word that begins so.

MariaDB's full-text index has no word of one or two characters and none of `STOPWORDS`, so such beginnings
are compared with the rows that the others find.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from crm_etapas.identity import names

SHORTEST, LONGEST = (
	3,
	84,
)  # characters of the words in the full-text index: innodb_ft_min_token_size and ..max
MOST_TERMS = 8  # of a search; the rest of a pasted page says nothing new
LONGEST_TEXT = 140
# InnoDB's own list, INNODB_FT_DEFAULT_STOPWORD
STOPWORDS = frozenset(
	"a about an are as at be by com de en for from how i in is it la of on or that the this to was what when "
	"where who will with und www".split()
)
# what a number that is typed in several pieces has at least, in digits
LONG_NUMBER = 7
# letters that MariaDB's collation takes for the same one
ALIKE = {
	"a": "aàáâãäåā",
	"c": "cçćč",
	"e": "eèéêëē",
	"i": "iìíîïī",
	"n": "nñń",
	"o": "oòóôõöōø",
	"s": "sśš",
	"u": "uùúûüū",
	"y": "yýÿ",
	"z": "zźžż",
}

Reading = tuple[str, ...]


@dataclass(frozen=True)
class Term:
	"""One thing that was typed.

	:param readings: ways to read it, each a list of beginnings in folded letters, digits and underscores.
	:param address: an email address, or the beginning or end of one, as it must stand in the record.
	"""

	readings: tuple[Reading, ...]
	address: str | None = None

	@cached_property
	def indexed(self) -> str | None:
		"""What to look for in the full-text index, in its boolean mode, or None if the index cannot tell."""
		ways = [" ".join(f"+{word}*" for word in reading if is_indexed(word)) for reading in self.readings]
		if not all(ways):
			return None
		return ways[0] if len(ways) == 1 else _any_of(ways)

	@property
	def is_beginning_of_address(self) -> bool:
		"""Whether an email address must begin so: that index is the better one."""
		return bool(self.address) and not self.address.startswith("@")

	@property
	def is_exact(self) -> bool:
		"""Whether the full-text index alone tells which records match."""
		words = [word for reading in self.readings for word in reading]
		return not self.address and all(is_indexed(word) for word in words)

	@property
	def patterns(self) -> tuple[tuple[str, ...], ...]:
		"""Regular expressions: of one of these groups each must be found in the record's text."""
		if self.address:
			return ((_escaped(self.address),),)
		return tuple(
			tuple(f"(^|[^[:alnum:]_]){_alike(word)}" for word in reading) for reading in self.readings
		)


def parse(text: str, beginnings: Callable[[str], list[str]]) -> list[Term]:
	"""Take a text apart.

	:param beginnings: what a phone number may begin with that begins as typed, see `identity.phones`.
	:return: no terms if the text has no letter and no digit.
	"""
	terms = []
	for is_number, words in groupby(text[:LONGEST_TEXT].split(), key=_is_number):
		words = list(words)
		if is_number and sum(map(_digits, words)) >= LONG_NUMBER:
			terms.append(_number(" ".join(words), beginnings))
		else:
			terms += [_number(word, beginnings) if is_number else _word(word) for word in words]
	return list(dict.fromkeys(term for term in terms if term.readings))[:MOST_TERMS]


def is_indexed(word: str) -> bool:
	return SHORTEST <= len(word) <= LONGEST and word not in STOPWORDS


def _is_number(word: str) -> bool:
	return bool(re.fullmatch(r"[\d+().\-/]*\d[\d+().\-/]*", word))


def _digits(word: str) -> int:
	return sum(character.isdigit() for character in word)


def _number(typed: str, beginnings: Callable[[str], list[str]]) -> Term:
	phones = [_words(beginning)[0] for beginning in beginnings(typed)]
	return Term(_readings(*((phone,) for phone in phones), ("".join(_words(typed)),), _words(typed)))


def _word(typed: str) -> Term:
	words = _words(typed)
	if "@" in typed and words:
		return Term((words,), address=names.fold(typed))
	return Term(_readings(("".join(words),), words))


def _readings(*readings: Reading) -> tuple[Reading, ...]:
	"""Return them without repetitions, and without those that another one includes: its beginning is shorter."""
	unique = [reading for reading in dict.fromkeys(readings) if reading and reading[0]]
	single = [reading[0] for reading in unique if len(reading) == 1]
	return tuple(
		reading
		for reading in unique
		if len(reading) > 1 or not any(reading[0] != s and reading[0].startswith(s) for s in single)
	)


def _words(typed: str) -> Reading:
	return tuple(re.findall(r"\w+", names.fold(typed)))


def _any_of(ways: Iterable[str]) -> str:
	return f"+({' '.join(f'({way})' if ' ' in way else way.lstrip('+') for way in ways)})"


def _alike(word: str) -> str:
	return "".join(f"[{ALIKE[letter]}]" if letter in ALIKE else letter for letter in word)


def _escaped(address: str) -> str:
	"""Return a pattern for just this text; a bracket instead of a backslash, which SQL would take for its own."""
	return "".join(c if c.isalnum() or c in "_@" else f"[{c}]" for c in address if c not in "[]^\\")
