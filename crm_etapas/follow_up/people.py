"""Salespeople, as far as whoever asks may read what they work on."""

from functools import reduce

import frappe
from pypika import Criterion
from pypika.terms import ExistsCriterion, LiteralValue

from crm_etapas.follow_up import RESPONSIBLE
from crm_etapas.identity import readable

MOST = 500


def with_readable_records(user: str | None = None) -> list[dict]:
	"""Return the users who are answerable for a record that whoever asks may read.

	:param user: only this one.
	:return: user and full_name, by name; at most 500.
	"""
	account = frappe.qb.DocType("User")
	theirs = [criterion for doctype in RESPONSIBLE if (criterion := _has_readable(account, doctype))]
	if not theirs:
		return []
	query = (
		frappe.qb.from_(account)
		.select(account.name.as_("user"), account.full_name)
		.where((account.enabled == 1) & (account.user_type == "System User"))
		.where(reduce(lambda one, other: one | other, theirs))
		.orderby(account.full_name)
		.limit(MOST)
	)
	return (query.where(account.name == user) if user else query).run(as_dict=True)


def _has_readable(account, doctype: str) -> Criterion | None:
	condition = readable.condition(doctype)
	if condition is None:
		return None
	table = frappe.qb.DocType(doctype)
	query = frappe.qb.from_(table).select(table.name).where(table[RESPONSIBLE[doctype]] == account.name)
	return ExistsCriterion(query.where(LiteralValue(f"({condition})")) if condition else query)
