"""The score of a prospect: on saving, in memory, if something changed that it depends on; of all open ones in sets."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import frappe
from frappe.model.document import Document

from crm_etapas.pipeline import stages
from crm_etapas.pipeline.vocabulary import ACTIVE
from crm_etapas.pipelines import PROSPECT
from crm_etapas.qualification.scorecard import features as looked_at
from crm_etapas.qualification.scorecard.evidence import Seen
from crm_etapas.qualification.scorecard.features import Feature
from crm_etapas.qualification.scorecard.learning import Model

FIELD = "learned_score"
CACHE_KEY = "crm_etapas_scorecard"
A_CHUNK, A_STATEMENT = 5000, 500
# a Percent of 0 stands for: has no score
LEAST, MOST = 0.1, 99.9


@dataclass(frozen=True)
class Active:
	"""The scorecard that prospects are scored with."""

	name: str
	features: tuple[Feature, ...]
	model: Model
	seen: tuple[dict[str, Seen], ...]
	figures: dict

	def percent(self, values: tuple[str | None, ...]) -> float:
		return min(max(round(100 * self.model.probability(values), 1), LEAST), MOST)


def active() -> Active | None:
	"""Return the active scorecard from the cache; None where nothing is scored."""
	return frappe.cache.hget(CACHE_KEY, "active", _read) or None


def clear_cache() -> None:
	"""Forget the active scorecard, at once and again when the transaction ends."""
	frappe.cache.hdel(CACHE_KEY, "active")
	for moment in (frappe.db.after_commit, frappe.db.after_rollback):
		moment.add(lambda: frappe.cache.hdel(CACHE_KEY, "active"))


def validate(doc: Document, method: str | None = None) -> None:
	"""doc_events handler of Lead: score it anew if what the score depends on has changed. No query.

	A closed prospect keeps the score that it had, so that scores can be compared with what came of them.
	"""
	before = doc.get_doc_before_save()
	doc.set(FIELD, before.get(FIELD) if before else None)  # whatever the request brought
	scorecard = active()
	if not scorecard or not is_open(doc):
		return
	values = looked_at.of_doc(doc, scorecard.features)
	same = before and before.get(FIELD) and is_open(before)
	if not same or values != looked_at.of_doc(before, scorecard.features):
		doc.set(FIELD, scorecard.percent(values))


def explain(doc: Document, scorecard: Active) -> dict:
	"""Say which value of a prospect gave which points, and what stands behind each."""
	values = looked_at.of_doc(doc, scorecard.features)
	return {
		"scorecard": scorecard.name,
		**scorecard.figures,
		"start": scorecard.model.start,
		"features": [
			_line(feature, value, points, seen)
			for feature, value, points, seen in zip(
				scorecard.features, values, scorecard.model.points, scorecard.seen, strict=True
			)
		],
		"score": scorecard.model.score(values),
		"probability": scorecard.percent(values),
	}


def score_all(tell: Callable[[int], None] = lambda done: None) -> int:
	"""Score every open prospect by the active scorecard; without one, take out all scores. Return how many changed.

	Chunk by chunk, each committed: a prospect that is saved meanwhile gets the same score from its save.
	"""
	scorecard, changed, done = active(), 0, 0
	for leads in _scored(scorecard):
		scores = _scores(leads, scorecard)
		new = {
			lead.name: {FIELD: scores[lead.name]} for lead in leads if scores[lead.name] != (lead[FIELD] or 0)
		}
		frappe.db.bulk_update("Lead", new, chunk_size=A_STATEMENT, update_modified=False)
		frappe.db.commit()  # in a job: lets go of the rows
		changed += len(new)
		done += len(leads)
		tell(done)
	return changed


def is_open(doc) -> bool:
	stage = stages.get_stages(PROSPECT).get(doc.get(PROSPECT.stage_field))
	return bool(stage) and stage.outcome in ACTIVE


def _line(feature: Feature, value: str | None, points: dict[str, float], seen: dict[str, Seen]) -> dict:
	behind = seen.get(value)
	return {
		"fieldname": feature.fieldname,
		"attribute": feature.attribute,
		"label": feature.label,
		"value": feature.shown(value),
		"points": points.get(value, 0.0),
		"cases": behind.cases if behind else 0,
		"win_rate": 100 * behind.rate if behind else None,
	}


def _scores(leads: list[frappe._dict], scorecard: Active | None) -> dict[str, float]:
	if not scorecard:
		return dict.fromkeys((lead.name for lead in leads), 0)
	attributes = looked_at.attributes_of([lead.name for lead in leads], scorecard.features)
	return {
		lead.name: scorecard.percent(
			looked_at.values(lead, attributes.get(lead.name, {}), scorecard.features)
		)
		for lead in leads
	}


def _scored(scorecard: Active | None) -> Iterator[list[frappe._dict]]:
	"""Yield the leads to look at, in the order of their names: open ones, or without a scorecard those with a score."""
	active_stages = stages.with_outcome(PROSPECT, *ACTIVE)
	which = {PROSPECT.stage_field: ["in", active_stages]} if scorecard else {FIELD: [">", 0]}
	columns = {"name", FIELD, *(looked_at.fields(scorecard.features) if scorecard else ())}
	last = ""
	while True:
		leads = frappe.get_all(
			"Lead", {**which, "name": [">", last]}, [*columns], order_by="name", limit=A_CHUNK
		)
		if leads:
			yield leads
		if len(leads) < A_CHUNK:
			return
		last = leads[-1].name


def _read() -> Active | dict:
	"""Read the active scorecard; an empty dict stands for none, for the cache keeps no None."""
	name = frappe.db.get_value("Scorecard", {"is_active": 1}, "name")
	return of(frappe.get_doc("Scorecard", name)) if name else {}


def of(doc: Document) -> Active:
	"""Return a trained scorecard as it is applied."""
	features = tuple(looked_at.of(doc))
	points: list[dict[str, float]] = [{} for _ in features]
	seen: list[dict[str, Seen]] = [{} for _ in features]
	places = {feature: place for place, feature in enumerate(features)}
	for row in doc.points:
		place = places.get(Feature(row.fieldname or None, row.attribute or None))
		if place is None:
			continue  # written past the document: it keeps nobody from saving a lead
		value = row.linked_name or row.value
		points[place][value] = row.points
		seen[place][value] = Seen(row.cases, row.won)
	figures = ("won_is", "sample_size", "won", "lost", "base_rate", "trained_on", "auc")
	return Active(
		doc.name,
		features,
		Model(doc.start_points, tuple(points)),
		tuple(seen),
		{key: doc.get(key) for key in figures},
	)
