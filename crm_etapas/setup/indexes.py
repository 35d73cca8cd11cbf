"""Indexes that ERPNext's CRM queries and ours need and ERPNext does not have.

Every one has two columns at least: when Frappe brings a table in line with its DocType, it drops an index on
one column that the DocType does not ask for. InnoDB keeps the name in every index anyway, so `name` as the
second column costs nothing. MariaDB builds them while the table is read and written.

`benchmarks/large.py` measures them; docs/benchmarks.md has the figures.
"""

import frappe
from frappe.database.utils import drop_index_if_exists

PREFIX = "crm_etapas_"

INDEXES: dict[str, list[tuple[str, ...]]] = {
	"Lead": [
		("company", "creation"),  # users restricted to a company; Lead Details
		("territory", "name"),  # users restricted to a territory
		("creation", "name"),  # what is new: charts, number cards, calendars
		("mobile_no", "name"),  # who is calling
		("prospect_stage", "status"),  # hourly: statuses that contradict their stage
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
	],
	"Customer": [
		("lead_name", "name"),  # every save of a lead: is it a customer?
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
	"Sales Invoice": [
		("contact_email", "creation"),  # Lead Conversion Time, for each opportunity
	],
}


def create() -> None:
	"""Create the indexes that are missing, one after the other; leave out what another index serves."""
	for doctype, wanted in INDEXES.items():
		for columns in wanted:
			if _has_columns(doctype, columns) and not _is_served(doctype, columns):
				frappe.db.add_index(doctype, list(columns), PREFIX + "_".join(columns))


def drop() -> None:
	"""Drop the indexes of this app, those of its earlier versions too."""
	for table, index in sorted(ours()):
		drop_index_if_exists(table, index)


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
	statistics = frappe.qb.Schema("information_schema").STATISTICS
	rows = (
		frappe.qb.from_(statistics)
		.select(statistics.INDEX_NAME, statistics.COLUMN_NAME)
		.where(statistics.TABLE_SCHEMA == frappe.conf.db_name)
		.where(statistics.TABLE_NAME == f"tab{doctype}")
		.orderby(statistics.INDEX_NAME, statistics.SEQ_IN_INDEX)
		.run()
	)
	existing = {}
	for index, column in rows:
		existing.setdefault(index, []).append(column)
	return any(tuple([*found, "name"][: len(columns)]) == columns for found in existing.values())
