"""Which documents of a rule have their day and have not been acted on: a query a rule, whatever their number."""

import frappe
from frappe.model.document import Document
from frappe.utils import add_days, cint, getdate, today
from frappe.utils.nestedset import get_descendants_of

from crm_etapas.cycle.loyalty import LOG, MADE
from crm_etapas.cycle.loyalty.sources import SOURCES, Party, Source

DATED_BACK = 30
"""Days that a document may be entered late and is still found."""


def documents(rule: Document) -> list[frappe._dict]:
	"""Return the documents that a rule acts on today, as name, customer, due_on and company, the newest first."""
	source = SOURCES[rule.event]
	rows = [row for party in source.parties for row in _query(rule, source, party).run(as_dict=True)]
	for row in rows:
		row.due_on = getdate(add_days(getdate(row.day), _shift(rule)))
	return sorted(rows, key=lambda row: (row.due_on, row.name), reverse=True)


def followed_up_lately(rule: Document, customer: str) -> frappe._dict | None:
	"""Return what a rule has done for a customer within the days in which it does nothing again."""
	if not cint(rule.not_again_within_days):
		return None
	log = frappe.qb.DocType(LOG)
	rows = (
		frappe.qb.from_(log)
		.select(log.name, log.creation)
		.where((log.customer == customer) & (log.rule == rule.name) & (log.status == MADE))
		.where(log.creation > add_days(today(), -cint(rule.not_again_within_days)))
		.limit(1)
		.for_update()  # as it is now
		.run(as_dict=True)
	)
	return rows[0] if rows else None


def _shift(rule: Document) -> int:
	return cint(rule.days) * (-1 if rule.before_or_after == "Before" else 1)


def _query(rule: Document, source: Source, party: Party):
	table, customer = frappe.qb.DocType(source.doctype), frappe.qb.DocType("Customer")
	log = frappe.qb.DocType(LOG)
	done = (log.rule == rule.name) & (log.reference_doctype == source.doctype)
	first, last = _window(rule)
	query = (
		frappe.qb.from_(table)
		.join(customer)
		.on(customer[party.column] == table[party.field])
		.left_join(log)
		.on(done & (log.reference_name == table.name))
		.select(table.name, table[source.day].as_("day"), customer.name.as_("customer"))
		.where(log.name.isnull())
		.where(customer.disabled == 0)
		.where(table[source.day] >= first)
		.where(table[source.day] < add_days(last, 1))
	)
	if source.has_company:
		query = query.select(table.company)
	if party.kind:
		query = query.where(table[party.kind[0]] == party.kind[1])
	if source.amount and rule.minimum_amount:
		query = query.where(table[source.amount] >= rule.minimum_amount)
	for fieldname in ("sales_channel", "business_segment"):
		if rule.get(fieldname):
			query = query.where(customer[fieldname] == rule.get(fieldname))
	for doctype, fieldname in (("Territory", "territory"), ("Customer Group", "customer_group")):
		if name := rule.get(fieldname):
			# a job of the house: what the rule says covers the whole tree, whoever runs it
			below = get_descendants_of(doctype, name, ignore_permissions=True)
			query = query.where(customer[fieldname].isin([name, *below]))
	return source.only(query)


def _window(rule: Document):
	"""Return the first and the last day that a document may be of to be due and not looked at yet."""
	first = getdate(rule.applies_from)
	if rule.looked_at_until:
		first = max(first, getdate(add_days(rule.looked_at_until, -DATED_BACK)))
	return add_days(first, -_shift(rule)), add_days(getdate(today()), -_shift(rule))
