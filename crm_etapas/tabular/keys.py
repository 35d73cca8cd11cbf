"""What a row is recognised by when its file comes again."""

import hashlib
from collections import Counter

from frappe import _

from crm_etapas.tabular.reader import Line
from crm_etapas.tabular.values import Unreadable

KEY_LENGTH = 140


class Keys:
	"""Gives the rows of a file their keys: by their identifier, or by all that they say."""

	def __init__(self, source: str, column: str | None):
		"""
		:param column: the one that has the identifiers, if there is one.
		"""
		self.source, self.column = source, column
		self.seen: Counter = Counter()

	def of(self, line: Line) -> str:
		"""Return the key of a row, at most 140 characters.

		:raises Unreadable: if the row has no identifier and others have.
		"""
		if self.column:
			if identifier := line.text(self.column):
				return shorten(f"{self.source}:{identifier}")
			raise Unreadable(_("The row has no identifier"))
		# the same line twice is two records, so they are counted
		text = "\x1f".join(f"{column}={line.text(column)}" for column in sorted(line.cells))
		digest = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:20]
		self.seen[digest] += 1
		return shorten(f"{self.source}:#{digest}-{self.seen[digest]}")


def shorten(key: str) -> str:
	"""Return a key that fits its field; a long one ends in a digest of all of it."""
	if len(key) <= KEY_LENGTH:
		return key
	return key[: KEY_LENGTH - 41] + "#" + hashlib.sha1(key.encode(), usedforsecurity=False).hexdigest()
