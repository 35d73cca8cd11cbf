"""Which records the board is about, as a condition: the filters, and what the user may read."""

from dataclasses import dataclass

import frappe
from frappe.model.db_query import DatabaseQuery

from crm_etapas.board.fields import Fields
from crm_etapas.setup import indexes

MOST_FOUND = 1_000  # records that a free text finds
TEXT = ("Data", "Small Text", "Text", "Link", "Dynamic Link", "Select", "Phone", "Read Only")


@dataclass(frozen=True)
class Scope:
	"""
	:param fields: of the pipeline, for the user of the session.
	:param condition: SQL that holds of the records; empty if of all.
	:param index: name of the index that has all that the condition looks at; None leaves the choice to MariaDB.
	:param order: fields to sort by when a record entered its stage, the same for no two records.
	"""

	fields: Fields
	condition: str
	index: str | None
	order: tuple[str, ...]


def of(fields: Fields, filters: list, text: str | None = None, mine: bool = False) -> Scope:
	"""Return the records that filters, free text and permissions leave.

	:param filters: in their long form, as a list of the desk has them.
	:param mine: only those that the user is answerable for.
	:raises frappe.PermissionError: if the user may not read any.
	"""
	pipeline = fields.pipeline
	filters = [list(filter_) for filter_ in filters]
	if mine and pipeline.responsible_field:
		filters.append([pipeline.doctype, pipeline.responsible_field, "=", frappe.session.user])
	if (text or "").strip():
		filters.append([pipeline.doctype, "name", "in", _named(fields, filters, text.strip()) or [""]])
	condition = _Condition(pipeline.doctype).execute(
		filters=filters, order_by="KEEP_DEFAULT_ORDERING", run=False
	)
	if not filters and (index := _index_of(fields)):
		columns, name = index
		# in the order of the index, so that nothing is sorted
		return Scope(fields, condition, name, (*columns[1:], "name"))
	return Scope(fields, condition, None, (pipeline.entered_on_field, "name"))


def _index_of(fields: Fields) -> tuple[tuple[str, ...], str] | None:
	"""Return columns and name of the index that is made for the board, see `setup.indexes`; other apps may have none."""
	beginning = (fields.pipeline.stage_field, fields.pipeline.entered_on_field)
	known = indexes.existing(fields.pipeline.doctype)
	return next((item for item in known.items() if item[0][: len(beginning)] == beginning), None)


def _named(fields: Fields, filters: list, text: str) -> list[str]:
	"""Return the names of the newest records that have the text in a field that names them: looked for once, not by column."""
	doctype = fields.pipeline.doctype
	named = dict.fromkeys(["name", fields.meta.get_title_field(), *fields.meta.get_search_fields()])
	searched = [
		name for name in named if name == "name" or (fields.has(name) and _is_text(fields.meta, name))
	]
	return frappe.get_list(
		doctype,
		filters=[list(filter_) for filter_ in filters],
		or_filters=[[doctype, name, "like", f"%{text}%"] for name in searched],
		pluck="name",
		order_by=f"`tab{doctype}`.`creation` desc",
		limit_page_length=MOST_FOUND,
	)


def _is_text(meta, fieldname: str) -> bool:
	field = meta.get_field(fieldname)
	return bool(field) and field.fieldtype in TEXT


class _Condition(DatabaseQuery):
	"""Frappe's own list query, of which only what stands in WHERE is wanted."""

	def build_and_run(self) -> str:
		args = self.prepare_args()
		if len(self.tables) == 1 and not self.link_tables:
			return args.conditions
		# filters on rows of the record's tables, or on what it links to
		return (
			f"`tab{self.doctype}`.`name` in (select {args.fields} from {args.tables} where {args.conditions})"
		)
