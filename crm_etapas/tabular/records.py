"""Inserts records of a DocType set by set, with what a document would get on the way: a name, defaults
for its columns, harmless text, a place in the global search."""

from collections.abc import Iterator

import frappe
from frappe.model.base_document import get_controller
from frappe.model.naming import NamingSeries, get_default_naming_series, parse_naming_series, set_new_name
from frappe.utils import now_datetime
from frappe.utils.global_search import get_formatted_value, sync_values
from frappe.utils.html_utils import sanitize_html

from crm_etapas.pipeline import bulk_insert

NUMBERS = ("Check", "Int", "Float", "Currency", "Percent", "Rating", "Duration")
MARKUP_ALLOWED = ("Code", "HTML Editor", "Markdown Editor", "Barcode", "Attach", "Attach Image")


class NewRecords:
	"""Records of one DocType to be written together."""

	def __init__(self, doctype: str):
		self.doctype = doctype
		self.meta = frappe.get_meta(doctype)
		self.columns = [c for c in self.meta.get_valid_columns() if c != "_liked_by"]
		self.numbers = {df.fieldname for df in self.meta.fields if df.fieldtype in NUMBERS} | {
			"docstatus",
			"idx",
		}
		self.markup = {
			df.fieldname
			for df in self.meta.fields
			if df.ignore_xss_filter or df.fieldtype in MARKUP_ALLOWED or df.options == "Email"
		}

	def insert(self, rows: list[dict]) -> None:
		"""Name the records and write them. Each row is a dict of fieldnames; it gets its name, if it has none.

		The document's own checks do not run: whoever calls has made sure of what they ask.
		"""
		now, user = now_datetime(), frappe.session.user
		self._name([row for row in rows if not row.get("name")])
		for row in rows:
			row.update(owner=user, modified_by=user, modified=now)
			row["creation"] = row.get("creation") or now
		columns = [column for column in self.columns if any(row.get(column) is not None for row in rows)]
		bulk_insert.insert(self.doctype, columns, [{c: self._value(row, c) for c in columns} for row in rows])
		self._index(rows)

	def _value(self, row: dict, column: str):
		value = row.get(column)
		if value is None and column in self.numbers:
			return 0
		if isinstance(value, str) and ("<" in value or ">" in value) and column not in self.markup:
			return sanitize_html(value)
		return value

	def _name(self, rows: list[dict]) -> None:
		if self.meta.istable:
			for row in rows:
				row["name"] = frappe.generate_hash(length=10)
		elif self._named_by_series():
			for row in rows:
				row["naming_series"] = row.get("naming_series") or get_default_naming_series(self.doctype)
			self._name_by_series(rows)
		else:
			for row in rows:  # whatever rule it is, the DocType knows it
				doc = frappe.get_doc({"doctype": self.doctype, **row})
				set_new_name(doc)
				row["name"] = doc.name

	def _name_by_series(self, rows: list[dict]) -> None:
		"""Give the rows the next names of their series; one that someone took by renaming is left out."""
		while rows:
			for row, name in zip(rows, _names_of_series(rows), strict=True):
				row["name"] = name
			names = [row["name"] for row in rows]
			taken = set(frappe.get_all(self.doctype, filters={"name": ("in", names)}, pluck="name"))
			rows = [row for row in rows if row["name"] in taken]

	def _named_by_series(self) -> bool:
		rules = frappe.get_all(
			"Document Naming Rule", {"document_type": self.doctype, "disabled": 0}, limit=1
		)
		own_way = hasattr(get_controller(self.doctype), "autoname")
		return not rules and not own_way and (self.meta.autoname or "").lower().startswith("naming_series:")

	def _index(self, rows: list[dict]) -> None:
		"""Put the records into the global search, as saving a document does."""
		fields = [df for df in self.meta.get_global_search_fields() if df.fieldname in self.columns]
		if not fields or self.meta.istable or frappe.conf.get("disable_global_search"):
			return
		if self.meta.has_field("enabled"):
			rows = [row for row in rows if row.get("enabled")]
		title = self.meta.get_title_field()
		entries = [
			(self.doctype, row["name"], text, 0, str(row.get(title) or "")[: frappe.db.VARCHAR_LEN], "")
			for row in rows
			if not row.get("disabled")
			and (
				text := " ||| ".join(
					get_formatted_value(row[f.fieldname], f) for f in fields if row.get(f.fieldname)
				)
			)
		]
		if entries:
			sync_values(entries)


def _names_of_series(rows: list[dict]) -> Iterator[str]:
	"""Yield the next names of the rows' series; each counter is read and moved on once."""
	patterns: list[tuple[str, str, int]] = []
	for row in rows:
		series = NamingSeries(row["naming_series"])
		found = []

		def remember(prefix: str, digits: int, found=found) -> str:
			found.append((prefix, digits))
			return "\0"

		name = parse_naming_series(series.series, doc=frappe._dict(row), number_generator=remember)
		patterns.append((name, *found[0]))
	prefixes = [prefix for _name, prefix, _digits in patterns]
	following = {prefix: _reserve(prefix, prefixes.count(prefix)) for prefix in dict.fromkeys(prefixes)}
	for name, prefix, digits in patterns:
		yield name.replace("\0", f"{following[prefix]:0{digits}d}")
		following[prefix] += 1


def _reserve(prefix: str, count: int) -> int:
	"""Move a counter on by as many names as are needed and return the first number."""
	series = frappe.qb.DocType("Series")
	current = frappe.qb.from_(series).where(series.name == prefix).select(series.current).for_update().run()
	if not current:
		frappe.qb.into(series).columns(series.name, series.current).insert(prefix, count).run()
		return 1
	frappe.qb.update(series).set(series.current, series.current + count).where(series.name == prefix).run()
	return (current[0][0] or 0) + 1
