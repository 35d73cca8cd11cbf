"""Indexes that ERPNext's CRM queries and ours need and ERPNext does not have.

Every one has two columns at least: when Frappe brings a table in line with its DocType, it drops an index on
one column that the DocType does not ask for. InnoDB keeps the name in every index anyway, so `name` as the
second column costs nothing. MariaDB builds them while the table is read and written; only the full-text index
stops writing while it is built, for MariaDB makes the table anew.

The indexes for finding leads have every column that the list's filters speak of, so that MariaDB decides
from the index alone whether a lead is wanted. They cost no save that leaves these columns alone.

`benchmarks/large.py` measures them; docs/benchmarks.md has the figures.
"""

from itertools import groupby

import frappe
from frappe.database.utils import drop_index_if_exists

PREFIX = "crm_etapas_"
FULL_TEXT_NAME = f"{PREFIX}full_text"
LONGEST_NAME = 64
LONGEST_KEY = 3072  # bytes of all columns, InnoDB
KEPT_FOR = 3600  # seconds that `existing` is believed

_PLACES = ("zone", "sector")
_MASTERS = ("sales_channel", "business_segment", "potential_level", "process_status")
# every few minutes: whose next contact is due, and has nobody been told of it?
DUE = ("next_contact_notified", "next_contact_date")
# in the morning and on My Day: whom is a user to contact, and when?
TO_CONTACT = ("next_contact_by", "next_contact_date")


# every night: who rots in a stage? read in the order of entering it, decided from the index alone
def _stays_quiet(pipeline: str) -> tuple[str, ...]:
	return (
		f"{pipeline}_stage",
		"rotting_since",
		f"{pipeline}_stage_entered_on",
		"last_contact_on",
		"next_contact_date",
		"snoozed_until",
		"company",
	)


# the board: how many records each stage has, what they are worth and which entered last; read from the index alone for
# whoever sees all, or one's own, a company's or a territory's
def _board(pipeline: str, responsible: str, value: str) -> tuple[str, ...]:
	return (
		f"{pipeline}_stage",
		f"{pipeline}_stage_entered_on",
		responsible,
		"company",
		"territory",
		"next_contact_date",
		value,
	)


NEWEST = ("creation", "lead_owner", *_PLACES, *_MASTERS)
# My Day: which of a user's open records nobody looks after; every column, so that the index alone decides
_ATTENTION = (
	"woken_on",
	"rotting_since",
	"snoozed_until",
	"valid_until",
	"last_contact_on",
	"next_contact_date",
	"next_contact_by",
)

INDEXES: dict[str, list[tuple[str, ...]]] = {
	"Lead": [
		("company", "creation"),  # users restricted to a company; Lead Details
		("territory", "name"),  # users restricted to a territory
		("mobile_no", "name"),  # who is calling
		("prospect_stage", "status"),  # hourly: statuses that contradict their stage
		("qualification_level", "creation"),  # the funnel, and who stands in a level
		("phone", "name"),  # is this prospect entered already? by phone
		("whatsapp_no", "name"),  # the same; ERPNext has an index on email_id
		("company_key", "name"),  # the same, by company
		("identification_key", "identification_type"),  # has another one this number? who is it?
		NEWEST,  # the list's filters, the newest first; what is new: charts, number cards, calendars
		(
			*_MASTERS,
			"creation",
			"lead_owner",
			*_PLACES,
		),  # the list's filters that few leads match, by channel…
		("lead_owner", "creation", *_PLACES, *_MASTERS),  # … by salesperson
		("zone", "creation", "lead_owner", "sector", *_MASTERS),  # … by zone
		("sector", "creation", "lead_owner", "zone", *_MASTERS),  # … by sector
		DUE,
		TO_CONTACT,
		(
			"lead_owner",
			"prospect_stage",
			*_ATTENTION,
		),  # My Day; how many a salesperson has open, hourly for all; handing them over
		("assignment_queue", "creation"),  # what waits in a team's queue
		_stays_quiet("prospect"),
		("rotting_since", "lead_owner"),  # the worklist of the neglected; counted in the morning
		("lead_owner", "rotting_since"),  # the same of one salesperson
		("valid_until", "prospect_stage", "lead_owner"),  # the same for those whose validity is over
		("wake_up_on", "name"),  # hourly: what comes back today
		_board("prospect", "lead_owner", "estimated_value"),
	],
	"Opportunity": [
		("party_name", "status"),  # every save of a lead: has it an opportunity?
		("opportunity_owner", "status"),  # a salesperson's own, and how many
		("status", "modified"),  # the list; daily: close those without an answer
		("sales_stage", "name"),  # ERPNext's reports by sales stage, and their drill-down
		("transaction_date", "name"),  # ERPNext's reports by period
		("expected_closing", "name"),  # forecasts
		("creation", "name"),  # what is new
		("contact_email", "name"),  # every mail that comes in: whose is it?
		DUE,
		TO_CONTACT,
		_stays_quiet("opportunity"),
		("rotting_since", "opportunity_owner"),  # the worklist of the neglected; counted in the morning
		("opportunity_owner", "rotting_since"),  # the same of one salesperson
		(
			"valid_until",
			"opportunity_stage",
			"opportunity_owner",
		),  # the same for those whose validity is over
		("wake_up_on", "name"),  # hourly: what comes back today
		("previous_opportunity", "name"),  # has this lost one come back already?
		("opportunity_owner", "opportunity_stage", *_ATTENTION),  # My Day
		_board("opportunity", "opportunity_owner", "base_opportunity_amount"),
	],
	"Customer": [
		("lead_name", "name"),  # every save of a lead: is it a customer?
		("email_id", "name"),  # is this prospect a customer already? by email
		("mobile_no", "name"),  # the same, by phone
		("company_key", "name"),  # the same, by company
		("identification_key", "identification_type"),  # has another one this number? who is it?
		DUE,
		TO_CONTACT,
		("account_manager", "name"),  # a salesperson's own; has this user any? My Day
	],
	"Prospect Lead": [
		("lead", "parent"),  # every save of a lead or its opportunity, every mail to it
	],
	"Prospect Opportunity": [
		("opportunity", "parent"),  # every mail to an opportunity
	],
	"Quotation": [
		("opportunity", "status"),  # Set as Lost; a stage that asks for a quotation
	],
	"Quotation Item": [
		("prevdoc_docname", "prevdoc_doctype"),  # the same, for quotations made from items
	],
	"Event Participants": [
		("reference_docname", "reference_doctype"),  # every opened form; a stage that asks for a next contact
	],
	"ToDo": [
		("allocated_to", "status"),  # a user's open to-dos; Assignment Rule, for each user in turn
		("assigned_by", "status"),  # with the one above: which to-dos a user may see
	],
	"Web Page View": [
		("visitor_id", "creation"),  # what a prospect looked at, where a criterion asks
	],
	"Communication": [
		(
			"communication_date",
			"reference_doctype",
			"communication_type",
		),  # reports: what was done in a period
	],
	"Sales Invoice": [
		("contact_email", "creation"),  # Lead Conversion Time, for each opportunity
	],
}

# words in text, see `crm_etapas.finding`
FULL_TEXT: dict[str, tuple[str, ...]] = {
	"Lead": (
		"lead_name",
		"company_name",
		"legal_name",
		"email_id",
		"mobile_no",
		"phone",
		"whatsapp_no",
		"identification_number",
		"identification_key",
	),
}


def create() -> None:
	"""Create the indexes that are missing, one after the other; leave out what another index serves."""
	for doctype, columns in FULL_TEXT.items():
		if (
			_has_columns(doctype, columns)
			and columns not in _columns_of_indexes(doctype, "FULLTEXT").values()
		):
			_add_full_text(doctype, columns)
	for doctype, wanted in INDEXES.items():
		for columns in wanted:
			if (
				_has_columns(doctype, columns)
				and not _is_served(doctype, columns)
				and _fits(doctype, columns)
			):
				frappe.db.add_index(doctype, list(columns), name_of(columns))
	_drop_superseded()
	_forget()


def drop() -> None:
	"""Drop the indexes of this app, those of its earlier versions too."""
	for table, index in sorted(ours()):
		drop_index_if_exists(table, index)
	_forget()


def existing(doctype: str) -> dict[tuple[str, ...], str]:
	"""Return the indexes of a DocType's table, from the cache: their columns and the name."""
	key = f"crm_etapas_indexes:{doctype}"
	found = frappe.cache.get_value(key, expires=True)
	if found is None:
		found = {columns: name for name, columns in _columns_of_indexes(doctype).items()}
		frappe.cache.set_value(key, found, expires_in_sec=KEPT_FOR)
	return found


def rows(doctype: str) -> int:
	"""Return about how many records a DocType has, as MariaDB knew lately."""
	key = f"crm_etapas_rows:{doctype}"
	found = frappe.cache.get_value(key, expires=True)
	if found is None:
		found = frappe.db.estimate_count(doctype)
		frappe.cache.set_value(key, found, expires_in_sec=KEPT_FOR)
	return found


def name_of(columns: tuple[str, ...]) -> str:
	return (PREFIX + "_".join(columns))[:LONGEST_NAME]


def ours() -> set[tuple[str, str]]:
	"""Return (table, index) of every index of this app that exists."""
	statistics = frappe.qb.Schema("information_schema").STATISTICS
	return set(
		frappe.qb.from_(statistics)
		.select(statistics.TABLE_NAME, statistics.INDEX_NAME)
		.where(statistics.TABLE_SCHEMA == frappe.conf.db_name)
		.where(statistics.INDEX_NAME.like(PREFIX.replace("_", r"\_") + "%"))
		.run()
	)


def _has_columns(doctype: str, columns: tuple[str, ...]) -> bool:
	return frappe.db.table_exists(doctype) and set(columns) <= set(frappe.db.get_table_columns(doctype))


def _is_served(doctype: str, columns: tuple[str, ...]) -> bool:
	"""Tell whether an index begins with these columns. One without `name` at its end has it nevertheless."""
	found = _columns_of_indexes(doctype, "BTREE").values()
	return any((*existing_columns, "name")[: len(columns)] == columns for existing_columns in found)


def _fits(doctype: str, columns: tuple[str, ...]) -> bool:
	"""Tell whether MariaDB can make such an index: an admin may have made a field longer than its index bears."""
	table = frappe.qb.Schema("information_schema").COLUMNS
	lengths = (
		frappe.qb.from_(table)
		.select(table.CHARACTER_OCTET_LENGTH)
		.where(table.TABLE_SCHEMA == frappe.conf.db_name)
		.where(table.TABLE_NAME == f"tab{doctype}")
		.where(table.COLUMN_NAME.isin(columns))
		.run(pluck=True)
	)
	return sum((length or 8) + 3 for length in lengths) <= LONGEST_KEY  # a length and a mark for NULL each


def _columns_of_indexes(doctype: str, kind: str | None = None) -> dict[str, tuple[str, ...]]:
	"""Return the columns of every index of a table by the index's name; of one kind, BTREE or FULLTEXT."""
	statistics = frappe.qb.Schema("information_schema").STATISTICS
	query = (
		frappe.qb.from_(statistics)
		.select(statistics.INDEX_NAME, statistics.COLUMN_NAME)
		.where(statistics.TABLE_SCHEMA == frappe.conf.db_name)
		.where(statistics.TABLE_NAME == f"tab{doctype}")
		.orderby(statistics.INDEX_NAME, statistics.SEQ_IN_INDEX)
	)
	if kind:
		query = query.where(statistics.INDEX_TYPE == kind)
	return {
		name: tuple(column for _name, column in rows)
		for name, rows in groupby(query.run(), key=lambda row: row[0])
	}


def _drop_superseded() -> None:
	"""Drop what earlier versions of the app have made and this one has no more use for."""
	wanted = {(f"tab{doctype}", name_of(columns)) for doctype, all_ in INDEXES.items() for columns in all_}
	wanted |= {(f"tab{doctype}", FULL_TEXT_NAME) for doctype in FULL_TEXT}
	for table, index in sorted(ours() - wanted):
		drop_index_if_exists(table, index)


def _add_full_text(doctype: str, columns: tuple[str, ...]) -> None:
	"""Frappe's own function makes no such index, and the query builder no index at all."""
	frappe.db.commit()  # as `frappe.db.add_index` does: MariaDB would commit silently
	quoted = ", ".join(f"`{column}`" for column in columns)
	frappe.db.sql_ddl(f"alter table `tab{doctype}` add fulltext index `{FULL_TEXT_NAME}` ({quoted})")


def _forget() -> None:
	for doctype in INDEXES:
		frappe.cache.delete_value(f"crm_etapas_indexes:{doctype}")
