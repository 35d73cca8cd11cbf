"""Who looks after somebody already: the customer's account manager, or whoever had an earlier prospect of it."""

from collections.abc import Iterable, Iterator
from functools import reduce
from typing import NamedTuple

import frappe
from frappe.query_builder.custom import ConstantColumn

# what identifies, the surest first: DocType, whose it is, the column
LOOK_UP = tuple(
	(doctype, owner, column)
	for column in ("identification_key", "email_id", "company_key")
	for doctype, owner in (("Customer", "account_manager"), ("Lead", "lead_owner"))
)
MOST_OF_A_CLUE = 20  # records looked at, for each prospect asked about


class Clues(NamedTuple):
	name: str | None
	identification_key: str | None
	identification_type: str | None
	email_id: str | None
	company_key: str | None


def owners(prospects: list[Clues]) -> list[tuple[str, ...]]:
	"""Return for each prospect the users who look after the same person or company, the nearest first.

	One statement for all of them: a union of look-ups, each in an index of its own.
	"""
	found: dict[tuple, list[tuple[str, str, str]]] = {}
	for row in _rows(prospects):
		found.setdefault((int(row.clue), _folded(row.value)), []).append((row.of, row.owner, row.kind))
	return [tuple(dict.fromkeys(_owners(prospect, found))) for prospect in prospects]


def _owners(prospect: Clues, found: dict) -> Iterator[str]:
	for number, (doctype, _owner, column) in enumerate(LOOK_UP):
		for name, owner, kind in found.get((number, _folded(getattr(prospect, column))), ()):
			if doctype == "Lead" and name == prospect.name:
				continue
			if column == "identification_key" and kind and kind != prospect.identification_type:
				continue
			yield owner


def _rows(prospects: list[Clues]) -> Iterable:
	queries = []
	for number, (doctype, owner, column) in enumerate(LOOK_UP):
		values = sorted({value for value in (getattr(one, column) for one in prospects) if value})
		if values:
			queries.append(_look_up(number, doctype, owner, column, values))
	return reduce(lambda one, other: one.union_all(other), queries).run(as_dict=True) if queries else []


def _look_up(number: int, doctype: str, owner: str, column: str, values: list[str]):
	"""Return records that have one of these values, a few for each."""
	table = frappe.qb.DocType(doctype)
	kind = table.identification_type if column == "identification_key" else ConstantColumn("")
	some = (
		frappe.qb.from_(table)
		.select(table[column].as_("value"), table.name.as_("of"), table[owner].as_("owner"), kind.as_("kind"))
		.where(table[column].isin(values))
		.where(table[owner].isnotnull() & (table[owner] != ""))
		.limit(MOST_OF_A_CLUE * len(values))
	)
	found = some.as_(f"found_{number}")  # a limit within a union needs a statement of its own
	return frappe.qb.from_(found).select(
		ConstantColumn(number).as_("clue"), found.value, found.of, found.owner, found.kind
	)


def _folded(value: str | None) -> str | None:
	return value.casefold() if value else None
