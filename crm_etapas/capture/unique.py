"""What two prospects must not share, asked for a whole chunk of rows at once, and within the file."""

from collections.abc import Iterable
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.model.document import Document

from crm_etapas.capture.row import Row
from crm_etapas.exceptions import DuplicateIdentification
from crm_etapas.tabular.site import batches

Problem = tuple[str, str, str]


@dataclass(frozen=True)
class Rule:
	"""A field that must differ, and the one that people see of it.

	`beside` is another field that must be the same for it to matter.
	"""

	fieldname: str
	visible: str
	beside: str | None = None

	def key(self, record) -> tuple[str, str] | None:
		value = record.get(self.fieldname)
		return (value.casefold(), (self.beside and record.get(self.beside)) or "") if value else None

	def shown(self, record) -> tuple[str, str]:
		return self.visible, record.get(self.visible)


EMAIL = Rule("email_id", visible="email_id")
IDENTIFICATION = Rule("identification_key", visible="identification_number", beside="identification_type")


class Uniqueness:
	"""Finds the rows that repeat what the site, or an earlier row, has."""

	def __init__(self):
		self.rules = list(_rules())
		self._seen: dict[Rule, dict[tuple[str, str], int]] = {rule: {} for rule in self.rules}

	def on_site(self, rows: list[Row]) -> dict[Row, Problem]:
		"""Return, for each row that repeats what a prospect of the site has, the field, its value and the reason."""
		found: dict[Row, Problem] = {}
		for rule in self.rules:
			there = _existing(rule, [row.lead for row in rows])
			for row in rows:
				if (key := rule.key(row.lead)) in there:
					found.setdefault(row, (*rule.shown(row.lead), _taken(there[key])))
		return found

	def in_file(self, row: Row) -> Problem | None:
		"""Return the same for a row that repeats what an accepted row before it has."""
		for rule in self.rules:
			if number := self._seen[rule].get(rule.key(row.lead)):
				return (*rule.shown(row.lead), _("row {0} has it already").format(number))
		return None

	def remember(self, row: Row) -> None:
		"""Keep what an accepted row has, for the rows after it."""
		for rule in self.rules:
			if (key := rule.key(row.lead)) is not None:
				self._seen[rule].setdefault(key, row.number)


def refuse_what_others_saved_meanwhile(leads: list[Document]) -> None:
	"""Refuse a chunk with an identification that somebody else has saved since it was planned.

	The chunk is written by now, so two at once see each other; see `crm_etapas.identity.unique`.

	:raises DuplicateIdentification: the chunk is rolled back and planned again.
	"""
	if IDENTIFICATION not in _rules():
		return
	keys = {key: lead.name for lead in leads if (key := IDENTIFICATION.key(lead))}
	names = set(keys.values())
	for key, name in _look_up(IDENTIFICATION, [key[0] for key in keys], lock=True):
		if key in keys and name not in names:
			raise DuplicateIdentification(_("{0} has this identification").format(name))


def _rules() -> Iterable[Rule]:
	if not frappe.db.get_single_value("CRM Settings", "allow_lead_duplication_based_on_emails"):
		yield EMAIL
	if frappe.get_cached_doc("CRM Etapas Settings").get("unique_identification_of_leads"):
		yield IDENTIFICATION


def _existing(rule: Rule, leads: list[Document]) -> dict[tuple[str, str], str]:
	keys = {key for lead in leads if (key := rule.key(lead))}
	return {key: name for key, name in _look_up(rule, sorted({key[0] for key in keys})) if key in keys}


def _look_up(rule: Rule, values: list[str], lock: bool = False) -> Iterable[tuple[tuple[str, str], str]]:
	table = frappe.qb.DocType("Lead")
	columns = [table[rule.fieldname], table.name, *([table[rule.beside]] if rule.beside else [])]
	for batch in batches(values):
		query = frappe.qb.from_(table).select(*columns).where(table[rule.fieldname].isin(batch))
		for row in (query.for_update() if lock else query).run(as_dict=True):
			if key := rule.key(row):
				yield key, row.name


def _taken(name: str) -> str:
	"""Say who has it, to whoever may see them."""
	if frappe.has_permission("Lead", "read", doc=name):
		return _("it is already that of {0}").format(name)
	return _("it is already that of another {0}, which you may not see. Ask your manager").format(_("Lead"))
