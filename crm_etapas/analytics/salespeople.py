"""What salespeople have on their hands, do and achieve."""

from collections import Counter
from dataclasses import dataclass, field
from functools import reduce

import frappe
from frappe import _lt
from frappe.query_builder.functions import Count
from frappe.query_builder.terms import ParameterizedValueWrapper as Constant
from frappe.utils import now_datetime
from pypika import Criterion

from crm_etapas.analytics import closings, contacts, counted, entries, splits
from crm_etapas.analytics.closings import Closings
from crm_etapas.analytics.definitions import Figure
from crm_etapas.analytics.filters import Filters, column_of, parse
from crm_etapas.pipeline import stages
from crm_etapas.pipeline.registry import Pipeline
from crm_etapas.pipeline.vocabulary import ACTIVE
from crm_etapas.pipelines import OPPORTUNITY, PROSPECT

OPEN_PROSPECTS = Figure(
	"open_prospects",
	_lt("Open Prospects"),
	_lt("Prospects of the salesperson that are neither won, lost nor junk today, whatever the period."),
	opens_records=True,
	width=160,
)
OPEN_OPPORTUNITIES = Figure(
	"open_opportunities",
	_lt("Open Opportunities"),
	_lt("Opportunities of the salesperson that are neither won, lost nor junk today, whatever the period."),
	opens_records=True,
	width=180,
)
OVERDUE = Figure(
	"overdue",
	_lt("Overdue Contacts"),
	_lt("Next contacts with prospects and opportunities that the salesperson should have made by now."),
	opens_records=True,
	width=160,
)
CALLS = Figure("calls", _lt("Calls"), _lt("Calls that the salesperson made in the period."), width=90)
MAILS = Figure("mails", _lt("Emails"), _lt("Emails that the salesperson sent in the period."), width=90)
MEETINGS = Figure(
	"meetings",
	_lt("Meetings and Visits"),
	_lt("Meetings and visits of the salesperson in the period."),
	width=160,
)
OTHERS = Figure(
	"other_contacts",
	_lt("Other"),
	_lt("Messages and other contacts that the salesperson began in the period."),
	width=90,
)
FIGURES = [
	OPEN_PROSPECTS,
	OPEN_OPPORTUNITIES,
	OVERDUE,
	entries.NEW_PROSPECTS,
	contacts.CONTACTED,
	contacts.RESPONSE_HOURS,
	CALLS,
	MAILS,
	MEETINGS,
	OTHERS,
	closings.WON,
	closings.LOST,
	closings.WIN_RATE,
	closings.WON_VALUE,
]
KIND_OF_CONTACT = {"Phone": CALLS, "Email": MAILS, "Meeting": MEETINGS, "Visit": MEETINGS}
TODAY = (OPEN_PROSPECTS.key, OPEN_OPPORTUNITIES.key, OVERDUE.key)
LOADS = {OPEN_PROSPECTS.key: PROSPECT, OPEN_OPPORTUNITIES.key: OPPORTUNITY}


@dataclass
class Person:
	"""One salesperson; `user` is None for what belongs to nobody. `waited`: working hours of each new prospect."""

	user: str | None
	name: str = ""
	counts: Counter[str] = field(default_factory=Counter)
	waited: list[float] = field(default_factory=list)
	closings: Closings = field(default_factory=Closings)

	def figures(self) -> dict:
		"""Return the figures of `FIGURES` by key."""
		counts = {figure.key: self.counts[figure.key] for figure in FIGURES if figure.fieldtype == "Int"}
		return {
			**counts,
			**self.closings.figures(),
			contacts.CONTACTED.key: len(self.waited),
			contacts.RESPONSE_HOURS.key: contacts.median_hours(self.waited),
		}


def compute(filters: Filters) -> tuple[list[Person], Person]:
	"""Return every salesperson with something to tell of, and all of them together, in at most six queries."""
	people: dict[str | None, Person] = {}

	def person(user: str | None) -> Person:
		return people.setdefault(user or None, Person(user or None))

	for what, user, count in _counts([*standing(filters), *contacts.of_people(filters)]):
		person(user).counts[what if what in TODAY else KIND_OF_CONTACT.get(what, OTHERS).key] += count
	for user, count in entries.by(PROSPECT, filters, column_of("Lead", splits.OWNER)).items():
		person(user).counts[entries.NEW_PROSPECTS.key] += count
	for user, waited in contacts.responses(filters).items():
		person(user).waited += waited
	for user, closed in closings.by(filters, column_of("Opportunity", splits.OWNER)).items():
		person(user).closings = closed
	for user, part in splits.parts("Salesperson", list(people)).items():
		people[user].name = part.label
	found = sorted(people.values(), key=lambda one: (one.user is None, one.name.casefold()))
	return found, _together(found)


def behind(raw: dict, cell: dict):
	"""Return queries of names by DocType: the records behind a figure of a salesperson."""
	filters, figure = parse(raw), cell.get("figure")
	if figure == OVERDUE.key:
		return {doctype: _overdue_of(doctype, filters, cell) for doctype in contacts.DOCTYPES}
	if pipeline := LOADS.get(figure):
		name = frappe.qb.DocType(pipeline.doctype).name
		query = open_records(pipeline, filters).select(name).orderby(name)
	elif figure == entries.NEW_PROSPECTS.key:
		pipeline, query = PROSPECT, entries.names(PROSPECT, filters)
	elif figure == contacts.CONTACTED.key:
		pipeline, query = PROSPECT, contacts.contacted(filters)
	else:
		pipeline, query = OPPORTUNITY, closings.names(filters, figure)
	return {pipeline.doctype: query.where(_is_of(column_of(pipeline, splits.OWNER), cell))}


def _overdue_of(doctype: str, filters: Filters, cell: dict):
	table = frappe.qb.DocType(doctype)
	query = overdue(doctype, filters).where(_is_of(table.next_contact_by, cell))
	return query.select(table.name).orderby(table.next_contact_date)


def _is_of(column, cell: dict) -> Criterion:
	"""What holds for what belongs to the salesperson of a cell."""
	return Criterion.all([]) if cell.get("total") else counted.has_value(column, cell.get("user"))


def today(filters: Filters) -> Counter[str]:
	"""Return what is open and overdue today, of all together, by the keys of `TODAY`."""
	found = Counter()
	for key, _user, count in _counts(standing(filters)):
		found[key] += count
	return found


def standing(filters: Filters) -> list:
	"""Return queries for what is open, and whose contacts are overdue, today: (key of the figure, user, count)."""
	queries = []
	for figure, pipeline in LOADS.items():
		owner = column_of(pipeline, splits.OWNER)
		queries.append(_counted(open_records(pipeline, filters), figure, owner))
	for doctype in contacts.DOCTYPES:
		by = frappe.qb.DocType(doctype).next_contact_by
		queries.append(_counted(overdue(doctype, filters), OVERDUE.key, by))
	return queries


def overdue(doctype: str, filters: Filters):
	"""Return a query on the records whose next contact should have been made by now, by whoever was to make it."""
	table = frappe.qb.DocType(doctype)
	late = [table.next_contact_date < now_datetime(), *filters.of_people(table.next_contact_by)]
	return counted.records(doctype, filters.without("owner", "team")).where(Criterion.all(late))


def open_records(pipeline: Pipeline, filters: Filters):
	"""Return a query on the records that are neither won, lost nor junk today, whatever the period."""
	active = stages.with_outcome(pipeline, *ACTIVE)
	stage = frappe.qb.DocType(pipeline.doctype)[pipeline.stage_field]
	return counted.records(pipeline.doctype, filters).where(stage.isin(active or [""]))


def _counts(queries: list):
	return reduce(lambda one, other: one.union_all(other), queries).run()


def _counted(query, figure: str, user):
	return query.select(Constant(figure), user, Count("*")).groupby(user)


def _together(people: list[Person]) -> Person:
	whole = Person(None)
	for one in people:
		whole.counts += one.counts
		whole.waited += one.waited
	whole.closings = closings.total(one.closings for one in people)
	return whole
