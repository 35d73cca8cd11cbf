"""Reads columns of a table into the fields of a DocType, as strictly as a form takes them."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from frappe import _
from frappe.utils import validate_email_address

from crm_etapas.exceptions import TableError
from crm_etapas.tabular.guesses import Because, Known, Match, nearest_of, resolve
from crm_etapas.tabular.reader import Line, Table, as_text
from crm_etapas.tabular.values import DateColumn, NumberColumn, Unreadable

NUMBERS = ("Int", "Float", "Currency", "Percent", "Rating", "Duration")
TEXTS = (
	"Data",
	"Small Text",
	"Text",
	"Long Text",
	"Text Editor",
	"Autocomplete",
	"Phone",
	"Barcode",
	"Color",
)
DATES = ("Date", "Datetime")
READABLE = (*NUMBERS, *TEXTS, *DATES, "Select", "Link", "Check")
YES, NO = {"1", "yes", "y", "true", "si", "sí", "x", "verdadero"}, {"0", "no", "n", "false", "falso"}
RANGE = re.compile(r"(\d+)\s*(?:-\s*(\d+)|\+)$")
DATA_LENGTH = 140


@dataclass(frozen=True)
class Column:
	"""A column of the file; its numbers are multiplied by `times`."""

	name: str
	times: float = 1


@dataclass(frozen=True)
class Field:
	"""What the reader must know of a field of a DocType."""

	fieldname: str
	label: str
	fieldtype: str
	options: str | None = None
	length: int = 0
	# other words for the options of a Select: translations
	words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass
class Reading:
	"""One line read: values by field, what is wrong with it and what was guessed."""

	values: dict = field(default_factory=dict)
	problems: list[tuple[str, str, str]] = field(default_factory=list)
	guesses: list[tuple[str, str, str, str]] = field(default_factory=list)
	new: list[tuple[str, str, str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class _Taken:
	value: object
	guess: str | None = None
	is_new: bool = False


class FieldReader:
	"""Reads the columns that a mapping puts into fields of one DocType."""

	def __init__(self, columns: Mapping[str, Column], fields: Mapping[str, Field], table: Table, site, style):
		"""
		:param fields: the fields of the DocType; columns for others are left out.
		:param style: the mapping, for the way dates and numbers are written.
		"""
		self._columns = {target: column for target, column in columns.items() if target in fields}
		self._fields = fields
		self._readers = {
			target: _reader(fields[target], column, table, site, style)
			for target, column in self._columns.items()
		}

	def read(self, line: Line) -> Reading:
		reading = Reading()
		for target, column in self._columns.items():
			cell = line.cells.get(column.name)
			text = as_text(cell)
			if not text:
				continue
			try:
				taken = self._readers[target](cell)
			except Unreadable as error:
				reading.problems.append((column.name, text, str(error)))
				continue
			reading.values[target] = taken.value
			if taken.guess:
				reading.guesses.append((column.name, text, str(taken.value), taken.guess))
			if taken.is_new:
				reading.new.append((self._fields[target].options, taken.value, column.name, text))
		return reading


def check_targets(columns: Mapping[str, object], where: str, *doctypes_fields: Mapping[str, Field]) -> None:
	"""Refuse a mapping that fills a field which none of the DocTypes has.

	:raises TableError: with the field that was probably meant.
	"""
	known = {name for fields in doctypes_fields for name in fields}
	for target in columns:
		if target in known:
			continue
		message = _("{0} fills {1}, which is no field that can be filled.").format(where, target)
		if near := nearest_of(target, known):
			message += " " + _("Did you mean {0}?").format(near)
		raise TableError(message)


def read_constants(
	constants: Mapping[str, object], where: str, fields: Mapping[str, Field], site, style
) -> dict:
	"""Return the values that a mapping gives to every record, read like a line of a file.

	:raises TableError: if one does not fit its field.
	"""
	check_targets(constants, where, fields)
	line = Line(1, {name: value for name, value in constants.items()})
	table = Table(where, tuple(constants), [line])
	reader = FieldReader({name: Column(name) for name in constants}, fields, table, site, style)
	reading = reader.read(line)
	problems = [
		*reading.problems,
		*((c, t, _("There is no such {0}").format(_(d))) for d, _v, c, t in reading.new),
	]
	if problems:
		raise TableError("; ".join(f"{where}.{name} = {value}: {why}" for name, value, why in problems))
	return reading.values


def reason_of(match: Match) -> str | None:
	"""Return, for the report, why a value was taken as another one; nothing if they are the same."""
	if match.because is Because.TRANSLATION:
		return _("it means the same in another language")
	if match.because is Because.SPACING:
		return _("it differs in spaces or signs only")
	return _("it looks like a spelling mistake") if match.because is Because.SPELLING else None


def _reader(field: Field, column: Column, table: Table, site, style) -> Callable[[object], _Taken]:
	cells = [line.cells.get(column.name) for line in table.lines]
	if field.fieldtype in NUMBERS:
		return _numbers(field, NumberColumn(cells, style.number_format), column.times)
	if field.fieldtype in DATES:
		dates = DateColumn(cells, style.date_format, site.timezone)
		return _dates(field, dates)
	if field.fieldtype == "Select":
		return _options(field)
	if field.fieldtype == "Link":
		return _links(field, table.texts(column.name), site)
	return _check if field.fieldtype == "Check" else _texts(field)


def _numbers(field: Field, numbers: NumberColumn, times: float) -> Callable[[object], _Taken]:
	def read(cell) -> _Taken:
		found = numbers.read(cell)
		number = found.value * times
		if field.fieldtype == "Percent" and not 0 <= number <= 100:
			raise Unreadable(_("This lies not between 0 and 100"))
		return _Taken(round(number) if field.fieldtype == "Int" else number, found.guess)

	return read


def _dates(field: Field, dates: DateColumn) -> Callable[[object], _Taken]:
	def read(cell) -> _Taken:
		found = dates.read(cell)
		return _Taken(found.value.date() if field.fieldtype == "Date" else found.value, found.guess)

	return read


def _options(field: Field) -> Callable[[object], _Taken]:
	options = [option for option in (field.options or "").split("\n") if option]
	known = Known({option: [_(option), *field.words.get(option, ())] for option in options})

	def read(cell) -> _Taken:
		text = as_text(cell)
		match = known.match(text)
		if match.because is Because.TRANSLATION and field.words:
			return _Taken(match.name)  # written as the form shows it
		if match.because is not Because.NEW:
			return _Taken(match.name, reason_of(match))
		if text.isdigit() and (found := _range_of(int(text), options)):
			return _Taken(found)
		raise Unreadable(_("{0} must be one of: {1}").format(field.label, ", ".join(options)))

	return read


def _range_of(number: int, options: list[str]) -> str | None:
	"""Return the option like 11-50 or 1000+ that a number lies in."""
	for option in options:
		match = RANGE.fullmatch(option.strip())
		if match and int(match[1]) <= number <= int(match[2] or number):
			return option
	return None


def _links(field: Field, values: Counter, site) -> Callable[[object], _Taken]:
	matches = resolve(values, site.known(field.options, values))

	def read(cell) -> _Taken:
		match = matches[as_text(cell)]
		if match.because is not Because.NEW:
			return _Taken(match.name, reason_of(match))
		if not site.is_creatable(field.options):
			raise Unreadable(_("There is no such {0}").format(_(field.options)))
		_check_length(match.name, DATA_LENGTH)
		return _Taken(match.name, is_new=True)

	return read


def _texts(field: Field) -> Callable[[object], _Taken]:
	limit = field.length or (DATA_LENGTH if field.fieldtype == "Data" else 0)

	def read(cell) -> _Taken:
		text = as_text(cell)
		_check_length(text, limit)
		if field.options == "Email" and not validate_email_address(text):
			raise Unreadable(_("This is no email address"))
		return _Taken(text)

	return read


def _check(cell) -> _Taken:
	text = as_text(cell).casefold()
	if text in YES | NO:
		return _Taken(int(text in YES))
	raise Unreadable(_("This must be 1 or 0"))


def _check_length(text: str, limit: int) -> None:
	if limit and len(text) > limit:
		raise Unreadable(_("This is {0} characters long, {1} are allowed").format(len(text), limit))
