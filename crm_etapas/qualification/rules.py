"""When a level is reached. Nothing here knows a database.

Levels are reached in their order: every must of a level is met, the criteria that give points give enough, and a
level below that sales must accept has been accepted. A level that asks for nothing is entered by hand only, and
stands in nobody's way.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from crm_etapas.qualification.looks import Look

# what a move by hand leaves behind: the rules do not take the prospect that way again
NOT_HIGHER, NOT_LOWER = "Not Higher", "Not Lower"


@dataclass(frozen=True)
class Level:
	name: str
	position: float = 0
	minimum_points: float = 0
	asks_for_acceptance: bool = False
	is_default: bool = False


@dataclass(frozen=True)
class Criterion:
	"""One thing that a level looks at. `points` counts for those that are no must."""

	title: str
	level: str
	look: Look
	must: bool = False
	points: float = 0

	def gives(self, share: float) -> float:
		return 0.0 if self.must else self.points * share


@dataclass(frozen=True)
class Verdict:
	"""What the rules make of one prospect: the highest level reached, and the points by level."""

	reached: int
	points: tuple[float, ...]
	held: tuple[bool, ...]

	@property
	def score(self) -> float:
		return round(sum(self.points), 1)


class Ruleset:
	"""The enabled levels in their order, with the criteria of each."""

	def __init__(self, levels: Sequence[Level], criteria: Sequence[Criterion]):
		self.levels = tuple(levels)
		index = {level.name: number for number, level in enumerate(self.levels)}
		known = (criterion for criterion in criteria if criterion.level in index)
		self.criteria = tuple(sorted(known, key=lambda criterion: index[criterion.level]))
		self._weights = tuple((index[c.level], c.must, c.points) for c in self.criteria)

	@cached_property
	def first(self) -> int:
		"""The level where new prospects stand."""
		return next((number for number, level in enumerate(self.levels) if level.is_default), 0)

	@cached_property
	def asks(self) -> tuple[bool, ...]:
		"""Which levels ask for something."""
		with_musts = {level for level, must, _points in self._weights if must}
		return tuple(
			number in with_musts or level.minimum_points > 0 for number, level in enumerate(self.levels)
		)

	def shares(self, prospect, today) -> list[float]:
		"""Return how far each criterion is met: 0 not at all, 1 wholly, less where time has passed."""
		return [criterion.look.share(prospect, today) for criterion in self.criteria]

	def judge(self, shares: Sequence[float], accepted: bool = False) -> Verdict:
		"""Say which level these findings reach.

		:param shares: as `shares` returns them.
		:param accepted: whether sales have accepted the prospect.
		"""
		points, held = [0.0] * len(self.levels), [True] * len(self.levels)
		for (level, must, weight), share in zip(self._weights, shares, strict=True):
			if not must:
				points[level] += weight * share
			elif not share:
				held[level] = False
		reached, waits = self.first, False
		for number, level in enumerate(self.levels):
			if not held[number] or (level.minimum_points > 0 and points[number] < level.minimum_points):
				held[number] = False
				break
			if waits:
				break
			if self.asks[number]:
				reached = max(reached, number)
			waits = level.asks_for_acceptance and not accepted
		return Verdict(reached, tuple(points), tuple(held))

	def place(self, name: str | None, positions: dict[str, float] | None = None) -> int:
		"""Return how far along a level is; a disabled one counts as the last enabled one before it."""
		for number, level in enumerate(self.levels):
			if level.name == name:
				return number
		position = (positions or {}).get(name, -1)
		return max((n for n, level in enumerate(self.levels) if level.position <= position), default=-1)

	def decide(self, current: int, reached: int, hold: str | None, may_go_back: bool) -> int:
		"""Return the level that a prospect stands in after the rules have had their say.

		:param current, reached: places of levels.
		:param hold: what somebody has decided by hand, see `NOT_HIGHER`.
		:param may_go_back: whether the rules may take a prospect back.
		"""
		if reached > current:
			return current if hold == NOT_HIGHER else reached
		if reached < current and may_go_back and hold != NOT_LOWER:
			return reached
		return current
