"""What reading a table's fields asks about a site. Each question is a few queries, whatever the number of rows."""

from collections.abc import Iterable, Iterator
from functools import cache

import frappe
from frappe import _
from frappe.translate import get_all_translations
from frappe.utils import get_system_timezone, now_datetime

from crm_etapas.tabular.guesses import Known

BATCH = 1000
# a master with more records than this is looked up by the exact name only
GUESSABLE = 2000


class TableSite:
	"""The site as it is when an import begins."""

	def __init__(self):
		self.now = now_datetime().replace(microsecond=0)
		self.timezone = get_system_timezone()
		self.known_names = cache(self.known_names)

	def known(self, doctype: str, values: Iterable[str]) -> Known:
		"""Return the records of a DocType that these values may mean."""
		if names := self.known_names(doctype):
			return Known(names)
		title = frappe.get_meta(doctype).get_title_field()
		names = {name: () for name in pluck(doctype, "name", list(values))}
		if title != "name":
			for text, name in pairs(doctype, title, list(values)):
				names.setdefault(name, (text,))
		return Known(names)

	def known_names(self, doctype: str) -> dict[str, tuple[str, ...]]:
		"""Return the names of a small DocType with their translations; nothing for a large one."""
		if frappe.get_meta(doctype).issingle:
			return {}
		names = frappe.get_all(doctype, pluck="name", limit=GUESSABLE + 1, order_by="name asc")
		if len(names) > GUESSABLE:
			return {}
		sources: dict[str, list[str]] = {}
		for source, translated in get_all_translations(frappe.local.lang).items():
			sources.setdefault(translated, []).append(source)
		return {name: (_(name), *sources.get(name, ())) for name in names}

	def is_creatable(self, doctype: str) -> bool:
		"""Tell whether a record that is missing is created on the way."""
		return False


def batches(values: Iterable[str]) -> Iterator[list[str]]:
	values = [value for value in values if value]
	for start in range(0, len(values), BATCH):
		yield values[start : start + BATCH]


def pluck(doctype: str, fieldname: str, values: list[str]) -> Iterator[str]:
	for value, _name in pairs(doctype, fieldname, values):
		yield value


def pairs(doctype: str, fieldname: str, values: list[str]) -> Iterator[tuple[str, str]]:
	"""Yield value and name of the records whose field has one of these values, the oldest last."""
	table = frappe.qb.DocType(doctype)
	for batch in batches(values):
		query = (
			frappe.qb.from_(table).select(table[fieldname], table.name).where(table[fieldname].isin(batch))
		)
		yield from query.orderby(table.creation).run()
