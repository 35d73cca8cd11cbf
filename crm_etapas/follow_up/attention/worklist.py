"""Which records need somebody: as filters of a list, and counted for each user."""

from collections import Counter, defaultdict
from datetime import date

import frappe
from frappe.query_builder import Case
from frappe.utils import add_days, cint, getdate, now_datetime, today
from pypika import Criterion, Table
from pypika.functions import Count, Sum

from crm_etapas.follow_up import RESPONSIBLE
from crm_etapas.follow_up.attention import DOCTYPES, ROTTING, SNOOZED, VALID_UNTIL
from crm_etapas.follow_up.attention.marks import pipeline_of
from crm_etapas.pipeline import stages
from crm_etapas.pipeline.vocabulary import Outcome

# "is set" and "<" would not do: Frappe compares with an empty text, which no index serves, or takes no date for an early one
BEGINNING = date(2000, 1, 1)
NEGLECTED, EXPIRED = LISTS = ("neglected", "expired")


def filters_of(doctype: str, which: str) -> dict:
	"""Return the filters of a worklist, as the lists of the desk take them.

	They tell nothing of snoozes and contacts: of what has expired the list shows those too, marked as what they are.

	:param which: `neglected` or `expired`.
	"""
	if which == NEGLECTED:
		return {ROTTING: [">=", str(BEGINNING)]}
	until_yesterday = [str(BEGINNING), add_days(today(), -1)]
	return {
		VALID_UNTIL: ["between", until_yesterday],
		pipeline_of(doctype).stage_field: ["in", open_stages(doctype)],
	}


def open_stages(doctype: str) -> list[str]:
	"""Return the stages of a DocType where records are worked on: neither closed nor on hold."""
	return stages.with_outcome(pipeline_of(doctype), Outcome.OPEN) or [""]


def is_expired(doctype: str, table: Table, on: date | None = None) -> Criterion:
	"""Return what holds of a record whose validity is over, and that nobody has put off or will contact.

	:param on: that day; today, if nothing is said.
	"""
	day = on or getdate()
	return (
		(table[VALID_UNTIL] < day)
		& table[pipeline_of(doctype).stage_field].isin(open_stages(doctype))
		& (table[SNOOZED].isnull() | (table[SNOOZED] <= day))
		& (table.next_contact_date.isnull() | (table.next_contact_date < now_datetime()))
	)


def counts_by_user(since: date | None = None) -> dict[str, Counter]:
	"""Count what needs the users who are answerable for it: two queries a DocType, whatever there is.

	:param since: from when on a record that rots is new; today, if nothing is said.
	:return: by user, `neglected`, `new` (those of them that rot since then) and `expired`; who has neither is left
		out.
	"""
	found = defaultdict(Counter)
	for doctype in DOCTYPES:
		table = frappe.qb.DocType(doctype)
		user = table[RESPONSIBLE[doctype]]
		by_user = frappe.qb.from_(table).select(user, Count("*")).where(user.isnotnull()).groupby(user)

		is_new = Case().when(table[ROTTING] >= (since or getdate()), 1).else_(0)
		for name, neglected, new in by_user.select(Sum(is_new)).where(table[ROTTING] >= BEGINNING).run():
			found[name].update(neglected=neglected, new=cint(new))

		for name, expired in by_user.where(is_expired(doctype, table)).run():
			found[name].update(expired=expired)
	return dict(found)
