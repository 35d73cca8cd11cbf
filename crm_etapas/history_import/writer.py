"""Writes a plan: masters as documents, everything that comes in numbers set by set.

A chunk of rows is one transaction, so a row is there with its party, items and stays or not at all.
"""

from collections import Counter
from collections.abc import Callable, Iterable

import frappe
from frappe import _

from crm_etapas.history_import import masters, records
from crm_etapas.history_import.planner import Party, Plan, Row
from crm_etapas.history_import.site import Site, carried_fields
from crm_etapas.pipeline import history, stages, triggers
from crm_etapas.pipeline.history import Move
from crm_etapas.pipeline.stages import Stage
from crm_etapas.pipeline.vocabulary import Cause, Outcome
from crm_etapas.pipeline.working_time import holidays_of
from crm_etapas.pipelines import PROSPECT
from crm_etapas.tabular import chunks
from crm_etapas.tabular.records import NewRecords
from crm_etapas.tabular.report import Report
from crm_etapas.tabular.site import BATCH

CHUNK = 500
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
		names, created = dict(self.names), Counter(self.report.created)

		def undo() -> None:
			self.names, self.report.created = names, created

		for row, error in chunks.write(rows, self._write_rows, undo):
			self.report.refuse(row.number, None, row.key, _("The database refuses it: {0}").format(error))

	def _write_rows(self, rows: list[Row]) -> None:
		"""Write the rows with everything that belongs to them; remember the new parties and the counts."""
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
		stays += [stay for lead in leads for stay in records.lead_stays(lead)]
		history.insert(stays)
		self._move_existing_leads(pairs)
		new = {party: name for party, name in names.items() if party not in self.names}
		self.names.update(new)
		self.report.created.update(
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
