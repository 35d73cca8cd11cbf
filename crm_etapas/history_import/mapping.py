"""What the columns of another CRM's file mean: the mapping, read from JSON and checked.

docs/history_import.md describes it for users.
"""

import json
from collections.abc import Iterable
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field

from frappe import _

from crm_etapas.exceptions import HistoryImportError
from crm_etapas.tabular.fields import Column
from crm_etapas.tabular.guesses import nearest_of
from crm_etapas.tabular.reader import Table

# What a column of the main file can be besides a field of Opportunity.
ROLES = ("id", "stage", "party", "owner", "amount", "item")
PARTIES = ("Auto", "Customer", "Lead")


@dataclass(frozen=True)
class Entry:
	"""A date column: when a row entered one of these stages (by their names in the file)."""

	stages: tuple[str, ...]
	column: str


@dataclass(frozen=True)
class Extra:
	"""A second file that says more about the accounts or the items named in the first one."""

	key: str
	columns: AnyMapping[str, Column]
	file: str | None = None
	sheet: str | None = None


@dataclass(frozen=True)
class Mapping:
	source: str
	columns: AnyMapping[str, Column]
	stages: AnyMapping[str, str]
	history: tuple[Entry, ...] = ()
	defaults: AnyMapping[str, object] = field(default_factory=dict)
	party_as: str = "Auto"
	party_defaults: AnyMapping[str, object] = field(default_factory=dict)
	item_defaults: AnyMapping[str, object] = field(default_factory=dict)
	accounts: Extra | None = None
	items: Extra | None = None
	user_of: AnyMapping[str, str] = field(default_factory=dict)
	email_domain: str | None = None
	date_format: str | None = None
	number_format: str | None = None
	company: str | None = None
	sheet: str | None = None
	encoding: str | None = None

	def column(self, role: str) -> str | None:
		return self.columns[role].name if role in self.columns else None

	@property
	def fields(self) -> dict[str, Column]:
		"""The columns that go straight into a field of Opportunity."""
		return {target: column for target, column in self.columns.items() if target not in ROLES}


def parse(mapping: str | dict) -> Mapping:
	"""Read a mapping.

	:param mapping: JSON text, or what it stands for.
	:raises HistoryImportError: if it is no JSON, lacks something or has a key that means nothing.
	"""
	if isinstance(mapping, str | bytes):
		try:
			mapping = json.loads(mapping)
		except ValueError as error:
			raise HistoryImportError(_("The mapping is not valid JSON: {0}").format(error))
	top = _Section(_("the mapping"), mapping)
	party = top.section("party")
	items = top.section("items")
	owners = top.section("owners")
	result = Mapping(
		source=top.text("source", required=True),
		columns=top.columns("columns", required=("stage",)),
		stages=top.texts("stages", required=True),
		history=tuple(_entry(section) for section in top.sections("history")),
		defaults=top.plain("defaults"),
		party_as=party.choice("as", PARTIES),
		party_defaults=party.plain("defaults"),
		item_defaults=items.plain("defaults"),
		accounts=_extra(top.section("accounts")),
		items=_extra(items),
		user_of=owners.texts("names"),
		email_domain=owners.text("email_domain"),
		date_format=top.text("date_format"),
		number_format=top.text("number_format"),
		company=top.text("company"),
		sheet=top.text("sheet"),
		encoding=top.text("encoding"),
	)
	for section in (top, party, owners, items):
		section.refuse_unknown()
	return result


def check_columns(mapping: Mapping, table: Table) -> None:
	"""Refuse a mapping that names a column which the main file does not have."""
	used = {f"columns.{target}": column.name for target, column in mapping.columns.items()}
	used |= {f"history.{number}": entry.column for number, entry in enumerate(mapping.history, 1)}
	_check(used, table)


def check_extra(section: str, extra: Extra, table: Table) -> None:
	"""Refuse a mapping that names a column which a second file does not have."""
	used = {f"{section}.columns.{target}": column.name for target, column in extra.columns.items()}
	_check({f"{section}.key": extra.key, **used}, table)


def _check(used: dict[str, str], table: Table) -> None:
	for where, column in used.items():
		if column in table.columns:
			continue
		message = _("{0} has no column called {1}, which the mapping names in {2}.").format(
			table.name, column, where
		)
		if near := nearest_of(column, table.columns):
			message += " " + _("Did you mean {0}?").format(near)
		raise HistoryImportError(message + " " + _("Its columns are: {0}").format(", ".join(table.columns)))


def _entry(section: "_Section") -> Entry:
	stages = section.value.get("stage")
	names = stages if isinstance(stages, list) else [stages]
	section.known.add("stage")
	if not names or not all(isinstance(name, str) and name for name in names):
		raise HistoryImportError(_("{0} needs {1}").format(section.where, "stage"))
	column = section.text("entered_on", required=True)
	section.refuse_unknown()
	return Entry(tuple(names), column)


def _extra(section: "_Section") -> Extra | None:
	wanted = set(section.value) - {"defaults"}
	extra = Extra(
		key=section.text("key", required=bool(wanted)) or "",
		columns=section.columns("columns"),
		file=section.text("file"),
		sheet=section.text("sheet"),
	)
	section.known.add("defaults")
	section.refuse_unknown()
	return extra if wanted else None


class _Section:
	"""A part of the JSON that says where it is when something is wrong with it."""

	def __init__(self, where: str, value):
		if not isinstance(value, dict):
			raise HistoryImportError(_("{0} must be an object: {1}").format(where, "{…}"))
		self.where, self.value, self.known = where, value, set()

	def get(self, key: str, kind: type, expected: str, required: bool = False):
		self.known.add(key)
		value = self.value.get(key)
		if value is None or value == kind():
			if required:
				raise HistoryImportError(_("{0} needs {1}").format(self.where, key))
			return kind()
		if not isinstance(value, kind):
			raise HistoryImportError(_("{0} of {1} must look like {2}").format(key, self.where, expected))
		return value

	def text(self, key: str, required: bool = False) -> str | None:
		return self.get(key, str, '"…"', required).strip() or None

	def choice(self, key: str, allowed: Iterable[str]) -> str:
		value = self.text(key) or next(iter(allowed))
		if value not in allowed:
			raise HistoryImportError(
				_("{0} of {1} must be one of: {2}").format(key, self.where, ", ".join(allowed))
			)
		return value

	def plain(self, key: str) -> dict:
		return self.get(key, dict, '{"…": …}')

	def texts(self, key: str, required: bool = False) -> dict[str, str]:
		pairs = self.get(key, dict, '{"…": "…"}', required)
		if not all(isinstance(value, str) for value in pairs.values()):
			raise HistoryImportError(_("{0} of {1} must look like {2}").format(key, self.where, '{"…": "…"}'))
		return {name.strip(): value.strip() for name, value in pairs.items()}

	def section(self, key: str) -> "_Section":
		return _Section(key, self.plain(key))

	def sections(self, key: str) -> list["_Section"]:
		rows = self.get(key, list, "[{…}]")
		return [_Section(f"{key}.{number}", row) for number, row in enumerate(rows, 1)]

	def columns(self, key: str, required: Iterable[str] = ()) -> dict[str, Column]:
		section = self.section(key)
		for target in required:
			if not section.value.get(target):
				raise HistoryImportError(_("{0} needs {1}").format(section.where, target))
		return {target: section.column(target) for target in section.value}

	def column(self, target: str) -> Column:
		if not isinstance(self.value[target], dict):
			return Column(self.text(target, required=True))
		section = _Section(f"{self.where}.{target}", self.value[target])
		section.known = {"column", "times"}
		section.refuse_unknown()
		times = section.value.get("times", 1)
		if isinstance(times, bool) or not isinstance(times, int | float):
			raise HistoryImportError(
				_("{0} of {1} must look like {2}").format("times", section.where, "1000")
			)
		return Column(section.text("column", required=True), times)

	def refuse_unknown(self) -> None:
		for key in self.value:
			if key in self.known:
				continue
			message = _("{0} has the key {1}, which means nothing.").format(self.where, key)
			if near := nearest_of(key, self.known):
				message += " " + _("Did you mean {0}?").format(near)
			raise HistoryImportError(message)
