"""Whose document number is being typed: prospects and customers, while it is typed."""

import frappe
from frappe.query_builder import Order
from frappe.query_builder.custom import ConstantColumn
from pypika.queries import QueryBuilder
from pypika.terms import LiteralValue

from crm_etapas.identity import identification, readable
from crm_etapas.identity.duplicates import COMPARED, CUSTOMER, PROSPECT, Compared

FEWEST_CHARACTERS = 2


def begin_with(typed: str, limit: int) -> list[dict]:
	"""Return whose number begins with what was typed, however it was written. One query a DocType.

	A lead that has become a customer is told once, as the customer.

	:return: dicts of doctype, name, title, number, type (of the number), condition ("Prospect" or "Customer"),
		owner (a user or None) and stage (or None), in the order of the numbers.
	"""
	key = identification.key(typed)
	if len(key) < FEWEST_CHARACTERS:
		return []
	found = []
	for compared in reversed(COMPARED.values()):
		if query := _look_up(compared, key, limit):
			found += [{"doctype": compared.doctype, **row} for row in query.run(as_dict=True)]
	told = {row["lead"] for row in found if row["doctype"] == "Customer"}
	rows = [row for row in found if row["doctype"] == "Customer" or row["name"] not in told]
	rows.sort(key=lambda row: (row.pop("key"), row["condition"] == PROSPECT))
	return [_told(row) for row in rows[:limit]]


def _told(row: dict) -> dict:
	return {field: value or None for field, value in row.items() if field != "lead"} | {
		"title": row["title"] or row["name"],
		"condition": row["condition"] or PROSPECT,
	}


def _look_up(compared: Compared, key: str, limit: int) -> QueryBuilder | None:
	"""Return the query for one DocType, or None if the user reads none of it."""
	permitted = readable.condition(compared.doctype)
	if permitted is None:
		return None
	table = frappe.qb.DocType(compared.doctype)
	query = (
		frappe.qb.from_(table)
		.select(
			table.name,
			table.identification_key.as_("key"),
			table.identification_number.as_("number"),
			table.identification_type.as_("type"),
			table[compared.title].as_("title"),
			table[compared.owner].as_("owner"),
			(table[compared.stage] if compared.stage else ConstantColumn("")).as_("stage"),
			(table[compared.condition] if compared.condition else ConstantColumn(CUSTOMER)).as_("condition"),
			(table.lead_name if compared.doctype == "Customer" else ConstantColumn("")).as_("lead"),
		)
		.where(table.identification_key.like(f"{key}%"))
		.orderby(table.identification_key, order=Order.asc)
		.limit(limit * 2)
	)
	if permitted:
		query = query.where(LiteralValue(f"({permitted})".replace("%", "%%")))  # the statement has parameters
	return query
