"""Who is counted: the records that the filters ask for and that whoever asks may read."""

from collections.abc import Sequence

import frappe
from frappe import _
from frappe.query_builder import Case
from pypika import CustomFunction
from pypika.terms import Criterion, Function, LiteralValue

from crm_etapas.analytics.filters import Filters
from crm_etapas.identity import readable
from crm_etapas.pipeline.registry import Pipeline

_checksum, _lower = CustomFunction("CRC32", ["value"]), CustomFunction("LOWER", ["value"])


def records(doctype: str, filters: Filters):
	"""Return a query on the table of Lead or Opportunity, without a period; whoever calls selects and groups.

	The table keeps its own name: permissions speak of it by that.
	:raises frappe.PermissionError: if whoever asks reads no record of this DocType.
	"""
	return _narrowed(frappe.qb.from_(frappe.qb.DocType(doctype)), doctype, filters)


def stays(pipeline: Pipeline, filters: Filters, of_record: bool = False):
	"""Return a query on the stays of a pipeline, without a period.

	:param of_record: whether the query speaks of the record's table; it is joined in any case if the filters or the
		permissions do, and only then, for looking a record up for every stay costs more than all the rest.
	:raises frappe.PermissionError: if whoever asks reads no record of this DocType.
	"""
	log, table = frappe.qb.DocType("Stage Log"), frappe.qb.DocType(pipeline.doctype)
	query = frappe.qb.from_(log)
	if of_record or filters.narrows_records or condition(pipeline.doctype):
		query = query.join(table).on(table.name == log.reference_name)
		query = _narrowed(query, pipeline.doctype, filters)
	query = query.where(log.pipeline == pipeline.name)
	for criterion in filters.of_stays(log):
		query = query.where(criterion)
	return query


def among(column, names: list[str]) -> Criterion:
	"""Return what holds where a stage is one of these, in a way that MariaDB does not look for an index of it.

	Beside a period it would prefer the index of stages, and read nearly every row of the table one by one.
	"""
	return Case().when(column.isin(names or [""]), 1).else_(0) == 1


def has_value(column, value) -> Criterion:
	"""Return what holds where a column has a value; without one, where it is empty: a line of those without."""
	return column == value if value else column.isnull() | (column == "")


def number_of(column, names: Sequence[str]):
	"""Return the place of a stage among these, from 1, as SQL; 0 for any other. Numbers are grouped faster than names."""
	return Function("FIELD", column, *(names or [""]))


def grouping(column) -> tuple:
	"""Return what to group by for one row a value of a column.

	MariaDB finds a group by its values, and texts that are alike, such as the addresses of users, slowly: 670,000 rows
	take 2.3 s by an address and 0.8 s if its checksum stands before it.
	"""
	return _checksum(_lower(column)), column


def condition(doctype: str) -> str:
	"""Return what holds for the records that whoever asks may read, as SQL; empty if for all.

	:raises frappe.PermissionError: if for none.
	"""
	found = readable.condition(doctype)
	if found is None:
		frappe.throw(
			_("You may read no {0}, so there is nothing to count").format(_(doctype)),
			frappe.PermissionError,
			title=_("Not Permitted"),
		)
	return found


def _narrowed(query, doctype: str, filters: Filters):
	for criterion in filters.of_record(doctype):
		query = query.where(criterion)
	if readable_ones := condition(doctype):
		query = query.where(_Sql(f"({readable_ones})"))
	return query


class _Sql(LiteralValue, Criterion):
	"""A condition that Frappe has written as SQL, to be joined to others."""
