"""Who of a chunk of rows is likely there already, among prospects and customers and among the rows before."""

from collections import defaultdict
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.query_builder.custom import ConstantColumn
from frappe.query_builder.functions import Min
from pypika.terms import LiteralValue

from crm_etapas.capture.row import Row
from crm_etapas.identity import readable
from crm_etapas.identity.duplicates import CLUES, COMPARED, Compared

REFUSE, SKIP, KEEP = "Refuse the Row", "Skip as Already There", "Import with a Note"
POLICIES = (REFUSE, SKIP, KEEP)
# of a person; ERPNext makes them up for an organisation
NAMES = ("first_name", "middle_name", "last_name", "lead_name")


@dataclass(frozen=True)
class Likeness:
	"""Whom a row repeats: another row by its number, or a record by DocType, name and title."""

	clue: str
	row: int | None = None
	doctype: str | None = None
	name: str | None = None
	title: str | None = None

	def __str__(self) -> str:
		reason = {
			"identification": _("same identification"),
			"email": _("same email"),
			"phone": _("same phone"),
			"company": _("same company name"),
		}[self.clue]
		if self.row:
			return _("likely the same as row {0}: {1}").format(self.row, reason)
		return _("likely the same as {0} {1} ({2}): {3}").format(
			_(self.doctype), self.name, self.title or self.name, reason
		)


class Likenesses:
	"""Finds the rows that are likely there already."""

	def __init__(self):
		self._seen: dict[tuple[str, str], int] = {}

	def of(self, rows: list[Row]) -> dict[Row, Likeness]:
		"""Return whom the rows repeat, by the strongest clue; at most four queries, whatever the number."""
		clues = {row: _clues(row) for row in rows}
		wanted: dict[str, set[str]] = defaultdict(set)
		for found in clues.values():
			for clue, value in found:
				wanted[clue].add(value)
		there = _existing(wanted)
		likenesses = {}
		for row, found in clues.items():
			if likeness := self._first(found, there):
				likenesses[row] = likeness
		return likenesses

	def remember(self, row: Row) -> None:
		"""Keep what an accepted row is recognised by, for the rows after it."""
		for clue in _clues(row):
			self._seen.setdefault(clue, row.number)

	def in_file(self, row: Row) -> Likeness | None:
		return self._first(_clues(row), {})

	def _first(self, clues: list[tuple[str, str]], there: dict) -> Likeness | None:
		for clue in clues:
			if clue in there:
				return Likeness(clue[0], **there[clue])
			if clue in self._seen:
				return Likeness(clue[0], row=self._seen[clue])
		return None


def _clues(row: Row) -> list[tuple[str, str]]:
	"""Return what a prospect is recognised by, the strongest first.

	People of one company share its name, so it counts only where the file names nobody.
	"""
	found = []
	for clue in CLUES:
		if clue == "company" and any(row.values.get(name) for name in NAMES):
			continue
		found += [
			(clue, value.casefold())
			for column in COMPARED["Lead"].columns[clue]
			if (value := row.lead.get(column))
		]
	return list(dict.fromkeys(found))


def _existing(wanted: dict[str, set[str]]) -> dict[tuple[str, str], dict]:
	"""Return a record for each clue that one has: customers go before prospects. Only readable ones are found."""
	found: dict[tuple[str, str], dict] = {}
	if not wanted:
		return found
	for compared in COMPARED.values():
		names = _look_up(compared, wanted)
		titles = dict(
			frappe.get_all(
				compared.doctype,
				{"name": ("in", list(set(names.values())))},
				["name", compared.title],
				as_list=True,
			)
			if names
			else ()
		)
		for clue, name in names.items():
			found[clue] = {"doctype": compared.doctype, "name": name, "title": titles.get(name)}
	return found


def _look_up(compared: Compared, wanted: dict[str, set[str]]) -> dict[tuple[str, str], str]:
	"""Return, for each clue that records of a DocType have, the name of the first of them; one query."""
	table = frappe.qb.DocType(compared.doctype)
	allowed = readable.condition(compared.doctype)
	if allowed is None:
		return {}
	# as a part of a statement that has parameters
	condition = LiteralValue(f"({allowed})".replace("%", "%%")) if allowed else None
	parts = []
	for clue, values in wanted.items():
		for column in compared.columns[clue]:
			part = (
				frappe.qb.from_(table)
				.select(
					ConstantColumn(clue).as_("clue"), table[column].as_("value"), Min(table.name).as_("name")
				)
				.where(table[column].isin(sorted(values)))
				.groupby(table[column])
			)
			parts.append(part.where(condition) if condition else part)
	query = parts[0]
	for part in parts[1:]:
		query = query.union_all(part)
	return {(clue, value.casefold()): name for clue, value, name in query.run()}
