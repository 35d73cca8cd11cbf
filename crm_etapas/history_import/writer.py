"""Writes a plan: masters as documents, everything that comes in numbers set by set.

A chunk of rows is one transaction, so a row is there with its party, items and stays or not at all.
Rows of a chunk that the database refuses are found by halving it.
"""

from collections import Counter
from collections.abc import Callable, Iterable

import frappe
import pymysql
from frappe import _

from crm_etapas.history_import import masters, records
from crm_etapas.history_import.planner import Party, Plan, Row
from crm_etapas.history_import.report import Report
from crm_etapas.history_import.site import BATCH, Site, carried_fields
from crm_etapas.history_import.tables import NewRecords
from crm_etapas.pipeline import history, stages, triggers
from crm_etapas.pipeline.history import Move
from crm_etapas.pipeline.stages import Stage
from crm_etapas.pipeline.vocabulary import Cause, Outcome
from crm_etapas.pipeline.working_time import holidays_of
from crm_etapas.pipelines import PROSPECT

CHUNK = 500
ATTEMPTS = 3
# a trigger or a constraint of the table that refuses a row
REFUSED_BY_RULE = (1644, 4025)
PARTY_TITLE = {"Customer": ("customer_name",), "Lead": ("company_name", "lead_name")}
ITEM_FIELDS = ("name", "item_name", "description", "item_group", "brand", "image", "stock_uom")

Progress = Callable[[int, int], None]


class Writer:
	def __init__(self, plan: Plan, site: Site, report: Report, progress: Progress):
		"""
		:param progress: is told, after each chunk, how many rows of how many are through.
		"""
		self.plan, self.site, self.report, self.progress = plan, site, report, progress
		self.names = {row.party: row.party.name for row in plan.rows if row.party.name}
		self.tables = {dt: NewRecords(dt) for dt in ("Customer", "Lead", "Opportunity", "Opportunity Item")}
		self.carried = {doctype: carried_fields(doctype) for doctype in PARTY_TITLE}
		self.holidays = holidays_of(site.company)
		self.lead_stage = stage_of_converted_leads()
		self.items: dict[str, dict] = {}

	def write(self) -> None:
		"""Write the plan and commit; what got written and what did not goes into the report.

		:raises HistoryImportError: if a user, item or other master cannot be created; nothing is written then.
		"""
		self._write_masters()
		rows = self.plan.rows
		for start in range(0, len(rows), CHUNK):
			self._write_chunk(rows[start : start + CHUNK])
			self.progress(min(start + CHUNK, len(rows)), len(rows))

	def _write_masters(self) -> None:
		frappe.db.savepoint("masters")
		try:
			codes = masters.create(self.plan)
		except Exception:
			frappe.db.rollback(save_point="masters")
			raise
		frappe.db.commit()  # whole by themselves; a row that is refused later does not take them along
		counts = self.plan.counts()
		self.report.created.update({dt: counts[dt] for dt in ("User", "Item", *self.plan.records)})
		used = {row.item: codes.get(row.item, row.item) for row in self.plan.rows if row.item}
		facts = _facts("Item", list(used.values()), ITEM_FIELDS)
		self.items = {code: facts[name] for code, name in used.items()}

	def _write_chunk(self, rows: list[Row]) -> None:
		for attempt in range(1, ATTEMPTS + 1):
			names, created = dict(self.names), Counter(self.report.created)
			try:
				self._write_or_halve(rows)
				frappe.db.commit()  # a chunk is whole; broken off after it, the next run goes on from here
				return
			except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
				frappe.db.rollback()
				self.names, self.report.created = names, created
				if attempt == ATTEMPTS:
					raise

	def _write_or_halve(self, rows: list[Row]) -> None:
		frappe.db.savepoint("chunk_of_rows")
		try:
			names, created = self._write_rows(rows)
		except pymysql.err.MySQLError as error:
			if not _concerns_a_row(error):
				raise
			frappe.db.rollback(save_point="chunk_of_rows")
			if len(rows) == 1:
				self.report.refuse(
					rows[0].number, None, rows[0].key, _("The database refuses it: {0}").format(error)
				)
				return
			middle = len(rows) // 2
			self._write_or_halve(rows[:middle])
			self._write_or_halve(rows[middle:])
		else:
			self.names.update(names)
			self.report.created.update(created)

	def _write_rows(self, rows: list[Row]) -> tuple[dict[Party, str], Counter]:
		"""Write the rows with everything that belongs to them; return the new parties and the counts."""
		leads, names = self._write_parties(rows)
		names = {**self.names, **names}
		carried = self._carried(rows, names)
		defaults = self.site.defaults("Opportunity")
		opportunities = [
			records.opportunity(row, names[row.party], carried[row.party], defaults, self.site.company)
			for row in rows
		]
		self.tables["Opportunity"].insert(opportunities)
		pairs = list(zip(rows, opportunities, strict=True))
		item_defaults = self.site.defaults("Opportunity Item")
		items = [
			records.opportunity_item(row, record["name"], self.items[row.item], item_defaults)
			for row, record in pairs
			if row.item
		]
		self.tables["Opportunity Item"].insert(items)
		stays = [
			stay for row, record in pairs for stay in records.opportunity_stays(row, record, self.holidays)
		]
		stays += [records.lead_stay(lead) for lead in leads]
		history.insert(stays)
		self._move_existing_leads(pairs)
		new = {party: name for party, name in names.items() if party not in self.names}
		return new, Counter(
			{
				"Opportunity": len(rows),
				"Opportunity Item": len(items),
				"Stage Log": len(stays),
				"Customer": len(new) - len(leads),
				"Lead": len(leads),
			}
		)

	def _write_parties(self, rows: list[Row]) -> tuple[list[dict], dict[Party, str]]:
		"""Write the parties that do not exist yet; return the leads among them and the names of all."""
		new = [party for party in dict.fromkeys(row.party for row in rows) if party not in self.names]
		names, leads = {}, []
		for doctype in PARTY_TITLE:
			parties = [party for party in new if party.doctype == doctype]
			made = [records.party_record(party, self.lead_stage, self.site.company) for party in parties]
			if made:
				self.tables[doctype].insert(made)
			names.update({party: record["name"] for party, record in zip(parties, made, strict=True)})
			leads += made if doctype == "Lead" else []
		return leads, names

	def _carried(self, rows: list[Row], names: dict[Party, str]) -> dict[Party, dict]:
		"""Return what opportunities take over from their parties, and set the parties' titles."""
		parties = dict.fromkeys(row.party for row in rows)
		carried = {}
		for doctype, titles in PARTY_TITLE.items():
			mine = [party for party in parties if party.doctype == doctype]
			wanted = ("name", *titles, *(f for f in self.carried[doctype] if f not in titles))
			facts = _facts(doctype, [names[party] for party in mine], wanted)
			for party in mine:
				found = facts[names[party]]
				party.label = next((found[title] for title in titles if found[title]), party.label)
				carried[party] = {field: found[field] for field in self.carried[doctype]}
		return carried

	def _move_existing_leads(self, pairs: list[tuple[Row, dict]]) -> None:
		"""A lead that was there before has an opportunity now: it goes through the one door like any other."""
		first = {}
		for row, record in pairs:
			if row.party.doctype == "Lead" and row.party.name:
				first.setdefault(row.party.name, record["name"])
		for lead, opportunity in first.items():
			move = Move(cause=Cause.IMPORT, cause_doctype="Opportunity", cause_name=opportunity)
			triggers.fire("Opportunity Created", PROSPECT, lead, move)


def stage_of_converted_leads() -> Stage:
	"""Return the stage of leads that have become opportunities."""
	won = (stage for stage in stages.enabled(PROSPECT).values() if stage.outcome is Outcome.WON)
	return (
		triggers.stage_for_event(PROSPECT, "Opportunity Created")
		or next(won, None)
		or stages.default_stage(PROSPECT)
	)


def _concerns_a_row(error: pymysql.err.MySQLError) -> bool:
	"""Tell a value that the database refuses from a database that is not well."""
	if isinstance(error, pymysql.err.DataError | pymysql.err.IntegrityError):
		return True
	return bool(error.args) and error.args[0] in REFUSED_BY_RULE


def _facts(doctype: str, names: list[str], fields: Iterable[str]) -> dict[str, dict]:
	"""Return fields of records by name, in one query a thousand."""
	table = frappe.qb.DocType(doctype)
	names = list(dict.fromkeys(names))
	found = {}
	for start in range(0, len(names), BATCH):
		batch = names[start : start + BATCH]
		query = (
			frappe.qb.from_(table).select(*(table[field] for field in fields)).where(table.name.isin(batch))
		)
		found.update({row.name: row for row in query.run(as_dict=True)})
	return found
