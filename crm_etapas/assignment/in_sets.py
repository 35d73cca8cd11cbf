"""New prospects that an import has written together get their salespeople together, as each would by itself."""

from collections import Counter
from collections.abc import Sequence

import frappe
from frappe.model.document import Document

from crm_etapas.assignment import HANDED_TO, QUEUE, load, log, match, on_save, waiting
from crm_etapas.assignment.log import Cause, Entry

WRITTEN = ("lead_owner", QUEUE, HANDED_TO)


def give(prospects: Sequence[Document]) -> None:
	"""Do for prospects that are in the table but not in the history yet what `on_save` does for one.

	They are written first because their naming series is locked before the loads when one is saved by itself.
	"""
	if not on_save.is_on():
		return
	before = [_as_entered(doc) for doc in prospects]
	asking = [doc for doc in prospects if on_save.needs_owner(doc)]
	for doc, decision in zip(asking, match.match(asking), strict=True):
		doc.flags.assignment_in_bulk = True
		on_save.give(doc, decision, Cause.NEW)
	for doc in prospects:
		on_save.settle(doc)
	_write(prospects, before)
	_count_and_log(prospects)


def _as_entered(doc: Document) -> dict:
	"""Return what the row in the table has; what an attempt that was rolled back has decided is forgotten."""
	doc.flags.pop("assignment", None)
	if doc.flags.as_entered is None:
		doc.flags.as_entered = {field: doc.get(field) for field in WRITTEN}
	doc.update(doc.flags.as_entered)
	return doc.flags.as_entered


def _write(prospects: Sequence[Document], before: Sequence[dict]) -> None:
	values = {doc.name: {field: doc.get(field) for field in WRITTEN} for doc in prospects}
	changed = {
		doc.name: values[doc.name]
		for doc, was in zip(prospects, before, strict=True)
		if values[doc.name] != was
	}
	frappe.db.bulk_update("Lead", changed, chunk_size=max(len(changed), 1), update_modified=False)


def _count_and_log(prospects: Sequence[Document]) -> None:
	opened: Counter = Counter()
	entries: list[Entry] = []
	for doc in prospects:
		opened.update(on_save.opened(None, doc))
		if entry := doc.flags.pop("assignment", None):
			entry.lead = doc.name
			entries.append(entry)
	load.add(opened, Counter(entry.decision.rep.name for entry in entries if entry.decision.rep))
	log.write(entries)
	queued = [doc for doc in prospects if doc.get(QUEUE)]
	if queued:
		waiting.tell(queued[0].get(QUEUE), queued)
