"""Who gets a prospect and why the others do not: rules without a database.

`choose` looks at one prospect. Whoever calls it for many keeps the loads, which it changes as it gives.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import Enum
from heapq import heappop, heappush


class Reason(str, Enum):
	"""Why somebody got a prospect, or did not; kept in Assignment Log."""

	OWNER = "owner"
	LEAST_LOADED = "least_loaded"
	BUSIER = "busier"
	OWNED = "owned"
	DISABLED = "disabled"
	USER_DISABLED = "user_disabled"
	ABSENT = "absent"
	ON_LEAVE = "on_leave"
	HOLIDAY = "holiday"
	OWN_EMAIL = "own_email"
	SEGMENT = "segment"
	CHANNEL = "channel"
	TERRITORY = "territory"
	LEVEL = "level"
	LANGUAGE = "language"
	ATTRIBUTE = "attribute"
	FULL = "full"
	FULL_WEEK = "full_week"


GIVEN = frozenset({Reason.OWNER, Reason.LEAST_LOADED})
# those who are not there at all, whatever the prospect is like
AWAY = frozenset({Reason.DISABLED, Reason.USER_DISABLED, Reason.ABSENT, Reason.ON_LEAVE, Reason.HOLIDAY})


@dataclass(frozen=True)
class Absence:
	start: date
	end: date

	def covers(self, day: date) -> bool:
		return self.start <= day <= self.end


@dataclass(frozen=True)
class Rep:
	"""A salesperson as assignment sees them. A skill without values stands for anything.

	:param territories: with everything that lies in them.
	:param attributes: the values that fit, in small letters, by attribute: one of each is needed.
	:param away: why they are not there today, as far as others than the profile know.
	"""

	name: str
	user: str
	enabled: bool = True
	weight: float = 1
	most_open: int = 0
	most_new: int = 0
	segments: frozenset[str] = frozenset()
	channels: frozenset[str] = frozenset()
	territories: frozenset[str] = frozenset()
	levels: frozenset[str] = frozenset()
	languages: frozenset[str] = frozenset()
	attributes: Mapping[str, frozenset[str]] = field(default_factory=dict)
	absences: tuple[Absence, ...] = ()
	away: Reason | None = None
	hands_over: bool = False
	team: str | None = None

	def missing_on(self, day: date) -> Reason | None:
		"""Return why nothing can be given to them on a day."""
		if not self.enabled:
			return Reason.DISABLED
		if any(absence.covers(day) for absence in self.absences):
			return Reason.ABSENT
		return self.away


@dataclass(frozen=True)
class Features:
	"""What is known of a prospect that skills speak of.

	:param places: its territory, region, zone and sector, as far as it has them.
	:param owners: who looks after the same person or company already, the nearest first.
	:param holder: who has it on their hands now: it does not count against them.
	"""

	segment: str | None = None
	channel: str | None = None
	level: str | None = None
	language: str | None = None
	places: frozenset[str] = frozenset()
	attributes: Mapping[str, frozenset[str]] = field(default_factory=dict)
	email: str | None = None
	owners: tuple[str, ...] = ()
	holder: str | None = None


@dataclass
class Load:
	"""What a salesperson has on their hands.

	:param open: prospects that are still worked on.
	:param new: prospects that assignment has given them this week.
	"""

	open: int = 0
	new: int = 0


@dataclass(frozen=True)
class Seen:
	"""What was found out about one salesperson.

	:param open, new: their load at that moment, before the prospect was given.
	"""

	user: str
	reason: Reason
	open: int = 0
	new: int = 0
	weight: float = 1


@dataclass(frozen=True)
class Decision:
	"""Who gets a prospect; nobody, if `rep` is empty. `seen` has everyone, whoever gets it first."""

	rep: Rep | None
	reason: Reason | None
	seen: tuple[Seen, ...] = ()


def week_of(day: date) -> date:
	"""Return the Monday of a day's week."""
	return day - timedelta(days=day.weekday())


def lacks(rep: Rep, features: Features, day: date) -> Reason | None:
	"""Return the first reason why a prospect cannot be given to somebody, whatever they have on their hands."""
	return _cannot_have(rep, features, day) or _lacks_skill(rep, features)


def _cannot_have(rep: Rep, features: Features, day: date) -> Reason | None:
	"""Return why somebody cannot get a prospect even if they look after the customer already."""
	if away := rep.missing_on(day):
		return away
	if features.email and features.email.casefold() == rep.user.casefold():
		return Reason.OWN_EMAIL
	return None


def _lacks_skill(rep: Rep, features: Features) -> Reason | None:
	for reason, wanted, value in (
		(Reason.SEGMENT, rep.segments, features.segment),
		(Reason.CHANNEL, rep.channels, features.channel),
		(Reason.LEVEL, rep.levels, features.level),
		(Reason.LANGUAGE, rep.languages, features.language),
	):
		if wanted and value not in wanted:
			return reason
	if rep.territories and rep.territories.isdisjoint(features.places):
		return Reason.TERRITORY
	for attribute, values in rep.attributes.items():
		if values.isdisjoint(features.attributes.get(attribute, ())):
			return Reason.ATTRIBUTE
	return None


def lacking(features: Features, reps: Iterable[Rep], day: date) -> dict[str, Reason | None]:
	"""Return what each salesperson lacks for a prospect, by the name of the profile."""
	return {rep.name: lacks(rep, features, day) for rep in reps}


def candidates(
	features: Features, reps: Iterable[Rep], day: date, lacked: Mapping[str, Reason | None] | None = None
) -> list[Rep]:
	"""Return those to whom a prospect may be given, if they are not full.

	:param lacked: see `lacking`, if it is known already.
	"""
	reps = list(reps)
	lacked = lacking(features, reps, day) if lacked is None else lacked
	return [
		rep
		for rep in reps
		if not lacked[rep.name] or (rep.user in features.owners and not _cannot_have(rep, features, day))
	]


def choose(
	features: Features,
	reps: Iterable[Rep],
	loads: Mapping[str, Load],
	day: date,
	lacked: Mapping[str, Reason | None] | None = None,
) -> Decision:
	"""Give a prospect to somebody, if anybody fits, and count it in their load.

	:param loads: by the name of the profile.
	:param lacked: see `lacking`, if it is known already.
	"""
	reps = sorted(reps, key=lambda rep: rep.name)
	lacked = lacking(features, reps, day) if lacked is None else lacked
	for rep in reps:
		if rep.user == features.holder and rep.name in loads:
			loads[rep.name].open -= 1
	reasons = {rep.name: lacked[rep.name] or _full(rep, loads) for rep in reps}
	chosen, reason = _owner(features, reps, loads, day), Reason.OWNER
	if not chosen:
		fitting = [rep for rep in reps if not reasons[rep.name]]
		chosen = min(fitting, key=lambda rep: _rank(rep, loads), default=None)
		reason = Reason.LEAST_LOADED
	others = Reason.OWNED if reason is Reason.OWNER else Reason.BUSIER
	seen = []
	for rep in reps:
		why = reason if rep is chosen else reasons[rep.name] or others
		load = _of(rep, loads)
		seen.append(Seen(rep.user, why, load.open, load.new, rep.weight))
	seen.sort(key=lambda one: one.reason not in GIVEN)
	if chosen:
		load = _of(chosen, loads)
		load.open += 1
		load.new += 1
	return Decision(chosen, reason if chosen else None, tuple(seen))


def _owner(features: Features, reps: list[Rep], loads: Mapping[str, Load], day: date) -> Rep | None:
	"""Return who looks after the customer already, whatever their skills; not if they are full or away."""
	by_user = {rep.user: rep for rep in reps} if features.owners else {}
	for user in features.owners:
		rep = by_user.get(user)
		if rep and not _cannot_have(rep, features, day) and not _full(rep, loads):
			return rep
	return None


def _full(rep: Rep, loads: Mapping[str, Load]) -> Reason | None:
	load = _of(rep, loads)
	if rep.most_open and load.open >= rep.most_open:
		return Reason.FULL
	if rep.most_new and load.new >= rep.most_new:
		return Reason.FULL_WEEK
	return None


def _rank(rep: Rep, loads: Mapping[str, Load]) -> tuple:
	"""The least loaded by weight first; of two with the same load, whoever got fewer this week, then by name."""
	load = _of(rep, loads)
	return (load.open + 1) / rep.weight, (load.new + 1) / rep.weight, rep.name


def _of(rep: Rep, loads: Mapping[str, Load]) -> Load:
	return loads.get(rep.name) or Load()


@dataclass(frozen=True)
class Past:
	"""A prospect of the past.

	:param closed_on: when work on it ended, if it has ended.
	"""

	features: Features
	came_on: datetime
	closed_on: datetime | None = None


def replay(prospects: Iterable[Past], reps: Iterable[Rep]) -> dict[str | None, int]:
	"""Give past prospects in the order in which they came; what was closed meanwhile is no load any more.

	Everyone begins with nothing on their hands.

	:return: how many each would have got, by user; those whom nobody fits under None.
	"""
	reps = list(reps)
	loads = {rep.name: Load() for rep in reps}
	counts: dict[str | None, int] = {None: 0, **{rep.user: 0 for rep in reps}}
	closing: list[tuple[datetime, int, str]] = []
	week = None
	for number, prospect in enumerate(sorted(prospects, key=lambda one: one.came_on)):
		day = prospect.came_on.date()
		if week != week_of(day):
			week = week_of(day)
			for load in loads.values():
				load.new = 0
		while closing and closing[0][0] <= prospect.came_on:
			loads[heappop(closing)[2]].open -= 1
		rep = choose(prospect.features, reps, loads, day).rep
		counts[rep.user if rep else None] += 1
		if rep and prospect.closed_on:
			heappush(closing, (max(prospect.closed_on, prospect.came_on), number, rep.name))
	return counts


def without_holder(features: Features) -> Features:
	"""Return the features of a prospect as if nobody had it."""
	return replace(features, holder=None)
