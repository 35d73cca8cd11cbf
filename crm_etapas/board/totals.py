"""How many records each column has and what they are worth: one statement for all of them."""

from collections.abc import Iterable
from functools import reduce

import erpnext
import frappe
from frappe.query_builder.custom import ConstantColumn
from frappe.query_builder.functions import Count, Sum
from pypika.queries import QueryBuilder
from pypika.terms import LiteralValue, NullValue

from crm_etapas.board import columns
from crm_etapas.board.scope import Scope


def of(scope: Scope, stages: Iterable[str]) -> dict[str, columns.Total]:
	"""Return the totals by stage; a stage without records has none.

	Each column is counted up to `columns.MOST_COUNTED`, for beyond that nobody reads the figure and a million
	records would have to be looked at.
	"""
	queries = [_count(scope, stage) for stage in stages]
	rows = reduce(lambda one, other: one.union_all(other), queries).run() if queries else []
	return columns.totals(rows, _currencies({company for _stage, company, *_figures in rows}))


def _count(scope: Scope, stage: str) -> QueryBuilder:
	fields = scope.fields
	table = frappe.qb.DocType(fields.pipeline.doctype)
	company = table[fields.company] if fields.company else NullValue()
	value = table[fields.value] if fields.value else NullValue()
	counted = (
		records_of(scope, stage)
		.select(company.as_("company"), value.as_("value"))
		.limit(columns.MOST_COUNTED + 1)
		.as_("counted")
	)
	return (
		frappe.qb.from_(counted)
		.select(ConstantColumn(stage).as_("stage"), counted.company, Count("*"), Sum(counted.value))
		.groupby(counted.company)
	)


def records_of(scope: Scope, stage: str) -> QueryBuilder:
	"""Return a query on the records of a column, which selects nothing yet."""
	pipeline = scope.fields.pipeline
	table = frappe.qb.DocType(pipeline.doctype)
	query = frappe.qb.from_(table).where(table[pipeline.stage_field] == stage)
	if scope.index:
		query = query.force_index(scope.index)
	return query.where(LiteralValue(f"({scope.condition})")) if scope.condition else query


def _currencies(companies: Iterable[str | None]) -> dict[str | None, str]:
	of_site = frappe.db.get_default("currency")
	return {company: (company and erpnext.get_company_currency(company)) or of_site for company in companies}
