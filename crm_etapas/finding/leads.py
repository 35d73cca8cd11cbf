"""A page of leads for any combination of filters and free text, however many leads there are.

No index serves every combination, but one of two ways is always short:

1. **The newest.** What many leads match is soon found among the newest ones. They are read one after the
   other from an index that has every filter's column, so the leads themselves are read only for those that match; after
   `EXAMINED` rows it is given up.
2. **The fewest.** What few match is found by the filter that fewest match. MariaDB chooses it among the
   indexes `setup/indexes.py` makes for this. It will not use an index without its first column, so where no channel
   is asked for, all of them are. Free text is looked up in the full-text index, unless a word is so
   common that the filters leave fewer: a sample of the newest leads tells.

Both end with the rows of the page, so that a page takes two statements, three with text, and one for
documents that are shared with a user who does not see all.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from math import prod

import frappe
from frappe.utils import cint, make_filter_tuple

from crm_etapas import master
from crm_etapas.finding import text
from crm_etapas.finding.statement import Statement, access, qualified
from crm_etapas.finding.terms import Term
from crm_etapas.setup import indexes

DOCTYPE = "Lead"
TABLE = f"`tab{DOCTYPE}`"
# sort fields that have an index which reads from the newest on, with how many rows of it are looked at
EXAMINED = {"creation": 12_000, "modified": 2_000}
EXAMINED_WITH_TEXT = {"creation": 4_000, "modified": 2_000}
EXAMINED_TO_COUNT = 60_000
MANY = 20  # found among those newest ones: too many to count all
SAMPLE = 500
# a word that this part of the sample has is not looked up with a rarer one: reading all its leads takes longer
COMMON = 0.02
# how long the full-text index takes for a lead that it finds, beside reading a lead and comparing its text
COST_OF_FOUND, COST_OF_COMPARED = 7, 11
MOST_COMPARED = 5_000  # leads whose text is compared, because the filters leave fewer than a word
MOST_COUNTED = 1_000
MOST_RANGES = 200  # MariaDB's eq_range_index_dive_limit
# what leads the index by masters, and may be left out there only if all of its values are listed
MASTERS = {
	"sales_channel": "Sales Channel",
	"business_segment": "Business Segment",
	"potential_level": "Potential Level",
}


@dataclass(frozen=True)
class Order:
	fieldname: str
	descending: bool

	@classmethod
	def parse(cls, order_by: str | None) -> "Order | None":
		"""Return the order if it is by one column of the lead."""
		found = re.fullmatch(
			rf"\s*(?:{TABLE}\.)?`?(\w+)`?(?:\s+(asc|desc))?\s*", order_by or "", re.IGNORECASE
		)
		return found and cls(found[1], (found[2] or "asc").lower() == "desc")

	def of(self, table: str) -> str:
		return f"{table}.`{self.fieldname}` {'desc' if self.descending else 'asc'}"


class Leads:
	"""The leads that filters and free text leave, for the user of the session.

	:param filters: as a list of the desk has them, on columns of the lead itself.
	:param typed: free text.
	:raises frappe.PermissionError: if the user may not read leads.
	"""

	def __init__(self, filters: list | dict | None = None, typed: str | None = None):
		self.filters = _as_list(filters)
		self.typed = typed
		self.terms = text.terms_of(typed)
		self.access = access(DOCTYPE)

	@property
	def match_nothing(self) -> bool:
		"""Whether a text was typed that nothing can be looked for by, such as "--"."""
		return not self.terms and bool((self.typed or "").strip())

	def page(
		self, fields: list[str], order_by: str | None = None, start: int = 0, length: int = 20
	) -> list[dict]:
		"""Return the rows of a page, as `frappe.get_list` does."""
		if self.match_nothing:
			return []
		order = Order.parse(order_by or f"{TABLE}.`creation` desc")
		if not order:
			return self._plain(qualified(DOCTYPE, fields), order_by, start, length)
		if order.descending and order.fieldname in EXAMINED and self._newest_index(order):
			rows = self._newest(fields, order, start, length)
			if len(rows) == length:
				return rows
		return self._fewest(fields, order, start, length)

	def count(self, at_most: int = MOST_COUNTED) -> tuple[int, bool]:
		"""Return how many there are, and whether that is all of them: beyond `at_most` it is not counted."""
		if self.terms or self.match_nothing:
			names, are_all = self.names(at_most)
			return len(names), are_all
		order = Order("creation", True)
		if self._newest_index(order):
			found = len(self._newest(["name"], order, 0, at_most + 1, EXAMINED_TO_COUNT))
			if found > at_most:
				return at_most, False
		found = self._number_of(
			self._statement().sql(
				fields=[f"{TABLE}.`name`"],
				filters=self._copied(),
				order_by="KEEP_DEFAULT_ORDERING",
				limit_page_length=at_most + 1,
			)
		)
		return min(found, at_most), found <= at_most

	def names(self, at_most: int = MOST_COUNTED) -> tuple[list[str], bool]:
		"""Return the names, newest first, and whether these are all.

		Free text that many leads match is looked for among the newest only: the full-text index would have to find
		all of them first.
		"""
		if self.match_nothing:
			return [], True
		order, rows = Order("creation", True), []
		if self._newest_index(order):
			rows = self._newest(["name"], order, 0, at_most + 1)
		are_many = len(rows) > at_most or (self.terms and len(rows) >= MANY)
		if not are_many:
			rows = self._fewest(["name"], order, 0, at_most + 1)
		return [row.name for row in rows[:at_most]], not are_many and len(rows) <= at_most

	# ---------------------------------------------------------------- the newest

	def _newest_index(self, order: Order) -> str | None:
		return indexes.existing(DOCTYPE).get(
			indexes.NEWEST if order.fieldname == "creation" else (order.fieldname,)
		)

	def _newest(
		self, fields: list[str], order: Order, start: int, length: int, examined: int = 0
	) -> list[dict]:
		index = self._newest_index(order)
		examined = examined or (EXAMINED_WITH_TEXT if self.terms else EXAMINED)[order.fieldname]
		conditions = [*self.access, *self._in_index(order), *map(self._matches, self.terms)]
		statement = Statement(
			DOCTYPE,
			conditions=conditions,
			lead=f"{TABLE} `leading` force index (`{index}`)",
			order=order.of("`leading`"),
			examined=examined,
		)
		return statement.execute(
			fields=qualified(DOCTYPE, fields),
			filters=self._copied(),
			limit_start=start,
			limit_page_length=length,
		)

	def _in_index(self, order: Order) -> list[str]:
		"""Return the filters once more, on what leads the statement: read from the index, before the lead is."""
		if order.fieldname != "creation":
			return []
		statement = Statement(DOCTYPE)
		return [
			statement.condition(filter_).replace(f"{TABLE}.", "`leading`.")
			for filter_ in self._copied()
			if filter_[1] in indexes.NEWEST
		]

	# ---------------------------------------------------------------- the fewest

	def _fewest(self, fields: list[str], order: Order, start: int, length: int) -> list[dict]:
		fields = qualified(DOCTYPE, fields)
		names = self._statement(order=order, **self._by_text()).sql(
			fields=[f"{TABLE}.`name`"], filters=self._copied(), limit_start=start, limit_page_length=length
		)
		return self._rows(names, fields, order)

	def _statement(
		self, order: Order | None = None, by_text: bool = False, conditions=(), **_ignored
	) -> Statement:
		hint = ""
		if by_text:
			hint = f"force index (`{indexes.existing(DOCTYPE)[text.COLUMNS]}`)"
		elif order and (ordered := self._ordered_indexes()):
			hint = f"ignore index for order by ({', '.join(f'`{name}`' for name in ordered)})"
		return Statement(
			DOCTYPE,
			conditions=[*self.access, *conditions, *([] if by_text else self._all_masters())],
			index=hint,
			order=order.of(TABLE) if order else "",
		)

	def _rows(self, names: str, fields: list[str], order: Order) -> list[dict]:
		return Statement(DOCTYPE, lead=f"({names}) `leading`", order=order.of(TABLE)).execute(fields=fields)

	def _ordered_indexes(self) -> list[str]:
		"""Return the indexes that MariaDB would rather read in their order than look for the few in."""
		return [
			name
			for columns, name in indexes.existing(DOCTYPE).items()
			if {"creation", "modified"} & set(columns) and columns != text.COLUMNS
		]

	def _all_masters(self) -> list[str]:
		"""Return a condition that always holds for each master that stands before a filtered one in the index.

		Beyond `MOST_RANGES` MariaDB no longer looks how many leads there are in each, and could take this index for
		a better one than that of the salesperson or the sector.
		"""
		filtered = {filter_[1]: filter_[3] for filter_ in self.filters if _is_narrow(filter_)}
		columns = [*MASTERS, "process_status"]
		last = max((position for position, column in enumerate(columns) if column in filtered), default=0)
		listed = {
			column: ["", *master.records(MASTERS[column])]
			for column in columns[:last]
			if column not in filtered
		}
		given = [
			values for column, values in filtered.items() if column in columns and isinstance(values, list)
		]
		ranges = prod(map(len, given)) * prod(len(values) + 1 for values in listed.values())
		if ranges > MOST_RANGES and set(filtered) & {"lead_owner", "sector"}:
			return []
		return [_any_value(column, values) for column, values in listed.items()]

	# ---------------------------------------------------------------- text

	def _by_text(self) -> dict:
		"""Return how the text is looked up: whether its index leads, and the conditions."""
		if not self.terms:
			return {}
		chosen = self._chosen_terms()
		return {"by_text": bool(chosen), "conditions": self._text_conditions(chosen)}

	def _text_conditions(self, chosen: list[Term]) -> list[str]:
		conditions = [text.in_index(chosen)] if chosen else []
		if self._address:
			conditions.append(text.beginning(self._address))
		return conditions + [
			self._matches(term) for term in self.terms if term not in chosen or not term.is_exact
		]

	def _matches(self, term: Term) -> str:
		if self._are_short and term == self.terms[0]:
			return text.beginning(term)
		return text.matching(term)

	@cached_property
	def _address(self) -> Term | None:
		return next((term for term in self.terms if term.is_beginning_of_address), None)

	@cached_property
	def _are_short(self) -> bool:
		"""Whether the full-text index has none of the words: then the first one must begin a field."""
		return not any(term.indexed for term in self.terms)

	def _chosen_terms(self) -> list[Term]:
		"""Return the terms to look up in the full-text index, the rarest first; none if another way is better."""
		indexed = [term for term in self.terms if term.indexed]
		if not indexed or self._address or text.COLUMNS not in indexes.existing(DOCTYPE):
			return []
		if len(self.terms) == 1 and not self.filters:
			return indexed
		filtered, found = self._estimates()
		indexed.sort(key=lambda term: (found[term], -len(term.indexed)))
		if self.filters and filtered < min(
			MOST_COMPARED, found[indexed[0]] * COST_OF_FOUND / COST_OF_COMPARED
		):
			return []
		common = COMMON * self._total
		return [term for term in indexed if found[term] <= common] or indexed

	def _estimates(self) -> tuple[int, dict[Term, float]]:
		"""Return how many leads the filters leave, up to `MOST_COMPARED`, and about how many each term finds."""
		index = self._newest_index(Order("creation", True))
		by_creation = f"force index (`{index}`)" if index else ""
		name = [f"{TABLE}.`name`"]
		newest = Statement(DOCTYPE, index=by_creation, order=f"{TABLE}.`creation` desc").sql(
			fields=name, limit_page_length=SAMPLE
		)
		filtered = self._statement().sql(
			fields=name,
			filters=self._copied(),
			order_by="KEEP_DEFAULT_ORDERING",
			limit_page_length=MOST_COMPARED,
		)
		columns = [
			"count(*)",
			f"(select count(*) from ({filtered}) `filtered`)" if self.filters else "0",
			*(f"sum({text.matching(term)})" for term in self.terms),
		]
		((looked_at, left, *matching),) = Statement(
			DOCTYPE, lead=f"({newest}) `leading`", columns=", ".join(columns)
		).execute(fields=name, order_by="KEEP_DEFAULT_ORDERING", as_list=True)
		each = self._total / max(looked_at, 1)
		return left, {
			term: max(cint(found), 0.5) * each for term, found in zip(self.terms, matching, strict=True)
		}

	@cached_property
	def _total(self) -> int:
		"""How many leads there are, about."""
		return indexes.rows(DOCTYPE)

	def _number_of(self, names: str) -> int:
		statement = Statement(DOCTYPE, lead=f"({names}) `leading`", columns="count(*)")
		return statement.execute(fields=["name"], order_by="KEEP_DEFAULT_ORDERING", as_list=True)[0][0]

	# ---------------------------------------------------------------- any other order

	def _plain(self, fields: list[str], order_by: str | None, start: int, length: int) -> list[dict]:
		return self._statement(**self._by_text()).execute(
			fields=fields,
			filters=self._copied(),
			order_by=order_by,
			limit_start=start,
			limit_page_length=length,
		)

	def _copied(self) -> list[list]:
		"""Frappe changes the filters that it is given."""
		return [list(filter_) for filter_ in self.filters]


def _as_list(filters: list | dict | None) -> list[list]:
	"""Return the filters in their long form: doctype, field, operator, value."""
	if isinstance(filters, dict):
		filters = [make_filter_tuple(DOCTYPE, field, value) for field, value in filters.items()]
	return [list(filter_) if len(filter_) > 3 else [DOCTYPE, *filter_] for filter_ in filters or []]


def _is_narrow(filter_: list) -> bool:
	"""Whether an index can look the filter up."""
	return filter_[2].lower() in ("=", "in")


def _any_value(column: str, values: list[str]) -> str:
	listed = ", ".join(frappe.db.escape(value, percent=False) for value in values)
	return f"({TABLE}.`{column}` in ({listed}) or {TABLE}.`{column}` is null)"
