"""The contacts made, as every record keeps them: written past the document, so that no open form is in conflict.

A new contact is added to what is there, under the lock of the record; whatever is changed or taken away afterwards
makes its records count anew.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, fields

import frappe
from frappe.model.document import Document
from frappe.utils import cstr, get_datetime

from crm_etapas import open_forms
from crm_etapas.follow_up import RESPONSIBLE, interactions, tally
from crm_etapas.follow_up.tally import Contact, Tally

Record = tuple[str, str]
"""DocType and name."""
FIELDS = tuple(field.name for field in fields(Tally))
A_CHUNK = 2000
COLUMNS = (
	"communication_medium",
	"sent_or_received",
	"communication_date",
	"creation",
	"interaction_result",
)


def add(communication: Document, records: Iterable[Record]) -> None:
	"""Count a contact that has just been noted: two statements a DocType."""
	contact = _contact(communication)
	for doctype, names in _by_doctype(records):
		after = {name: before.plus(contact) for name, before in _locked(doctype, names).items()}
		if unclear := [name for name, summed in after.items() if summed is None]:
			after |= _summed(doctype, unclear)
		_write(doctype, after)


def recount(records: Iterable[Record]) -> None:
	"""Count the contacts of some records anew."""
	for doctype, names in _by_doctype(records):
		locked = _locked(doctype, names)
		_write(doctype, _changed(locked, _summed(doctype, locked)))


def recount_everything() -> None:
	"""Count the contacts of all records, in sets."""
	for doctype in RESPONSIBLE:
		table, last = frappe.qb.DocType(doctype), ""
		while True:
			query = frappe.qb.from_(table).select(table.name, *(table[field] for field in FIELDS))
			rows = query.where(table.name > last).orderby(table.name).limit(A_CHUNK).run(as_dict=True)
			before = {cstr(row.pop("name")): Tally(**row) for row in rows}
			_write(doctype, _changed(before, _summed(doctype, before)), tell=False)
			if len(rows) < A_CHUNK:
				break
			last = max(before)


def put_back(doc: Document) -> None:
	"""Whoever saves a record does not say how often it was contacted."""
	before = doc.get_doc_before_save() or tally.NOTHING
	for fieldname in FIELDS:
		doc.set(fieldname, getattr(before, fieldname, None))


def contacts_of(doctype: str, names: Collection[str]) -> dict[str, dict[str, Contact]]:
	"""Return the contacts of records, by record and Communication: two queries, however many."""
	found: dict[str, dict[str, Contact]] = {}
	if not names:
		return found
	communication, link = frappe.qb.DocType("Communication"), frappe.qb.DocType("Communication Link")
	columns = (communication.name, *(communication[column] for column in COLUMNS))
	direct = (
		frappe.qb.from_(communication)
		.select(communication.reference_name.as_("record"), *columns)
		.where(communication.reference_doctype == doctype)
		.where(communication.reference_name.isin(list(names)))
	)
	linked = (
		frappe.qb.from_(link)
		.join(communication)
		.on(communication.name == link.parent)
		.select(link.link_name.as_("record"), *columns)
		.where(link.link_doctype == doctype)
		.where(link.link_name.isin(list(names)))
		.where(communication.reference_doctype.isnull() | (communication.reference_doctype != "Event"))
	)
	for query in (direct, linked):
		for row in query.where(communication.communication_type == "Communication").run(as_dict=True):
			found.setdefault(cstr(row.record), {})[row.name] = _contact(row)
	return found


def _contact(communication) -> Contact:
	return Contact(
		on=get_datetime(communication.communication_date or communication.creation),
		ours=communication.sent_or_received == interactions.SENT,
		answered=interactions.is_answered(communication),
	)


def _by_doctype(records: Iterable[Record]) -> Iterator[tuple[str, list[str]]]:
	"""Yield the records that keep count, always in the same order: whoever locks them waits for the others."""
	known = sorted(records)
	for doctype in sorted(RESPONSIBLE):
		if names := [name for of, name in known if of == doctype]:
			yield doctype, names


def _locked(doctype: str, names: list[str]) -> dict[str, Tally]:
	table = frappe.qb.DocType(doctype)
	rows = (
		frappe.qb.from_(table)
		.select(table.name, *(table[field] for field in FIELDS))
		.where(table.name.isin(names))
		.orderby(table.name)
		.for_update()
		.run(as_dict=True)
	)
	return {cstr(row.pop("name")): Tally(**row) for row in rows}


def _summed(doctype: str, names: Collection[str]) -> dict[str, Tally]:
	contacts = contacts_of(doctype, names)
	return {name: tally.of(contacts.get(name, {}).values()) for name in names}


def _changed(before: dict[str, Tally], after: dict[str, Tally]) -> dict[str, Tally]:
	return {name: summed for name, summed in after.items() if summed != before[name]}


def _write(doctype: str, tallies: dict[str, Tally], tell: bool = True) -> None:
	if not tallies:
		return
	values = {name: asdict(summed) for name, summed in tallies.items()}
	frappe.db.bulk_update(doctype, values, update_modified=False)
	for name in values if tell else ():
		frappe.clear_document_cache(doctype, name)
		open_forms.tell(doctype, name, values[name])
