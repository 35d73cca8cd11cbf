"""What the cells of a record say: the values as a list of the desk shows them, with days and numbers as such."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import frappe
from frappe import _
from frappe.core.utils import html2text
from frappe.utils import cint, cstr, flt
from frappe.utils.data import get_system_timezone

from crm_etapas.finding.export.columns import ATTRIBUTE_TABLE, Column
from crm_etapas.finding.export.formats import TIME_SPAN, WHOLE_NUMBER, Formats

SECONDS_A_DAY = 86400
STARS = 5
FIRST_YEAR = 1900  # Excel knows no day before
SEVERAL = "; "

# a cell's value and how Excel shows it, if not as it is
Cell = tuple[object, str | None]
EMPTY: Cell = (None, None)


class Values:
	"""Turns records into rows of cells, for the user and the columns that it is made for."""

	def __init__(self, doctype: str, columns: Sequence[Column]):
		self.doctype = doctype
		self._columns = columns
		self._formats = Formats()
		self._zones = _zones()
		self._translated = lru_cache(maxsize=4096)(lambda text, context=None: _(text, context=context))
		self._writers = [self._writer(column) for column in columns]
		self._attributes = [column.attribute for column in columns if column.attribute]
		self._titled = [column for column in columns if column.fieldtype in ("Link", "Dynamic Link")]
		self._titles: dict[tuple[str, str], str] = {}
		self._attribute_values: dict[tuple[str, str], list] = {}

	@property
	def fields(self) -> list[str]:
		"""The fields to read: those of the columns and those that say what they are in."""
		own = [column.key for column in self._columns if not column.attribute]
		others = [field for column in self._columns for field in _said_by(column)]
		kept = frappe.db.get_table_columns(self.doctype)
		return [field for field in dict.fromkeys(("name", *own, *others)) if field in kept]

	def rows(self, records: list[frappe._dict]) -> Iterator[list[Cell]]:
		"""Yield the cells of each record; what hangs on them is looked up once for all."""
		self._titles = self._look_up_titles(records)
		self._attribute_values = self._look_up_attributes(records)
		for record in records:
			yield [write(record) for write in self._writers]

	def _writer(self, column: Column) -> Callable[[frappe._dict], Cell]:
		key, write = column.key, getattr(self, f"_{frappe.scrub(column.fieldtype)}", self._text)
		if column.attribute:
			return lambda record: self._attribute(column, record)

		def cell(record: frappe._dict) -> Cell:
			value = record.get(key)
			return EMPTY if value is None or value == "" else write(value, column, record)

		return cell

	def _text(self, value, column: Column, record) -> Cell:
		return cstr(value), None

	def _text_editor(self, value, column: Column, record) -> Cell:
		return html2text(value).strip() if "<" in value else value, None

	_html_editor = _text_editor

	def _select(self, value, column: Column, record) -> Cell:
		return self._translated(value, self.doctype), None

	def _link(self, value, column: Column, record) -> Cell:
		return self._translated(self._titles.get((column.options, value), value)), None

	def _dynamic_link(self, value, column: Column, record) -> Cell:
		return self._titles.get((record.get(column.options), value), value), None

	def _check(self, value, column: Column, record) -> Cell:
		return self._translated("Yes" if cint(value) else "No"), None

	def _date(self, value, column: Column, record) -> Cell:
		return _day(value, self._formats.date)

	def _datetime(self, value: datetime, column: Column, record) -> Cell:
		if self._zones:
			here, there = self._zones
			value = value.replace(tzinfo=here).astimezone(there).replace(tzinfo=None)
		return _day(value.replace(microsecond=0), self._formats.datetime)

	def _time(self, value: timedelta, column: Column, record) -> Cell:
		return value.total_seconds() // 1 / SECONDS_A_DAY, self._formats.time

	def _duration(self, value, column: Column, record) -> Cell:
		return flt(value) / SECONDS_A_DAY, TIME_SPAN

	def _int(self, value, column: Column, record) -> Cell:
		return cint(value), WHOLE_NUMBER

	_long_int = _int

	def _float(self, value, column: Column, record) -> Cell:
		return flt(value), self._formats.number(column.precision)

	def _percent(self, value, column: Column, record) -> Cell:
		return round(flt(value) / 100, 12), self._formats.percent(column.precision)

	def _rating(self, value, column: Column, record) -> Cell:
		return flt(value) * (cint(column.options) or STARS), "0.0"

	def _currency(self, value, column: Column, record) -> Cell:
		currency = self._currency_of(column.options, record)
		return flt(value), self._formats.amount(currency, column.precision)

	def _users(self, value, column: Column, record) -> Cell:
		return ", ".join(json.loads(value)) or None, None

	def _tags(self, value, column: Column, record) -> Cell:
		return ", ".join(tag for tag in value.split(",") if tag) or None, None

	def _currency_of(self, options: str | None, record) -> str | None:
		"""Follow what a Currency field says of its currency: a field, or DocType:field:field of that."""
		if options and ":" in options:
			doctype, link, fieldname = options.split(":")[:3]
			name = record.get(link)
			found = name and frappe.get_cached_value(doctype, name, fieldname)
		else:
			found = options and record.get(options)
		return found or frappe.db.get_default("currency")

	def _attribute(self, column: Column, record) -> Cell:
		rows = self._attribute_values.get((record.name, column.attribute))
		if not rows:
			return EMPTY
		if column.fieldtype == "Number":
			return rows[0].number_value, None
		if column.fieldtype == "Date":
			return _day(rows[0].date_value, self._formats.date)
		own_words = column.fieldtype == "Text"
		return SEVERAL.join(row.value if own_words else self._translated(row.value) for row in rows), None

	def _look_up_titles(self, records) -> dict[tuple[str, str], str]:
		"""Return what links are called that are shown by their title, as the desk shows them."""
		wanted = defaultdict(set)
		for column in self._titled:
			for record in records:
				dynamic = column.fieldtype == "Dynamic Link"
				doctype = record.get(column.options) if dynamic else column.options
				if doctype and (value := record.get(column.key)):
					wanted[doctype].add(value)
		found = {}
		for doctype, names in wanted.items():
			meta = frappe.get_meta(doctype)
			if meta.show_title_field_in_link and meta.title_field:
				rows = frappe.get_all(
					doctype, {"name": ["in", list(names)]}, ["name", meta.title_field], as_list=True
				)
				found.update({(doctype, name): title for name, title in rows if title})
		return found

	def _look_up_attributes(self, records) -> dict[tuple[str, str], list]:
		found = defaultdict(list)
		if not self._attributes:
			return found
		# the user may read the records, and the table too, or there would be no such column
		rows = frappe.get_all(
			ATTRIBUTE_TABLE,
			{
				"parenttype": self.doctype,
				"parent": ["in", [record.name for record in records]],
				"attribute": ["in", self._attributes],
			},
			["parent", "attribute", "value", "number_value", "date_value"],
			order_by="parent asc, idx asc",
		)
		for row in rows:
			found[row.parent, row.attribute].append(row)
		return found


def _said_by(column: Column) -> list[str]:
	"""Return the fields that say what the value of a column is: which DocType, which currency."""
	if column.fieldtype == "Dynamic Link":
		return [column.options]
	if column.fieldtype == "Currency" and column.options:
		return [column.options.split(":")[1] if ":" in column.options else column.options]
	return []


def _day(value: date, number_format: str) -> Cell:
	return (value, number_format) if value.year >= FIRST_YEAR else (value.isoformat(), None)


def _zones() -> tuple[ZoneInfo, ZoneInfo] | None:
	"""Return the site's time zone and the user's, if they differ."""
	here = get_system_timezone()
	there = frappe.get_cached_value("User", frappe.session.user, "time_zone") or here
	return None if here == there else (ZoneInfo(here), ZoneInfo(there))
