"""Quotations and orders, told to the opportunities and leads that they are for, with what those are worth."""

from collections.abc import Collection, Iterable

import frappe

from crm_etapas.conversion import amounts
from crm_etapas.pipeline import triggers
from crm_etapas.pipeline.history import Move
from crm_etapas.pipelines import OPPORTUNITY, PROSPECT


def tell(
	events: Iterable[str],
	opportunities: Collection[str],
	leads: Collection[str],
	move: Move,
	values: dict | None = None,
	*,
	begin: bool = True,
	ask_for_missing: bool = False,
) -> None:
	"""Say what has happened to a document: the first of the events that moves a record does it.

	:param values: fields that an opportunity gets if it moves.
	:param begin: whether an opportunity begins to be worth what its documents say.
	:param ask_for_missing: see `triggers.fire`.
	"""
	events = tuple(events)
	for name in sorted(opportunities):
		changes = amounts.changes(name, begin)
		given = {**changes, **(values or {})}
		moved = any(triggers.fire(event, OPPORTUNITY, name, move, given, ask_for_missing) for event in events)
		if not moved:
			_write(name, changes)
	for name in sorted(leads):
		any(triggers.fire(event, PROSPECT, name, move) for event in events)


def settle(opportunities: Iterable[str]) -> None:
	"""Bring the amounts of opportunities that follow their documents in line with these."""
	for name in sorted(opportunities):
		_write(name, amounts.changes(name, begin=False))


def take_back(doctype: str, name: str, opportunities: Collection[str], leads: Collection[str]) -> None:
	"""Say that a document is gone: amount, stage and status return to where they were without it."""
	settle(opportunities)
	records = [(opportunity, OPPORTUNITY.name) for opportunity in opportunities]
	triggers.take_back(doctype, name, [*records, *((lead, PROSPECT.name) for lead in leads)])


def _write(name: str, changes: dict) -> None:
	"""Save an opportunity that its documents have changed; where it cannot be saved, say so and go on."""
	if not changes:
		return
	doc = frappe.get_doc("Opportunity", name, for_update=True)
	doc.update(changes)
	triggers.save(doc)
