"""Decides what an import writes, row by row, without writing anything.

Every row ends in one of three places: planned, already there, or refused with a reason.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field
from datetime import datetime

from frappe import _

from crm_etapas.exceptions import HistoryImportError
from crm_etapas.history_import.mapping import ROLES, Extra, Mapping
from crm_etapas.history_import.owners import NewUser, Owners
from crm_etapas.history_import.stays import HistoryReader, Stay
from crm_etapas.identity.names import fold
from crm_etapas.pipeline.stages import Stage
from crm_etapas.pipeline.vocabulary import Outcome
from crm_etapas.tabular.fields import (
	FieldReader,
	Reading,
	check_targets,
	read_constants,
	reason_of,
)
from crm_etapas.tabular.guesses import Because, Known, Match, resolve
from crm_etapas.tabular.keys import KEY_LENGTH, Keys, shorten
from crm_etapas.tabular.reader import Line, Table, as_text
from crm_etapas.tabular.report import Report
from crm_etapas.tabular.values import NumberColumn, Unreadable

# ERPNext copies equal fieldnames from the party to the opportunity, so each DocType has its own
IMPORT_ID = {
	"Opportunity": "opportunity_import_id",
	"Lead": "lead_import_id",
	"Customer": "customer_import_id",
}
# the planner or the writer always fills these
GIVEN = {"opportunity_from", "party_name", "status", "company", "transaction_date", "naming_series"}


@dataclass(eq=False)
class Party:
	"""The customer or lead behind some rows. `name` is empty until it exists."""

	doctype: str
	label: str
	key: str
	since: datetime
	name: str | None = None
	is_organisation: bool = True
	owner: str | None = None
	values: dict = field(default_factory=dict)


@dataclass
class NewItem:
	code: str
	values: dict


@dataclass
class Row:
	"""An opportunity to be written."""

	number: int
	key: str
	stage: Stage
	stays: list[Stay]
	account: str
	owner: str | None
	amount: float
	item: str | None
	currency: str
	rate: float
	values: dict
	party: Party | None = None


@dataclass
class Plan:
	rows: list[Row] = field(default_factory=list)
	parties: list[Party] = field(default_factory=list)
	users: list[NewUser] = field(default_factory=list)
	items: list[NewItem] = field(default_factory=list)
	records: dict[str, list[str]] = field(default_factory=dict)
	stays_a_lead: int = 1  # one in each of its pipelines

	def counts(self) -> Counter:
		"""Count the documents that would be created, by DocType, the opportunities first."""
		new_leads = sum(party.doctype == "Lead" for party in self.parties)
		return Counter(
			{
				"Opportunity": len(self.rows),
				"Opportunity Item": sum(bool(row.item) for row in self.rows),
				"Stage Log": sum(len(row.stays) for row in self.rows) + new_leads * self.stays_a_lead,
				"Customer": len(self.parties) - new_leads,
				"Lead": new_leads,
				"User": len(self.users),
				"Item": len(self.items),
				**{doctype: len(names) for doctype, names in self.records.items()},
			}
		)


class Planner:
	"""Plans one import. `site` answers questions about the site (see `site.Site`)."""

	def __init__(self, mapping: Mapping, table: Table, site, report: Report, extras: AnyMapping[str, Table]):
		self.mapping, self.table, self.site, self.report = mapping, table, site, report
		self.extras = extras
		self.fields = site.fields("Opportunity")
		check_targets(mapping.fields, "columns", self.fields, dict.fromkeys(ROLES))
		self.stages = _stages(mapping, site)
		self.history = HistoryReader(mapping, table, self.stages, site)
		self.constants = read_constants(mapping.defaults, "defaults", self.fields, site, mapping)
		self.reader = FieldReader(mapping.fields, self.fields, table, site, mapping)
		self.amounts = NumberColumn(self._cells("amount"), mapping.number_format)
		self.accounts = Accounts(self)
		self.items = Items(self)
		self.owners = Owners(mapping, self._texts("owner"), site)
		self.records: dict[str, dict[str, None]] = defaultdict(dict)
		self._check_mandatory_columns()

	def plan(self) -> Plan:
		"""Return what is to be written; the report has the rest."""
		rows = []
		for line, key in self._new_lines():
			if row := self._row(line, key):
				rows.append(row)
		parties = self.accounts.give_parties(rows)
		plan = Plan(
			rows,
			parties,
			self.owners.to_create({row.owner for row in rows}),
			self.items.to_create({row.item for row in rows}),
			{doctype: list(names) for doctype, names in self.records.items()},
			self.site.stays_a_lead,
		)
		self._check_may_create(plan)
		return plan

	def _new_lines(self) -> list[tuple[Line, str]]:
		"""Return the lines that can be read and are not on the site yet, with their keys."""
		keyed, seen = [], {}
		keys = Keys(self.mapping.source, self.mapping.column("id"))
		for line in self.table.lines:
			try:
				if line.problem:
					raise Unreadable(line.problem)
				key = keys.of(line)
				if key in seen:
					raise Unreadable(_("Row {0} has the same identifier").format(seen[key]))
			except Unreadable as error:
				column = self.mapping.column("id") if not line.problem else None
				self.report.refuse(line.number, column, line.text(column) if column else "", str(error))
				continue
			seen[key] = line.number
			keyed.append((line, key))
		there = self.site.already_imported([key for _line, key in keyed])
		for line, key in keyed:
			if key in there:
				self.report.already_there += 1
				self.accounts.note_outcome(line)
		return [(line, key) for line, key in keyed if key not in there]

	def _row(self, line: Line, key: str) -> Row | None:
		reading = self.reader.read(line)
		stage, stays = self._history(line, reading)
		account = self.accounts.read(line, reading)
		item = self.items.read(line, reading)
		owner = self.owners.read(line, reading)
		amount = self._amount(line, reading)
		values = {**self.site.defaults("Opportunity"), **self.constants, **reading.values}
		currency = values.get("currency") or self.site.currency
		rate = self._rate(currency, reading)
		if not reading.problems:
			self._check_values(values, stage, amount, item, reading)
		if reading.problems:
			for column, value, reason in reading.problems:
				self.report.refuse(line.number, column, value, reason)
			return None
		self._keep(line, reading)
		self.accounts.note_outcome(line)
		values = {**self.constants, **reading.values}
		return Row(line.number, key, stage, stays, account, owner, amount, item, currency, rate, values)

	def _keep(self, line: Line, reading: Reading) -> None:
		"""Put what was guessed in an accepted row into the report, and what it needs into the plan."""
		for column, value, taken_as, reason in reading.guesses:
			self.report.guess(line.number, column, value, taken_as, reason)
		self.add_records(reading, line.number)

	def add_records(self, reading: Reading, row: int, file: str = "") -> None:
		for doctype, name, column, value in reading.new:
			self.records[doctype][name] = None
			self.report.note(column, value, _("new {0}").format(_(doctype)), file, row)

	def _history(self, line: Line, reading: Reading) -> tuple[Stage | None, list[Stay]]:
		column = self.mapping.column("stage")
		stage = self.stage_of(line)
		if not stage:
			text = line.text(column)
			reason = _("The mapping names no stage for this") if text else _("The row has no stage")
			reading.problems.append((column, text, reason))
			return None, []
		return stage, self.history.read(line, stage, reading)

	def stage_of(self, line: Line) -> Stage | None:
		return self.stages.get(fold(line.text(self.mapping.column("stage"))))

	def _amount(self, line: Line, reading: Reading) -> float:
		column = self.mapping.columns.get("amount")
		cell = column and line.cells.get(column.name)
		if not as_text(cell):
			return 0.0
		try:
			found = self.amounts.read(cell)
		except Unreadable as error:
			reading.problems.append((column.name, as_text(cell), str(error)))
			return 0.0
		if found.guess:
			reading.guesses.append((column.name, as_text(cell), str(found.value), found.guess))
		return found.value * column.times

	def _rate(self, currency: str, reading: Reading) -> float:
		rate = self.site.exchange_rate(currency)
		if not rate:
			reason = _("There is no exchange rate from {0} to {1}. Enter one under Currency Exchange").format(
				currency, self.site.currency
			)
			reading.problems.append((self.mapping.column("currency") or "currency", currency, reason))
		return rate or 1.0

	def _check_values(
		self, values: dict, stage: Stage, amount: float, item: str | None, reading: Reading
	) -> None:
		"""Demand what the form demands, and what the stage asks for where the settings say so."""
		filled = {**values, "opportunity_amount": amount, "items": item}
		for fieldname, label in self.site.mandatory("Opportunity").items():
			if fieldname not in GIVEN and filled.get(fieldname) in (None, ""):
				column = self.mapping.column(fieldname) or fieldname
				reading.problems.append((column, "", _("{0} is mandatory").format(label)))
		if not self.site.check_rules:
			return
		for requirement in (row for row in stage.requirements if not row.optional):
			if requirement.kind == "Comment" or (
				requirement.fieldname in {*self.fields, "items"} and not filled.get(requirement.fieldname)
			):
				what = requirement.fieldname or _("Comment")
				reading.problems.append((what, "", _("{0} asks for it").format(_(stage.name))))

	def _check_mandatory_columns(self) -> None:
		"""Refuse at once a file in which every row would lack the same field."""
		filled = {*self.mapping.fields, *self.constants, *GIVEN}
		filled |= {
			field for field, value in self.site.defaults("Opportunity").items() if value not in (None, "")
		}
		filled |= {"opportunity_amount"} if "amount" in self.mapping.columns else set()
		lacking = {f: label for f, label in self.site.mandatory("Opportunity").items() if f not in filled}
		for fieldname, label in lacking.items():
			raise HistoryImportError(
				_(
					"Every opportunity needs {0}. Name a column for {1}, or give it a value in defaults"
				).format(label, fieldname)
			)

	def _check_may_create(self, plan: Plan) -> None:
		for doctype, count in plan.counts().items():
			if not count or doctype in ("Stage Log", "Opportunity Item") or self.site.may_create(doctype):
				continue
			names = [user.full_name for user in plan.users] if doctype == "User" else []
			message = _("{0} × {1} would have to be created and you may not do that.").format(
				count, _(doctype)
			)
			message += " " + _("Ask a System Manager to create them first or to run this import")
			raise HistoryImportError(message + (": " + ", ".join(names) if names else ""))

	def _cells(self, role: str) -> list:
		column = self.mapping.column(role)
		return [line.cells.get(column) for line in self.table.lines] if column else []

	def _texts(self, role: str) -> Counter:
		column = self.mapping.column(role)
		return self.table.texts(column) if column else Counter()


class Accounts:
	"""The customers and leads behind the rows."""

	def __init__(self, planner: Planner):
		self.planner, mapping = planner, planner.mapping
		self.site, self.report = planner.site, planner.report
		self.column = mapping.column("party")
		self.extra, self.table = mapping.accounts, planner.extras.get("accounts")
		self.lines = _by_key(self.extra, self.table, self.report)
		known = Known({name: () for name, _line in self.lines.values()})
		values = planner.table.texts(self.column) if self.column else Counter()
		self.matches = resolve(values, known, fuzzy=False)
		self.won: set[str] = set()
		self.fields = {doctype: self.site.fields(doctype) for doctype in ("Customer", "Lead")}
		self.readers = self._readers() if self.table else {}
		self.constants = self._constants(mapping)

	def read(self, line: Line, reading: Reading) -> str:
		"""Return the account's name, or nothing if the row has none."""
		text = line.text(self.column) if self.column else ""
		if not text:
			if self.column:
				taken_as = _("a prospect of its own")
				reading.guesses.append((self.column, "", taken_as, _("the row has no account")))
			return ""
		match = self.matches[text]
		if set(match.name) & set("<>") or len(match.name) > KEY_LENGTH:
			reading.problems.append(
				(
					self.column,
					text,
					_("A name must not be longer than {0} or contain < or >").format(KEY_LENGTH),
				)
			)
		if reason := reason_of(match):
			reading.guesses.append((self.column, text, match.name, reason))
		return match.name

	def note_outcome(self, line: Line) -> None:
		"""Remember the accounts that bought something: they are customers."""
		stage = self.planner.stage_of(line)
		text = line.text(self.column) if self.column else ""
		if text and stage and stage.outcome is Outcome.WON:
			self.won.add(fold(self.matches[text].name))

	def give_parties(self, rows: list[Row]) -> list[Party]:
		"""Give every row its party; return those that do not exist yet."""
		parties: dict[str, Party] = {}
		keys = {row.account: self._key(row.account) for row in rows if row.account}
		existing = self.site.parties(keys)
		for row in rows:
			key = fold(row.account) if row.account else row.key
			if key not in parties:
				parties[key] = self._party(row, existing.get(key, {}))
			row.party = parties[key]
			row.party.since = min(row.party.since, row.stays[0].entered_on)
		new = [party for party in parties.values() if not party.name]
		self._refuse_group_names(new)
		for party in new:
			self._describe(party)
		return new

	def _party(self, row: Row, existing: dict[str, str]) -> Party:
		"""Return the party of a row; `existing` has the names of those on the site by DocType."""
		since, owner = row.stays[0].entered_on, row.owner
		if row.account:
			doctype = self._doctype(row.account)
			if existing and doctype not in existing:
				doctype = next(iter(existing))
			name = existing.get(doctype)
			return Party(doctype, row.account, self._key(row.account), since, name, owner=owner)
		identifier = row.key.removeprefix(f"{self.planner.mapping.source}:")
		label = _("Unnamed prospect {0}").format(identifier)[:KEY_LENGTH]
		return Party("Lead", label, row.key, since, owner=owner, is_organisation=False)

	def _doctype(self, account: str) -> str:
		if self.planner.mapping.party_as != "Auto":
			return self.planner.mapping.party_as
		return "Customer" if fold(account) in self.won else "Lead"

	def _key(self, account: str) -> str:
		return shorten(f"{self.planner.mapping.source}:account:{fold(account)}")

	def _describe(self, party: Party) -> None:
		"""Fill a new party from the accounts file and the defaults of the mapping."""
		party.values = {**self.site.defaults(party.doctype), **self.constants[party.doctype]}
		if self.table and party.is_organisation:
			self._describe_from_file(party)
		given = dict.fromkeys(
			("customer_name", "lead_name", "status", "naming_series", "company"), party.label
		)
		_check_mandatory(self.site, party.doctype, party.label, {**party.values, **given}, "party.defaults")

	def _describe_from_file(self, party: Party) -> None:
		file = self.table.name
		if fold(party.label) not in self.lines:
			self.report.note(self.extra.key, party.label, _("the file says nothing about this account"), file)
			return
		line = self.lines[fold(party.label)][1]
		reading = self.readers[party.doctype].read(line)
		party.values.update(reading.values)
		for column, value, taken_as, reason in reading.guesses:
			self.report.guess(line.number, column, value, taken_as, reason, file)
		for column, value, reason in reading.problems:
			self.report.guess(line.number, column, value, _("(left empty)"), reason, file)
			target = next(t for t, c in self.extra.columns.items() if c.name == column)
			party.values[target] = None  # not the site's default: the file says otherwise
		self.planner.add_records(reading, line.number, file)

	def _refuse_group_names(self, parties: list[Party]) -> None:
		"""ERPNext lets no customer have the name of a customer group."""
		names = [party.label for party in parties if party.doctype == "Customer"]
		if taken := self.site.existing("Customer Group", names):
			raise HistoryImportError(
				_("A customer cannot have the name of a customer group: {0}. Rename the group").format(
					", ".join(sorted(taken))
				)
			)

	def _constants(self, mapping: Mapping) -> dict[str, dict]:
		check_targets(mapping.party_defaults, "party.defaults", *self.fields.values())
		return {
			doctype: read_constants(
				{name: value for name, value in mapping.party_defaults.items() if name in fields},
				"party.defaults",
				fields,
				self.site,
				mapping,
			)
			for doctype, fields in self.fields.items()
		}

	def _readers(self) -> dict[str, FieldReader]:
		columns = self.extra.columns
		check_targets(columns, "accounts.columns", *self.fields.values())
		for doctype, fields in self.fields.items():
			for target in columns:
				if target not in fields:
					reason = _("{0} has no such field; only the other kind of party keeps it").format(
						_(doctype)
					)
					self.report.note(columns[target].name, target, reason, self.table.name)
		return {
			doctype: FieldReader(columns, fields, self.table, self.site, self.planner.mapping)
			for doctype, fields in self.fields.items()
		}


class Items:
	"""What the rows sell."""

	def __init__(self, planner: Planner):
		mapping, self.site, self.report = planner.mapping, planner.site, planner.report
		self.column = mapping.column("item")
		self.extra, self.table = mapping.items, planner.extras.get("items")
		values = planner.table.texts(self.column) if self.column else Counter()
		self.existing = self.site.items() if values else {}
		known = Known({code: (item.item_name,) for code, item in self.existing.items()})
		self.lines = _by_key(self.extra, self.table, self.report)
		new = {name: () for name, _line in self.lines.values() if _is_new(known.match(name, fuzzy=False))}
		self.known = Known({**{code: (item.item_name,) for code, item in self.existing.items()}, **new})
		self.matches = resolve(values, self.known)
		fields = self.site.fields("Item")
		self.constants = read_constants(mapping.item_defaults, "items.defaults", fields, self.site, mapping)
		self.reader = None
		if self.table:
			check_targets(self.extra.columns, "items.columns", fields)
			self.reader = FieldReader(self.extra.columns, fields, self.table, self.site, mapping)

	def read(self, line: Line, reading: Reading) -> str | None:
		text = line.text(self.column) if self.column else ""
		if not text:
			return None
		match = self.matches[text]
		item = self.existing.get(match.name)
		if item and not item.usable:
			reading.problems.append((self.column, text, _("The item is disabled or a template")))
		if not item and (len(match.name) > KEY_LENGTH or set(match.name) & set("<>")):
			reading.problems.append(
				(
					self.column,
					text,
					_("A name must not be longer than {0} or contain < or >").format(KEY_LENGTH),
				)
			)
		if reason := reason_of(match):
			reading.guesses.append((self.column, text, match.name, reason))
		return match.name

	def to_create(self, used: set) -> list[NewItem]:
		new = sorted(code for code in used if code and code not in self.existing)
		common = {**self.site.defaults("Item"), **self._group(), **self.constants} if new else {}
		items = [NewItem(code, {**common, **self._from_file(code)}) for code in new]
		for item in items:
			_check_mandatory(
				self.site, "Item", item.code, {**item.values, "item_code": item.code}, "items.defaults"
			)
		return items

	def _group(self) -> dict:
		"""Return the group that new items go into where neither mapping nor site name one."""
		if self.constants.get("item_group") or self.site.defaults("Item").get("item_group"):
			return {}
		group = self.site.item_group()
		if group and (not self.extra or "item_group" not in self.extra.columns):
			self.report.note("item_group", group, _("the group of new items; name another in items.defaults"))
		return {"item_group": group}

	def _from_file(self, code: str) -> dict:
		if not self.reader or fold(code) not in self.lines:
			return {}
		line = self.lines[fold(code)][1]
		reading = self.reader.read(line)
		for column, value, taken_as, reason in reading.guesses:
			self.report.guess(line.number, column, value, taken_as, reason, self.table.name)
		wrong = [
			*reading.problems,
			*((c, v, _("There is no such {0}").format(_(d))) for d, _n, c, v in reading.new),
		]
		for column, value, reason in wrong:
			self.report.guess(line.number, column, value, _("(left empty)"), reason, self.table.name)
		unknown = {name for _doctype, name, _column, _value in reading.new}
		return {target: value for target, value in reading.values.items() if value not in unknown}


def _stages(mapping: Mapping, site) -> dict[str, Stage]:
	"""Return the stage for each of the file's own names, folded; names of stages stand for themselves.

	:raises HistoryImportError: if a stage is unknown, disabled or of another pipeline.
	"""
	enabled = [name for name, stage in site.stages.items() if not stage.disabled]
	for name, target in mapping.stages.items():
		if target not in site.stages:
			other = site.pipeline_of_stage(target)
			reason = (
				_("is a stage of {0}, not of opportunities").format(other) if other else _("does not exist")
			)
		elif site.stages[target].disabled:
			reason = _("is disabled")
		else:
			continue
		raise HistoryImportError(
			_("The mapping turns {0} into the stage {1}, which {2}. Choose one of: {3}").format(
				name, target, reason, ", ".join(enabled)
			)
		)
	own = {fold(name): site.stages[name] for name in enabled}
	return own | {fold(name): site.stages[target] for name, target in mapping.stages.items()}


def _by_key(extra: Extra | None, table: Table | None, report: Report) -> dict[str, tuple[str, Line]]:
	"""Return name and line of everything that a second file describes, by its folded name."""
	found: dict[str, tuple[str, Line]] = {}
	for line in table.lines if table else ():
		name = line.text(extra.key)
		if line.problem or not name:
			reason = line.problem or _("The row has no name")
			report.note(extra.key, name, reason, table.name, line.number)
		elif fold(name) in found:
			first = found[fold(name)][1].number
			report.note(
				extra.key,
				name,
				_("Row {0} says it already; this one is not read").format(first),
				table.name,
				line.number,
			)
		else:
			found[fold(name)] = (name, line)
	return found


def _check_mandatory(site, doctype: str, name: str, values: dict, where: str) -> None:
	"""Refuse an import whose new records would lack what their form insists on.

	:raises HistoryImportError:
	"""
	for fieldname, label in site.mandatory(doctype).items():
		if values.get(fieldname) in (None, ""):
			raise HistoryImportError(
				_("Every new {0} needs {1}, and {2} has none. Give {3} a value in {4}").format(
					_(doctype), label, name, fieldname, where
				)
			)


def _is_new(match: Match) -> bool:
	return match.because is Because.NEW
