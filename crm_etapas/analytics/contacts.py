"""Interactions with prospects and opportunities: how many, whose, and how soon after a prospect came in."""

from collections import Counter, defaultdict
from functools import reduce
from statistics import median

import frappe
from frappe import _lt
from frappe.query_builder.functions import Count, Min
from pypika import Criterion
from pypika.terms import ExistsCriterion

from crm_etapas.analytics import counted, entries
from crm_etapas.analytics.definitions import Figure
from crm_etapas.analytics.filters import Filters
from crm_etapas.analytics.opening_hours import OpeningHours
from crm_etapas.pipeline import working_time
from crm_etapas.pipelines import PROSPECT

DOCTYPES = ("Lead", "Opportunity")
SENT = "Sent"
HOUR = 3600

INTERACTIONS = Figure(
	"interactions",
	_lt("Interactions"),
	_lt(
		"Calls, mails, meetings, visits and messages with prospects and opportunities in the period, whoever began. What is only planned does not count."
	),
)
RESPONSE_HOURS = Figure(
	"response_hours",
	_lt("Hours to Respond"),
	_lt(
		"Of the new prospects of the period that were contacted: the median of the working hours from their coming in to the first call, mail or visit that we began. Only the hours of the working day count, and no holidays of the company."
	),
	"Float",
	1,
	width=180,
)
CONTACTED = Figure(
	"contacted",
	_lt("Contacted"),
	_lt("Of the new prospects of the period, those that we have contacted since."),
	opens_records=True,
	width=120,
)


def by(filters: Filters, key) -> Counter:
	"""Count the interactions of the period by a column of Communication, in one query."""
	queries = [
		_with(doctype, filters).select(key, Count("*")).groupby(*counted.grouping(key))
		for doctype in DOCTYPES
	]
	found = Counter()
	for part, count in _all(queries):
		found[part] += count
	return found


def of_people(filters: Filters) -> list:
	"""Return queries for what each user did in the period: (medium, user, count) of what we began.

	Salesperson and team of the filters are who did it, not whose record it is.
	"""
	communication = frappe.qb.DocType("Communication")
	keys = (communication.communication_medium, communication.user)
	return [
		_with(doctype, filters.without("owner", "team"))
		.where(
			Criterion.all([communication.sent_or_received == SENT, *filters.of_people(communication.user)])
		)
		.select(*keys, Count("*"))
		.groupby(*(part for column in keys for part in counted.grouping(column)))
		for doctype in DOCTYPES
	]


def responses(filters: Filters) -> dict[str | None, list[float]]:
	"""Return by salesperson the working hours that each new prospect of the period waited for us, in one query.

	Those that nobody has contacted since are not among them.
	"""
	log, lead = frappe.qb.DocType("Stage Log"), frappe.qb.DocType("Lead")
	first = _of_ours().select(Min(frappe.qb.DocType("Communication").communication_date))
	rows = _tried(filters).select(lead.lead_owner, lead.company, log.cycle_entered_on, first).run()
	hours: dict[str | None, OpeningHours] = {}
	found: dict[str | None, list[float]] = defaultdict(list)
	for owner, company, began, contacted in rows:
		if contacted is None:
			continue
		if company not in hours:
			hours[company] = OpeningHours(working_time.holidays_of(company), *working_time.working_hours())
		found[owner or None].append(hours[company].between(began, contacted) / HOUR)
	return found


def contacted(filters: Filters):
	"""Return a query for the prospects that `responses` tells of; it speaks of the table of Lead too."""
	name = frappe.qb.DocType("Stage Log").reference_name
	ours = _of_ours().select(frappe.qb.DocType("Communication").name)
	return _tried(filters).where(ExistsCriterion(ours)).select(name).orderby(name)


def median_hours(waited: list[float]) -> float | None:
	return median(waited) if waited else None


def _tried(filters: Filters):
	"""Return a query on the new prospects of the period, without those whose counters say that we cannot have contacted them.

	It saves looking them up. Those who are left may still have been contacted in an earlier round only.
	"""
	log, lead = frappe.qb.DocType("Stage Log"), frappe.qb.DocType("Lead")
	since = (lead.contact_attempts > 0) & (lead.last_contact_on >= log.cycle_entered_on)
	return entries.standing(PROSPECT, filters).where(since)


def _of_ours():
	"""Return a query on what we began with a prospect since its round began, for use within a query on its stays."""
	communication, log = frappe.qb.DocType("Communication"), frappe.qb.DocType("Stage Log")
	return frappe.qb.from_(communication).where(
		(communication.reference_doctype == "Lead")
		& (communication.reference_name == log.reference_name)
		& (communication.communication_type == "Communication")
		& (communication.sent_or_received == SENT)
		& (communication.communication_date >= log.cycle_entered_on)
	)


def _with(doctype: str, filters: Filters):
	"""Return a query on what happened with the records of a DocType in the period."""
	communication, table = frappe.qb.DocType("Communication"), frappe.qb.DocType(doctype)
	if filters.narrows_records or counted.condition(doctype):
		query = counted.records(doctype, filters).join(communication)
		query = query.on(communication.reference_name == table.name)
	else:
		query = frappe.qb.from_(communication)
	return query.where(
		(communication.reference_doctype == doctype)
		& (communication.communication_type == "Communication")
		& filters.during(communication.communication_date)
	)


def _all(queries: list):
	return reduce(lambda one, other: one.union_all(other), queries).run()
