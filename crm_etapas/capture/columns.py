"""What the columns of a file of prospects are, by their headers or by a mapping."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from frappe import _

from crm_etapas.exceptions import ProspectImportError
from crm_etapas.identity.names import squeeze
from crm_etapas.tabular.fields import Column
from crm_etapas.tabular.guesses import nearest_of

LEAD, ADDRESS, ATTRIBUTE, IDENTIFICATION, ROLE = "lead", "address", "attribute", "identification", "role"
# what a column can be besides a field: the row's own identifier, and when the prospect came in
ID, ENTERED_ON = "id", "entered_on"
# a prospect and its address both have these; a column fills both
SHARED = ("city", "state", "country", "zone", "sector")


@dataclass(frozen=True)
class Target:
	"""What a column fills: a field, an attribute, a number of one identification type, or a role."""

	kind: str
	name: str

	def __str__(self) -> str:
		return self.name if self.kind == LEAD else f"{self.kind}.{self.name}"


@dataclass
class Columns:
	"""The columns of one file by what they fill. `left_out` has the others, each with the reason."""

	lead: dict[str, Column] = field(default_factory=dict)
	address: dict[str, Column] = field(default_factory=dict)
	attributes: dict[str, Column] = field(default_factory=dict)
	identification_type: str | None = None
	id: str | None = None
	entered_on: str | None = None
	left_out: list[tuple[str, str]] = field(default_factory=list)

	@property
	def has_address(self) -> bool:
		"""Tell whether rows can have an address of their own: a column fills what only an address has."""
		return bool(set(self.address) - set(SHARED))

	def name_of(self, fieldname: str) -> str:
		"""Return the header of the column that fills a field of the prospect; its name if there is none."""
		return self.lead[fieldname].name if fieldname in self.lead else fieldname


def parse_mapping(mapping: str | dict | None) -> dict[str, str | None]:
	"""Read what somebody says of some columns: header → target, or nothing to leave the column out.

	:raises ProspectImportError: if it is no JSON object of texts.
	"""
	if isinstance(mapping, str):
		try:
			mapping = json.loads(mapping.strip() or "{}")
		except ValueError as error:
			raise ProspectImportError(_("The mapping is not valid JSON: {0}").format(error))
	mapping = {} if mapping is None else mapping
	texts = isinstance(mapping, dict) and all(isinstance(text, str | None) for text in mapping.values())
	if not texts:
		raise ProspectImportError(_("The mapping must look like {0}").format('{"Correo": "email_id"}'))
	return {header.strip(): (target or "").strip() or None for header, target in mapping.items()}


def recognise(
	headers: Iterable[str],
	words: Mapping[str, Target],
	mapping: Mapping[str, str | None],
	locked: Mapping[Target, str],
) -> Columns:
	"""Find out what each column is.

	:param words: what may stand in a header, squeezed, and what it means.
	:param mapping: what somebody says of some columns, see `parse_mapping`.
	:param locked: the fields that the user may not fill, with the reason.
	:raises ProspectImportError: if the mapping names a column or target that does not exist, or if no column
		can be recognised.
	"""
	headers = list(headers)
	columns = Columns()
	given = _given(headers, words, mapping)
	taken: dict[Target, str] = {}
	for header in headers:
		target = given[header] if header in given else words.get(squeeze(header))
		if header in given and not target:
			columns.left_out.append((header, _("the mapping leaves it out")))
		elif not target:
			columns.left_out.append((header, _unknown(header, words)))
		elif target in locked:
			columns.left_out.append((header, locked[target]))
		elif target in taken:
			columns.left_out.append((header, _("{0} is this already").format(taken[target])))
		else:
			taken[target] = header
			_put(columns, target, header)
	if not columns.lead:
		raise ProspectImportError(
			_("No column was recognised. Name them as in the template; these are there: {0}").format(
				", ".join(headers)
			)
		)
	if columns.has_address:
		for name in SHARED:
			if name in columns.lead:
				columns.address.setdefault(name, columns.lead[name])
	return columns


def _put(columns: Columns, target: Target, header: str) -> None:
	column = Column(header)
	if target.kind == LEAD:
		columns.lead[target.name] = column
	elif target.kind == ADDRESS:
		columns.address[target.name] = column
	elif target.kind == ATTRIBUTE:
		columns.attributes[target.name] = column
	elif target.kind == IDENTIFICATION:
		columns.lead["identification_number"] = column
		columns.identification_type = target.name
	else:
		setattr(columns, target.name, header)


def _given(
	headers: list[str], words: Mapping[str, Target], mapping: Mapping[str, str | None]
) -> dict[str, Target | None]:
	targets = {str(target): target for target in words.values()}
	found = {}
	for header, name in mapping.items():
		if header not in headers:
			raise ProspectImportError(
				_("The file has no column called {0}, which the mapping names. Its columns are: {1}").format(
					header, ", ".join(headers)
				)
			)
		if name and name not in targets:
			message = _("{0} fills {1}, which is no field that can be filled.").format(header, name)
			if near := nearest_of(name, targets):
				message += " " + _("Did you mean {0}?").format(near)
			raise ProspectImportError(message)
		found[header] = targets[name] if name else None
	return found


def _unknown(header: str, words: Mapping[str, Target]) -> str:
	reason = _("no field has this name; the column is left out")
	near = nearest_of(header, words)
	return f"{reason}. " + _("Did you mean {0}?").format(words[near]) if near else reason
