"""Evaluates many prospects, set by set: every night, after a criterion has changed, and when asked."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.utils import getdate, now_datetime

from crm_etapas.pipeline import listeners, set_move, stages, triggers
from crm_etapas.pipeline.deadlock import ATTEMPTS, CONFLICTS
from crm_etapas.pipeline.history import Move
from crm_etapas.pipeline.registry import get_pipeline
from crm_etapas.pipeline.vocabulary import ACTIVE, Cause
from crm_etapas.qualification import (
	ACCEPTANCE,
	ACCEPTED,
	DOCTYPE,
	HOLD,
	LEVEL,
	PENDING,
	SCORE,
	acceptance,
	facts,
	levels,
	pipeline,
	ruleset,
)

CHUNK = 1000
JOB = "crm_etapas_qualification"
SAVEPOINT = "qualifying"
TIMEOUT = 4 * 3600
COLUMNS = (LEVEL, SCORE, HOLD, ACCEPTANCE, "company")

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Found:
	"""Where a prospect stands and where the rules want it."""

	name: str
	level: str
	to: str
	score: float
	new_score: float
	goes_on: bool
	acceptance: str | None
	company: str | None


def everywhere(progress: Progress | None = None) -> Counter:
	"""Evaluate every open prospect, chunk by chunk; each chunk is committed."""
	total = frappe.db.count(DOCTYPE, open_prospects()) if progress else 0
	done, counts = 0, Counter()
	for names in _chunks():
		counts += _committed(names)
		done += len(names)
		if progress:
			progress(done, total)
	return counts


def of(names: list[str]) -> Counter:
	"""Evaluate some prospects; whoever calls commits.

	:return: how many were `evaluated`, `rose`, `fell`.
	"""
	counts = Counter()
	for start in range(0, len(names), CHUNK):
		counts += _evaluate(names[start : start + CHUNK])
	return counts


def after_behaviour(name: str, *behaviours: str) -> None:
	"""Evaluate a prospect that did something, if a criterion looks at such things.

	What has happened is stored even if that fails, and the next night tries again.
	"""
	if not levels.kept().watched.behaviours.intersection(behaviours):
		return
	frappe.db.savepoint(SAVEPOINT)
	try:
		_evaluate([name])
	except CONFLICTS:
		raise  # the database has undone the whole transaction
	except Exception:
		frappe.db.rollback(save_point=SAVEPOINT)
		frappe.log_error(
			title=_("{0} was not evaluated").format(name), reference_doctype=DOCTYPE, reference_name=name
		)


def rules_changed() -> None:
	"""Evaluate all prospects in the background, because levels or criteria are others from now on."""
	levels.clear_cache()
	if frappe.flags.in_install or frappe.flags.in_patch or frappe.flags.in_migrate or frappe.flags.in_test:
		return  # the next night will do
	frappe.cache.set_value(f"{JOB}_due", 1)
	enqueue()


def enqueue() -> None:
	frappe.enqueue(
		"crm_etapas.qualification.recalculation.execute",
		queue="long",
		timeout=TIMEOUT,
		job_id=JOB,
		deduplicate=True,
		enqueue_after_commit=True,
		user=frappe.session.user,
	)


def execute(user: str | None = None) -> None:
	"""Evaluate every open prospect and tell whoever asked how far it is; once more if rules change meanwhile."""

	def tell(done: int, total: int) -> None:
		shown = {"percent": 100 * done / max(total, 1), "title": _("Qualifying prospects")}
		frappe.publish_realtime("progress", shown, user=user)

	while True:
		frappe.cache.delete_value(f"{JOB}_due")
		levels.clear_cache()
		everywhere(tell)
		if not frappe.cache.get_value(f"{JOB}_due"):
			return


def _committed(names: list[str]) -> Counter:
	for attempt in range(1, ATTEMPTS + 1):
		try:
			counts = _evaluate(names)
			frappe.db.commit()  # a chunk is whole by itself; a job that is killed keeps what it has done
			return counts
		except CONFLICTS:
			frappe.db.rollback()
		except Exception:
			frappe.db.rollback()
			attempt = ATTEMPTS
		if attempt == ATTEMPTS:
			frappe.log_error(
				title=_("Prospects from {0} to {1} were not evaluated").format(names[0], names[-1])
			)
			frappe.db.commit()  # the others go on; the next night tries again
			return Counter()
	return Counter()


def open_prospects() -> dict:
	"""Return the filter of the prospects that are worked on."""
	prospects = get_pipeline(DOCTYPE)
	return {prospects.stage_field: ["in", stages.with_outcome(prospects, *ACTIVE) or [""]]}


def _chunks() -> Iterator[list[str]]:
	last = ""
	while True:
		names = frappe.get_all(
			DOCTYPE,
			filters={**open_prospects(), "name": [">", last]},
			pluck="name",
			order_by="name asc",
			limit=CHUNK,
		)
		if names:
			yield names
		if len(names) < CHUNK:
			return
		last = names[-1]


def look_at(names: list[str]) -> Iterator[Found]:
	"""Yield what the rules say of some prospects: a handful of queries, whatever their number."""
	rules, wanted = ruleset.load(), facts.needs()
	today, positions = getdate(), levels.positions()
	may_go_back = bool(frappe.get_cached_doc("CRM Etapas Settings").levels_may_go_back)
	places = {name: rules.place(name, positions) for name in positions}
	for row, prospect in facts.read(names, wanted, COLUMNS):
		verdict = rules.judge(rules.shares(prospect, today), row[ACCEPTANCE] == ACCEPTED)
		current = places.get(row[LEVEL], -1)
		to = rules.decide(current, verdict.reached, row[HOLD], may_go_back)
		yield Found(
			name=row.name,
			level=row[LEVEL],
			to=rules.levels[to].name if to != current else row[LEVEL],
			score=row[SCORE] or 0,
			new_score=verdict.score,
			goes_on=to > current,
			acceptance=row[ACCEPTANCE],
			company=row.company,
		)


def _evaluate(names: list[str]) -> Counter:
	if not levels.ladder():
		return Counter()
	found = list(look_at(names))
	moving = [one for one in found if one.to != one.level]
	_write_scores(sorted((one for one in found if one.new_score != one.score), key=lambda one: one.name))
	_ask_those_who_stay([one for one in found if one.to == one.level])
	counts = Counter(evaluated=len(found))
	if not moving:
		return counts
	listened = listeners.has_listeners(DOCTYPE)
	by_door = [one for one in moving if listened or len(names) == 1 or levels.get(one.to).hand_over]
	for one in by_door:
		if _through_the_door(one):
			counts["rose" if one.goes_on else "fell"] += 1
	doors = {one.name for one in by_door}
	for one in _in_sets([one for one in moving if one.name not in doors]):
		counts["rose" if one.goes_on else "fell"] += 1
	return counts


def _through_the_door(one: Found) -> bool:
	"""Save a prospect, so that whatever listens to it hears of the new level."""
	doc = frappe.get_doc(DOCTYPE, one.name, for_update=True)
	if doc.get(LEVEL) != one.level:
		return False
	if one.goes_on:
		doc.flags.qualification = {HOLD: None}
	stage = stages.get_stages(pipeline())[one.to]
	frappe.db.savepoint(SAVEPOINT)
	try:
		return triggers.attempt(doc, pipeline(), stage, Move(Cause.RULE))
	except CONFLICTS:
		raise
	except Exception:  # whatever else listens: one prospect keeps no other from its level
		frappe.db.rollback(save_point=SAVEPOINT)
		frappe.log_error(
			title=_("{0} could not move by itself").format(one.name),
			reference_doctype=DOCTYPE,
			reference_name=one.name,
		)
		return False


def _in_sets(moving: list[Found]) -> list[Found]:
	"""Write the new levels as the door would have, in sets; return who moved."""
	if not moving:
		return []
	moved = set_move.move(pipeline(), {one.name: (one.level, one.to) for one in moving}, Move(Cause.RULE))
	found = [one for one in moving if one.name in moved]
	_ask_for_acceptance(found)
	return found


def _ask_those_who_stay(staying: list[Found]) -> None:
	"""A level may have begun to ask for acceptance, or ceased to, since they reached it."""
	asking = {level.name for level in levels.ladder() if level.asks_for_acceptance}
	_ask_for_acceptance(
		[
			one
			for one in staying
			if (one.level in asking and not one.acceptance)
			or (one.level not in asking and one.acceptance == PENDING)
		]
	)


def _ask_for_acceptance(found: list[Found]) -> None:
	"""Write what those who stand in a level from now on have to wait for, in as few statements as there are kinds."""
	now, alike = now_datetime(), defaultdict(list)
	for one in found:
		alike[one.to, one.acceptance, one.company, one.goes_on].append(one.name)
	table = frappe.qb.DocType(DOCTYPE)
	for (to, before, company, goes_on), names in alike.items():
		values = acceptance.on_entering(to, before, company, now)
		values |= {HOLD: None} if goes_on else {}
		update = frappe.qb.update(table).where(table.name.isin(names))
		for field, value in values.items():
			update = update.set(table[field], value)
		update.run()


def _write_scores(found: list[Found]) -> None:
	"""Write what changed: a statement for every score, which is few."""
	names = defaultdict(list)
	for one in found:
		names[one.new_score].append(one.name)
	table = frappe.qb.DocType(DOCTYPE)
	for score, those in names.items():
		frappe.qb.update(table).set(table[SCORE], score).where(table.name.isin(those)).run()
