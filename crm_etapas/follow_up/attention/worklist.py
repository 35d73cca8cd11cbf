"""Which records need somebody: as filters of a list, and counted for each user."""

from collections import Counter, defaultdict
from datetime import date

import frappe
from frappe.query_builder import Case
from frappe.utils import cint, getdate
from pypika import Criterion
from pypika.functions import Sum

from crm_etapas.follow_up import RESPONSIBLE
from crm_etapas.follow_up.attention import DOCTYPES, ROTTING, VALID_UNTIL
from crm_etapas.follow_up.attention.marks import pipeline_of
from crm_etapas.pipeline import stages

NEGLECTED, EXPIRED = LISTS = ("neglected", "expired")


def filters_of(doctype: str, which: str) -> dict:
	"""Return the filters of a worklist, as the lists of the desk take them.

	:param which: `neglected` or `expired`.
	"""
	if which == NEGLECTED:
		return {ROTTING: ["is", "set"]}
	return {
		VALID_UNTIL: ["<", str(getdate())],
		pipeline_of(doctype).stage_field: ["in", open_stages(doctype)],
	}


def open_stages(doctype: str) -> list[str]:
	"""Return the stages of a DocType where records are worked on."""
	known = stages.get_stages(pipeline_of(doctype)).values()
	return [stage.name for stage in known if not stage.outcome.is_closed] or [""]


def counts_by_user(since: date | None = None) -> dict[str, Counter]:
	"""Count what needs the users who are answerable for it: a query a DocType, whatever there is.

	:param since: from when on a record that rots is new; today, if nothing is said.
	:return: by user, `neglected`, `new` (those of them that rot since then) and `expired`; who has neither is left
		out.
	"""
	found = defaultdict(Counter)
	for doctype in DOCTYPES:
		table = frappe.qb.DocType(doctype)
		stage, user = table[pipeline_of(doctype).stage_field], table[RESPONSIBLE[doctype]]
		neglected = table[ROTTING].isnotnull()
		expired = (table[VALID_UNTIL] < getdate()) & stage.isin(open_stages(doctype))
		query = (
			frappe.qb.from_(table)
			.select(user, _number_of(neglected), _number_of(table[ROTTING] >= (since or getdate())))
			.select(_number_of(expired))
			.where(user.isnotnull() & (neglected | expired))
			.groupby(user)
		)
		for name, *numbers in query.run():
			found[name].update(dict(zip(("neglected", "new", "expired"), map(cint, numbers), strict=True)))
	return dict(found)


def _number_of(which: Criterion) -> Sum:
	return Sum(Case().when(which, 1).else_(0))
