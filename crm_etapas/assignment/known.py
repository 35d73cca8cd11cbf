"""Who looks after somebody already: the customer's account manager, or whoever had an earlier prospect of it."""

from collections.abc import Iterable, Iterator
from functools import lru_cache, reduce
from typing import NamedTuple

import frappe
from pypika.terms import LiteralValue, Parameter

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
		found.setdefault((row.clue, _folded(row.value)), []).append((row.of, row.owner, row.kind))
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
	asked: list[list[str]] = []
	for _doctype, _owner, column in LOOK_UP:
		values = sorted({value for value in (getattr(one, column) for one in prospects) if value})
		asked.append(_filled_up(values))
	if not any(asked):
		return []
	statement = _statement(tuple(map(len, asked)))
	# built once by qb and kept: building it takes longer than running it
	return frappe.db.sql(statement, [value for values in asked for value in values], as_dict=True)


def _filled_up(values: list[str]) -> list[str]:
	"""Repeat the last value until there are 1, 2, 4, 8… of them: so a few statements serve any number."""
	wanted = 1 << (len(values) - 1).bit_length() if values else 0
	return values + values[-1:] * (wanted - len(values))


@lru_cache(maxsize=64)
def _statement(counts: tuple[int, ...]) -> str:
	"""Return the union of the look-ups for so many values each; kept, for building it takes longer than running it."""
	queries = [
		_look_up(number, *of, count)
		for number, (of, count) in enumerate(zip(LOOK_UP, counts, strict=True))
		if count
	]
	return reduce(lambda one, other: one.union_all(other), queries).get_sql()


def _look_up(number: int, doctype: str, owner: str, column: str, count: int):
	"""Return records that have one of some values, a few for each."""
	table = frappe.qb.DocType(doctype)
	kind = table.identification_type if column == "identification_key" else LiteralValue("''")
	some = (
		frappe.qb.from_(table)
		.select(table[column].as_("value"), table.name.as_("of"), table[owner].as_("owner"), kind.as_("kind"))
		.where(table[column].isin([Parameter("%s")] * count))
		.where(table[owner] > LiteralValue("''"))
		.limit(MOST_OF_A_CLUE * count)
	)
	found = some.as_(f"found_{number}")  # a limit within a union needs a statement of its own
	clue = LiteralValue(str(number)).as_("clue")
	return frappe.qb.from_(found).select(clue, found.value, found.of, found.owner, found.kind)


def _folded(value: str | None) -> str | None:
	return value.casefold() if value else None
