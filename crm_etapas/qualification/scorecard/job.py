"""Training in the background, with its progress on the Scorecard; scores of all open prospects, by night too."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_months, get_datetime, now_datetime, today
from frappe.utils.file_lock import LockTimeoutError
from frappe.utils.synchronization import filelock

from crm_etapas import master
from crm_etapas.exceptions import ScorecardError
from crm_etapas.pipeline import document_job
from crm_etapas.qualification.scorecard import cases, features, learning, scoring
from crm_etapas.qualification.scorecard.learning import Lesson, TooFewCases

DRAFT, QUEUED, TRAINING, TRAINED, REFUSED, FAILED = (
	"Draft",
	"Queued",
	"Training",
	"Trained",
	"Refused",
	"Failed",
)
OPEN_TO_CHANGE = (DRAFT, REFUSED, FAILED)
SCORES = "crm_etapas_scores"


def enqueue(doc: Document) -> None:
	"""Put the training of a scorecard into the queue.

	:raises ScorecardError: if it is trained or running.
	"""
	refuse_while_running(doc)
	if doc.status == TRAINED:
		_refuse(_("{0} is trained. Duplicate it to learn from what came since").format(frappe.bold(doc.name)))
	features.check(doc)
	doc.db_set({"status": QUEUED, "progress": 0, "error": None})
	document_job.enqueue(doc, "crm_etapas.qualification.scorecard.job.execute", scorecard=doc.name)


def refuse_while_running(doc: Document) -> None:
	document_job.refuse_while_running(doc, ScorecardError)


def execute(scorecard: str) -> None:
	"""Train; how it ends, a refusal or failure too, is written on the document."""
	doc = frappe.get_doc("Scorecard", scorecard)
	try:
		with document_job.only_one(doc), document_job.language_of_user():
			_execute(doc)
	except LockTimeoutError:
		return


def activate(doc: Document) -> None:
	"""Score prospects with this scorecard, and with no other, from now on.

	:raises ScorecardError: if it is not trained.
	"""
	master.lock_all(doc.doctype)  # of two who activate another one, the second waits
	doc.reload()
	if doc.status != TRAINED:
		_refuse(_("{0} has learned nothing yet. Train it first").format(frappe.bold(doc.name)))
	table = frappe.qb.DocType(doc.doctype)
	frappe.qb.update(table).set(table.is_active, 0).where(table.is_active == 1).run()
	doc.db_set("is_active", 1)
	_scores_changed()


def deactivate(doc: Document) -> None:
	"""Score nobody any more, and take out the scores."""
	doc.db_set("is_active", 0)
	_scores_changed()


def score_all() -> None:
	"""Score all open prospects; again, if another scorecard became the active one meanwhile."""
	try:
		with filelock(SCORES, timeout=0):
			while True:
				before = scoring.active()
				scoring.score_all()
				scoring.clear_cache()
				if (before and before.name) == ((now := scoring.active()) and now.name):
					return
	except LockTimeoutError:
		return  # whoever is at it looks again before it ends


def score_by_night() -> None:
	"""Scheduled: what was written past the save is scored too."""
	if scoring.active():
		score_all()


def _scores_changed() -> None:
	scoring.clear_cache()
	frappe.enqueue(
		"crm_etapas.qualification.scorecard.job.score_all",
		queue="long",
		timeout=document_job.TIMEOUT,
		enqueue_after_commit=True,
	)


def _execute(doc: Document) -> None:
	doc.db_set({"status": TRAINING, "progress": 0}, notify=True)
	frappe.db.commit()  # seen while it runs
	try:
		lesson = _learn(doc)
		doc.reload()
		_write(doc, lesson)
	except TooFewCases as few:
		doc.db_set({"status": REFUSED, "progress": 100, "error": _too_few(doc, few)}, notify=True)
		doc.db_set({"sample_size": few.won + few.lost, "won": few.won, "lost": few.lost})
	except Exception:
		frappe.db.rollback()
		log = doc.log_error(_("The training broke off"))
		message = _("It broke off. Train it again, or see Error Log {0}").format(log and log.name)
		doc.db_set({"status": FAILED, "error": message}, notify=True)
	document_job.tell_end(doc)
	frappe.db.commit()  # the outcome outlives whatever the worker does next


def _learn(doc: Document) -> Lesson:
	total = max(frappe.db.count("Lead"), 1)

	def tell(done: int) -> None:
		"""Write on the document how far the reading is, which takes nearly all the time."""
		progress = min(90 * done // total, 90)
		doc.db_set("progress", progress, update_modified=False)
		message = {"document": doc.name, "progress": progress}
		frappe.publish_realtime("scorecard_progress", message, doctype=doc.doctype, docname=doc.name)
		frappe.db.commit()  # for whoever opens the form meanwhile

	looked_at = features.of(doc)
	since = get_datetime(add_months(today(), -doc.months)) if doc.months else None
	closed = cases.read(doc.won_is, since, looked_at, tell)
	return learning.learn(closed, len(looked_at), doc.minimum_cases, doc.smoothing)


def _write(doc: Document, lesson: Lesson) -> None:
	holdout = lesson.holdout
	doc.update(
		{
			"status": TRAINED,
			"progress": 100,
			"error": None,
			"trained_on": now_datetime(),
			"sample_size": lesson.won + lesson.lost,
			"won": lesson.won,
			"lost": lesson.lost,
			"base_rate": 100 * lesson.rate,
			"start_points": lesson.model.start,
			"holdout_cases": holdout.cases,
			"auc": holdout.auc,
			"brier": holdout.brier,
		}
	)
	doc.set("points", [])
	for feature, points, counts in zip(features.of(doc), lesson.model.points, lesson.counts, strict=True):
		for value, given in sorted(points.items(), key=lambda pair: -pair[1]):
			seen = counts[value]
			doc.append(
				"points",
				{
					"fieldname": feature.fieldname,
					"attribute": feature.attribute,
					"value": value,
					**feature.link(value),
					"cases": seen.cases,
					"won": seen.won,
					"win_rate": 100 * seen.rate,
					"points": given,
				},
			)
	doc.set("calibration", [])
	for group in holdout.bins:
		doc.append(
			"calibration",
			{"cases": group.cases, "predicted": 100 * group.predicted, "observed": 100 * group.observed},
		)
	doc.flags.learned = True
	doc.save(ignore_permissions=True)  # the app's own figures, for whoever asked for them
	doc.notify_update()


def _too_few(doc: Document, few: TooFewCases) -> str:
	return _(
		"{0} closed prospects ({1} won, {2} lost) are too few to learn from. It takes {3}, with at least {4} won and {5} lost"
	).format(
		few.won + few.lost,
		few.won,
		few.lost,
		doc.minimum_cases,
		learning.FEWEST_WON,
		learning.FEWEST_LOST,
	)


def _refuse(message: str) -> None:
	frappe.throw(message, ScorecardError, title=_("Scorecard"))
