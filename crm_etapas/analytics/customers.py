"""How customers behave: what they buy, how often, how lately; what is spoken with them; who is slipping away."""

from collections import defaultdict
from dataclasses import dataclass

import frappe
from frappe import _, _lt
from frappe.core.doctype.user_permission.user_permission import get_user_permissions
from frappe.query_builder import Case
from frappe.query_builder.functions import Count, Sum
from frappe.utils import add_days, flt

from crm_etapas.analytics import counted, rfm, splits
from crm_etapas.analytics.definitions import Figure
from crm_etapas.analytics.filters import Filters, choice, parse
from crm_etapas.analytics.trends import before, change
from crm_etapas.exceptions import ReportFilterError

HISTORY_DAYS = 3 * 365
OVERDUE = 1.5
EVERYBODY = "Everybody"
STATE_NAMES = {
	EVERYBODY: _lt("Everybody"),
	rfm.State.NEW: _lt("New"),
	rfm.State.ACTIVE: _lt("Active"),
	rfm.State.OCCASIONAL: _lt("Occasional"),
	rfm.State.SLIPPING: _lt("Slipping Away"),
	rfm.State.GONE: _lt("Gone"),
}
# what invoices and customers know nothing of
UNKNOWN = ("company", "campaign", "qualification_level", "cycle")

LAST_ON = Figure(
	"last_on",
	_lt("Last Purchase"),
	_lt("Day of the last invoice until the end of the period."),
	"Date",
	width=130,
)
RECENCY = Figure(
	"recency",
	_lt("Days Since"),
	_lt("Recency: days from the last purchase to the end of the period."),
	width=100,
)
FREQUENCY = Figure(
	"frequency",
	_lt("Purchases"),
	_lt(
		"Frequency: days in the period on which an invoice was submitted. Returns and credit notes are no purchase."
	),
	width=100,
)
VALUE = Figure(
	"sales_value",
	_lt("Sales Value"),
	_lt(
		"Value: submitted invoices of the period without taxes, less returns and credit notes, in the company's currency. Opening invoices are left out."
	),
	"Currency",
	width=160,
)
CHANGE = Figure(
	"sales_change",
	_lt("Change"),
	_lt("Sales value against the period before, which has as many days."),
	"Percent",
	1,
	width=100,
)
SCORE = Figure(
	"rfm",
	_lt("RFM"),
	_lt(
		"Recency, frequency and value from 1 to 5: in which fifth of all customers of the report each lies. 555 are the best."
	),
	"Data",
	width=80,
)
RHYTHM = Figure(
	"rhythm",
	_lt("Rhythm (Days)"),
	_lt(
		"Median of the days between two purchases in the three years up to the end of the period, from three purchases on."
	),
	"Float",
	1,
	width=120,
)
LATE = Figure(
	"late",
	_lt("Rhythms Late"),
	_lt("Days since the last purchase, divided by the rhythm."),
	"Float",
	1,
	width=140,
)
INTERACTIONS = Figure(
	"customer_interactions",
	_lt("Contacts"),
	_lt("Engagement: calls, mails, meetings and messages with the customer in the period, whoever began."),
	width=100,
)
ANSWERS = Figure(
	"customer_answers",
	_lt("From the Customer"),
	_lt("Of these contacts, those that the customer began."),
	width=140,
)
STATE = Figure(
	"state",
	_lt("State"),
	_lt(
		"Slipping away: the last purchase is more rhythms ago than the filter says. Gone: more than three. New: first bought in the period. Occasional: bought fewer than three times."
	),
	"Data",
	width=130,
)
FIGURES = [STATE, LAST_ON, RECENCY, RHYTHM, LATE, FREQUENCY, VALUE, CHANGE, SCORE, INTERACTIONS, ANSWERS]


@dataclass(frozen=True)
class Row:
	customer: str
	label: str
	owner: str | None
	behaviour: rfm.Behaviour
	score: str
	interactions: int
	answers: int

	def figures(self) -> dict:
		"""Return the figures of `FIGURES` by key."""
		found = self.behaviour
		return {
			STATE.key: str(STATE_NAMES[found.state]),
			LAST_ON.key: found.last_on,
			RECENCY.key: found.recency,
			RHYTHM.key: found.rhythm,
			LATE.key: found.late,
			FREQUENCY.key: found.frequency,
			VALUE.key: found.value,
			CHANGE.key: change(found.value, found.value_before),
			SCORE.key: self.score,
			INTERACTIONS.key: self.interactions,
			ANSWERS.key: self.answers,
		}


def compute(raw: dict) -> list[Row]:
	"""Return the customers that bought in the last three years, whoever slips away first, in at most four queries.

	:raises ReportFilterError:
	"""
	filters, state = parse(raw), choice(raw, "state", _("State"), tuple(STATE_NAMES))
	overdue = _overdue(raw)
	bought = _invoiced(filters)
	past = before(filters).from_date
	found = {
		customer: behaviour
		for customer, days in bought.items()
		if (behaviour := rfm.behaviour(days, filters.from_date, filters.to_date, past, overdue))
	}
	scores = _scores(found)
	shown = [name for name, one in found.items() if state in (EVERYBODY, one.state.value)]
	contacts, known = _contacts(filters), _known(filters)
	people = splits.full_names({owner for _label, owner in known.values() if owner})
	rows = []
	for name in shown:
		label, owner = known.get(name, (name, None))
		talked, answered = contacts.get(name, (0, 0))
		rows.append(Row(name, label, people.get(owner), found[name], scores[name], talked, answered))
	return sorted(rows, key=_urgency)


def _urgency(row: Row) -> tuple:
	"""Who is slipping away first, of these who is worth most; then all others by value."""
	return row.behaviour.state is not rfm.State.SLIPPING, -row.behaviour.value - row.behaviour.value_before


def _scores(found: dict[str, rfm.Behaviour]) -> dict[str, str]:
	recency = rfm.scores({name: one.recency for name, one in found.items()}, higher_is_better=False)
	frequency = rfm.scores({name: one.frequency for name, one in found.items()})
	value = rfm.scores({name: one.value for name, one in found.items()})
	return {name: f"{recency[name]}{frequency[name]}{value[name]}" for name in found}


def _invoiced(filters: Filters) -> dict[str, list[rfm.Day]]:
	"""Return what was invoiced to each customer, day by day.

	Whoever may read a customer may know what they buy; the invoices themselves are for whoever may read them.
	"""
	invoice, customer = frappe.qb.DocType("Sales Invoice"), frappe.qb.DocType("Customer")
	since = min(add_days(filters.to_date, -HISTORY_DAYS), before(filters).from_date)
	query = (
		_customers(filters)
		.join(invoice)
		.on(invoice.customer == customer.name)
		.where((invoice.docstatus == 1) & (invoice.is_opening != "Yes"))
		.where((invoice.posting_date >= since) & (invoice.posting_date <= filters.to_date))
	)
	if companies := _companies(filters):
		query = query.where(invoice.company.isin(companies))
	rows = (
		query.select(
			invoice.customer,
			invoice.posting_date,
			Sum(Case().when(invoice.is_return == 0, 1).else_(0)),
			Sum(invoice.base_net_total),
		)
		.groupby(invoice.customer, invoice.posting_date)
		.run()
	)
	found: dict[str, list[rfm.Day]] = defaultdict(list)
	for name, on, invoices, value in rows:
		found[name].append(rfm.Day(on, int(invoices), float(value or 0)))
	return found


def _contacts(filters: Filters) -> dict[str, tuple[int, int]]:
	"""Return how many contacts each customer had in the period, and how many of them they began."""
	communication, link = frappe.qb.DocType("Communication"), frappe.qb.DocType("Communication Link")
	customer = frappe.qb.DocType("Customer")
	happened = (communication.communication_type == "Communication") & filters.during(
		communication.communication_date
	)
	direct = (
		_customers(filters)
		.join(communication)
		.on((communication.reference_doctype == "Customer") & (communication.reference_name == customer.name))
	)
	linked = (
		_customers(filters)
		.join(link)
		.on((link.link_doctype == "Customer") & (link.link_name == customer.name))
		.join(communication)
		.on(communication.name == link.parent)
		.where(communication.reference_doctype.isnull() | (communication.reference_doctype != "Event"))
	)
	parts = [
		query.where(happened).select(
			customer.name.as_("customer"), communication.name, communication.sent_or_received
		)
		for query in (direct, linked)
	]
	every = parts[0].union(parts[1]).as_("every")  # what is both is one
	began = Count(Case().when(every.sent_or_received == "Received", 1))
	rows = frappe.qb.from_(every).select(every.customer, Count("*"), began).groupby(every.customer).run()
	return {name: (count, answered) for name, count, answered in rows}


def _known(filters: Filters) -> dict[str, tuple[str, str | None]]:
	customer = frappe.qb.DocType("Customer")
	rows = _customers(filters).select(customer.name, customer.customer_name, customer.account_manager).run()
	return {name: (label or name, manager) for name, label, manager in rows}


def _customers(filters: Filters):
	return counted.records("Customer", filters.without(*UNKNOWN))


def _companies(filters: Filters) -> list[str]:
	"""Return the companies whose invoices count: the chosen one, among those that a user is restricted to."""
	allowed = [one.get("doc") for one in get_user_permissions().get("Company") or []]
	if not filters.company:
		return allowed
	return [filters.company] if not allowed or filters.company in allowed else [""]


def _overdue(raw: dict) -> float:
	times = flt((raw or {}).get("overdue") or OVERDUE)
	if times < 1:
		frappe.throw(
			_("Whoever buys in their rhythm is not late. Choose at least 1 for {0}").format(
				frappe.bold(_("Slipping Away After (Rhythms)"))
			),
			ReportFilterError,
			title=_("Filters"),
		)
	return times
