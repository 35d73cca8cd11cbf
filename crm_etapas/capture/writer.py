"""Writes planned prospects set by set, each with its contact, its address and the first stay of its history."""

import re
from collections import Counter
from collections.abc import Iterator

import frappe
from erpnext.setup.doctype.transaction_deletion_record.transaction_deletion_record import (
	check_for_running_deletion_job,
)
from frappe.desk.notifications import clear_doctype_notifications
from frappe.model.document import Document
from frappe.model.naming import make_autoname
from pypika import Criterion

from crm_etapas.capture import leads, unique, ways
from crm_etapas.capture.row import Row
from crm_etapas.identity.names import fold
from crm_etapas.pipeline import history, transition
from crm_etapas.pipeline.registry import pipelines_of
from crm_etapas.tabular.records import NewRecords


class Writer:
	"""Writes the rows of a chunk, all or none; whoever calls commits."""

	def __init__(self):
		self._tables: dict[str, NewRecords] = {}
		self._contact_names = _ContactNames()
		self._after_writing = ways.after_writing("Lead")

	def write(self, rows: list[Row]) -> Counter:
		"""Write rows with everything that belongs to them.

		:return: how many records were created, by DocType.
		:raises frappe.ValidationError: if something has changed since they were planned.
		"""
		prospects = [row.lead for row in rows]
		for lead in {lead.company: lead for lead in prospects}.values():
			check_for_running_deletion_job(lead)
		contacts = self._name_contacts([lead.contact_doc for lead in prospects if lead.contact_doc])
		records = [{**lead.flags.record, **_from_contact(lead)} for lead in prospects]
		self._insert("Lead", prospects, records)
		addresses = self._name_addresses([row.new_address for row in rows if row.new_address])
		for row in rows:
			for document in filter(None, (row.lead.contact_doc, row.new_address)):
				document.links[0].link_name = row.lead.name
		self._insert("Contact", contacts, [_record(contact) for contact in contacts])
		self._insert("Address", addresses, [_record(address) for address in addresses])
		self._insert_children([*prospects, *contacts, *addresses])
		for done in self._after_writing:
			done(prospects)
		stays = [
			history.stay(lead, pipeline, transition.announced(lead, pipeline), None, new_cycle=False)
			for pipeline in pipelines_of("Lead")
			for lead in prospects
		]
		history.insert(stays)
		unique.refuse_what_others_saved_meanwhile(prospects)
		self._tell(prospects)
		return Counter(
			{"Lead": len(rows), "Contact": len(contacts), "Address": len(addresses), "Stage Log": len(stays)}
		)

	def _name_contacts(self, contacts: list[Document]) -> list[Document]:
		for contact, name in zip(contacts, self._contact_names.of(contacts), strict=True):
			contact.name = name
		return contacts

	def _name_addresses(self, addresses: list[Document]) -> list[Document]:
		names = [
			f"{address.address_title.strip()}-{frappe._(address.address_type).strip()}"
			for address in addresses
		]
		taken = {fold(name) for name in frappe.get_all("Address", {"name": ("in", names)}, pluck="name")}
		for address, name in zip(addresses, names, strict=True):
			if fold(name) in taken:
				# as Address.autoname does; two companies of one name and one type of address are rare
				series = f"{address.address_title.strip()}-{address.address_type.strip()}-.#"
				name = make_autoname(series, ignore_validate=True)
			taken.add(fold(name))
			address.name = name
		return addresses

	def _insert_children(self, parents: list[Document]) -> None:
		rows: dict[str, list[dict]] = {}
		for parent in parents:
			for row in parent.get_all_children():
				record = row.flags.record or row.get_valid_dict()
				rows.setdefault(row.doctype, []).append({**record, "parent": parent.name})
		for doctype, records in rows.items():
			self._table(doctype).insert(records)

	def _insert(self, doctype: str, docs: list[Document], records: list[dict]) -> None:
		self._table(doctype).insert(records)
		for doc, record in zip(docs, records, strict=True):
			doc.name = record["name"]

	def _table(self, doctype: str) -> NewRecords:
		if doctype not in self._tables:
			self._tables[doctype] = NewRecords(doctype)
		return self._tables[doctype]

	def _tell(self, prospects: list[Document]) -> None:
		"""Tell whoever looks at the list, once for all of them."""
		clear_doctype_notifications("Lead")
		data = {"doctype": "Lead", "name": prospects[-1].name, "user": frappe.session.user}
		frappe.publish_realtime("list_update", data, after_commit=True)


def _record(doc: Document) -> dict:
	return {**doc.flags.record, "name": doc.name}


def _from_contact(lead: Document) -> dict[str, str]:
	return leads.phones_from_contact(lead.contact_doc) if lead.contact_doc else {}


class _ContactNames:
	"""Gives contacts the names that Contact does: the person's, with the next number behind it if there is one already.

	What was looked up is remembered. A name that somebody else takes meanwhile is refused by the database, and the
	row becomes a document.
	"""

	def __init__(self):
		self._last: dict[str, int | None] = {}

	def of(self, contacts: list[Document]) -> Iterator[str]:
		wanted = [contact.full_name for contact in contacts]
		self._look_up({name for name in wanted if fold(name) not in self._last})
		for name in wanted:
			last = self._last[fold(name)]
			self._last[fold(name)] = 0 if last is None else last + 1
			yield name if last is None else f"{name}-{last + 1}"

	def _look_up(self, names: set[str]) -> None:
		there = frappe.get_all("Contact", {"name": ("in", sorted(names))}, pluck="name") if names else []
		taken = set(map(fold, there))
		self._last |= {fold(name): 0 if fold(name) in taken else None for name in names}
		for name in _numbered({name for name in names if fold(name) in taken}):
			bare, number = name.rsplit("-", 1)
			self._last[fold(bare)] = max(self._last.get(fold(bare)) or 0, int(number))


def _numbered(names: set[str]) -> list[str]:
	"""Return the contacts that are called one of these names with a number behind it."""
	if not names:
		return []
	table = frappe.qb.DocType("Contact")
	likes = [table.name.like(_escaped(name) + "-%") for name in sorted(names)]
	found = frappe.qb.from_(table).select(table.name).where(Criterion.any(likes)).run(pluck=True)
	return [name for name in found if re.search(r"-\d+$", name)]


def _escaped(name: str) -> str:
	return re.sub(r"([\\%_])", r"\\\1", name)
