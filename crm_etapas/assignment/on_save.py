"""doc_events of Lead: a prospect gets its salesperson in the save that needs one, and loads stay true.

A save that changes neither owner nor stage costs no query; nothing happens at all while the setting is off.
"""

from collections import Counter

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint

from crm_etapas.assignment import HANDED_TO, QUEUE, SETTINGS, load, log, match, reps, rule, waiting
from crm_etapas.assignment.log import Cause, Entry

NOBODY = ("", None, "Guest")


def is_on() -> bool:
	return bool(cint(frappe.get_cached_doc(SETTINGS).get("assign_by_skill")))


def validate(doc: Document, method: str | None = None) -> None:
	"""Find whom a new prospect goes to; after its keys are known, before its stage asks for an owner."""
	if not is_on() or _is_quiet():
		return
	if doc.is_new():
		doc.set(QUEUE, None)
		if needs_owner(doc):
			give(doc, match.match([doc])[0], Cause.NEW)
	settle(doc)


def level_reached(doc: Document, level: str) -> None:
	"""Find somebody for a prospect that has come far enough, unless one of the salespeople has it already.

	The owner before that was whoever entered or qualified it.
	"""
	if not is_on() or _is_quiet() or not load.is_open(doc.prospect_stage):
		return
	rep = reps.all_reps().get(doc.lead_owner)
	if not (rep and rep.enabled):
		give(doc, match.match([doc])[0], Cause.LEVEL_REACHED, _(level))
		settle(doc)


def on_update(doc: Document, method: str | None = None) -> None:
	"""Keep the loads, write the log, tell the queue; take the to-do from whoever had the prospect before."""
	entry: Entry | None = doc.flags.pop("assignment", None)
	if not is_on() or _is_quiet():
		return
	before = doc.get_doc_before_save()
	changed = opened(before, doc)
	given = {entry.decision.rep.name: 1} if entry and entry.decision.rep else {}
	load.add(changed, given)
	if entry:
		entry.lead = doc.name
		log.write([entry])
		if entry.queue:
			waiting.tell(entry.queue, [doc])
	if before and before.lead_owner and before.lead_owner != doc.lead_owner:
		rule.take_back(doc, before.lead_owner)


def on_trash(doc: Document, method: str | None = None) -> None:
	log.forget(doc.name)
	if is_on():
		load.add(opened(doc, None))


def needs_owner(doc: Document) -> bool:
	"""Tell whether nobody has chosen who looks after a new prospect that is worked on.

	ERPNext makes whoever enters it the owner. That is a choice only where it is a salesperson and the settings
	say that they keep what they enter.
	"""
	if not load.is_open(doc.prospect_stage):
		return False
	if doc.lead_owner in NOBODY:
		return True
	if doc.lead_owner != frappe.session.user:
		return False
	rep = reps.all_reps().get(doc.lead_owner)
	return not (rep and rep.enabled and cint(frappe.get_cached_doc(SETTINGS).stay_with_creator))


def give(doc: Document, decision, cause: Cause, comment: str | None = None) -> None:
	"""Put what was decided into a prospect that is about to be saved; `on_update` does the rest."""
	settings, previous = frappe.get_cached_doc(SETTINGS), doc.lead_owner
	entry = Entry(decision, cause, comment, None if doc.is_new() else previous)
	if decision.rep:
		doc.lead_owner, doc.assignment_queue = decision.rep.user, None
		doc.set(HANDED_TO, decision.rep.user)
	elif settings.assignment_team:
		entry.queue = settings.assignment_team
		doc.lead_owner, doc.assignment_queue = None, entry.queue
		_warn(doc, entry.queue)
	doc.flags.assignment = entry


def settle(doc: Document) -> None:
	"""Say whom Frappe's rule shall make the to-do for: an owner who is there, at the moment of getting it."""
	if doc.assignment_queue and (doc.lead_owner or not load.is_open(doc.prospect_stage)):
		doc.set(QUEUE, None)  # somebody took it out of the queue, or closed it
	if doc.has_value_changed("lead_owner") or doc.is_new():
		doc.set(HANDED_TO, doc.lead_owner if reps.is_available(doc.lead_owner) else None)
	elif doc.get(HANDED_TO) and not reps.is_available(doc.get(HANDED_TO)):
		doc.set(HANDED_TO, None)


def opened(before: Document | None, after: Document | None) -> Counter:
	"""Return how many more prospects each profile has open."""
	was, now = _holder(before), _holder(after)
	if was == now:
		return Counter()
	more: Counter = Counter()
	everybody = reps.all_reps()
	for user, count in ((was, -1), (now, 1)):
		if user in everybody:
			more[everybody[user].name] += count
	return more


def _holder(doc: Document | None) -> str | None:
	return doc.lead_owner if doc and doc.lead_owner and load.is_open(doc.prospect_stage) else None


def _warn(doc: Document, team: str) -> None:
	if frappe.session.user == "Guest" or frappe.flags.in_import or doc.flags.assignment_in_bulk:
		return
	frappe.msgprint(
		_("No salesperson fits {0}. It waits in the queue of {1}").format(
			frappe.bold(frappe.utils.escape_html(doc.get_title() or doc.name)), frappe.bold(team)
		),
		title=_("Nobody Fits"),
		indicator="orange",
		alert=True,
	)


def _is_quiet() -> bool:
	"""Tell whether the site is being set up: as Frappe's own rules, nothing is given then."""
	flags = frappe.flags
	return bool(flags.in_patch or flags.in_install or flags.in_setup_wizard)
