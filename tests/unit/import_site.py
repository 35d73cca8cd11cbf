"""A site in memory that answers the planner's questions, and short ways to plan a file."""

import dataclasses
from datetime import datetime

from crm_etapas.history_import import mapping as mappings
from crm_etapas.history_import.planner import Plan, Planner
from crm_etapas.history_import.site import KnownItem
from crm_etapas.identity.names import fold
from crm_etapas.pipeline.stages import Stage
from crm_etapas.pipeline.vocabulary import Outcome
from crm_etapas.tabular import reader
from crm_etapas.tabular.fields import Field
from crm_etapas.tabular.guesses import Known
from crm_etapas.tabular.report import Report

NOW = datetime(2024, 6, 1, 12)


def stage(name: str, position: int, outcome: Outcome = Outcome.OPEN, disabled: bool = False) -> Stage:
	"""Return a stage that asks for nothing."""
	nothing = {f.name: None for f in dataclasses.fields(Stage)}
	given = {"name": name, "position": position, "outcome": outcome, "disabled": disabled}
	return Stage(**{**nothing, "requirements": (), "probability": 10.0, **given})


class MemorySite:
	now = NOW
	timezone = "America/Mexico_City"
	company, currency = "Empresa", "MXN"
	check_rules = False
	stays_a_lead = 1

	def __init__(self):
		stages = [
			stage("Solicitada", 1),
			stage("Negociación", 2),
			stage("Ganado", 3, Outcome.WON),
			stage("Perdido", 4, Outcome.LOST),
			stage("Vieja", 5, disabled=True),
		]
		self.stages = {s.name: s for s in stages}
		self.imported: set[str] = set()
		self.known_parties: dict[str, dict[str, str]] = {}
		self.known_users: dict[str, str] = {}
		self.known_items: dict[str, KnownItem] = {}
		self.industries = {"Technology": ("Tecnología",), "Software": ()}
		self.allowed = {"Opportunity", "Customer", "Lead", "Item", "User", "Industry Type"}
		self.required: dict[str, dict[str, str]] = {}

	def pipeline_of_stage(self, name):
		return "Iniciativa" if name == "Nuevo" else None

	def fields(self, doctype):
		fields = [Field("industry", "Industry", "Link", "Industry Type"), Field("website", "Website", "Data")]
		if doctype == "Opportunity":
			fields += [Field("expected_closing", "Expected Closing", "Date"), Field("zone", "Zone", "Data")]
		if doctype == "Lead":
			fields.append(Field("no_of_employees", "Employees", "Select", "1-10\n11-50\n1000+"))
		return {field.fieldname: field for field in fields}

	def mandatory(self, doctype):
		return self.required.get(doctype, {})

	def defaults(self, doctype):
		return {"item_group": "Productos"} if doctype == "Item" else {}

	def already_imported(self, keys):
		return self.imported & set(keys)

	def users(self, names):
		return self.known_users

	def user_names(self):
		return set(self.known_users.values())

	def items(self):
		return self.known_items

	def parties(self, keys):
		return {
			fold(name): self.known_parties[fold(name)] for name in keys if fold(name) in self.known_parties
		}

	def existing(self, doctype, names):
		return set()

	def known(self, doctype, values):
		return Known(self.industries)

	def is_creatable(self, doctype):
		return doctype == "Industry Type"

	def may_create(self, doctype):
		return doctype in self.allowed

	def exchange_rate(self, currency):
		return {"MXN": 1.0, "USD": 20.0}.get(currency)


MAPPING = {
	"source": "other",
	"columns": {
		"id": "id",
		"stage": "stage",
		"party": "account",
		"owner": "agent",
		"amount": "value",
		"item": "product",
	},
	"stages": {"New": "Solicitada", "Talking": "Negociación", "Won": "Ganado", "Lost": "Perdido"},
	"history": [
		{"stage": "Talking", "entered_on": "talked"},
		{"stage": ["Won", "Lost"], "entered_on": "closed"},
	],
	"owners": {"email_domain": "example.com"},
}
HEADER = "id,agent,product,account,stage,talked,closed,value"


def csv_of(*lines: str, header: str = HEADER) -> bytes:
	return "\n".join((header, *lines)).encode()


def plan(
	content: bytes, mapping: dict | None = None, site: MemorySite | None = None, **extras: bytes
) -> tuple[Plan, Report]:
	"""Plan a file as the import would; `extras` are the contents of the second files."""
	parsed = mappings.parse(mapping or MAPPING)
	table = reader.read("deals.csv", content)
	mappings.check_columns(parsed, table)
	report = Report("other", dry_run=True, rows=len(table.lines))
	tables = {name: reader.read(f"{name}.csv", data) for name, data in extras.items()}
	return Planner(parsed, table, site or MemorySite(), report, tables).plan(), report


def refusals(report: Report) -> list[tuple[int, str, str]]:
	return [(f.row, f.column, f.reason) for f in report.findings if f.kind == "refused"]


def guesses(report: Report) -> list[tuple[str, str, str]]:
	return [(f.column, f.value, f.taken_as) for f in report.findings if f.kind == "guessed"]
