"""What is known of prospects, read for many at once: as many queries for a thousand as for one."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import frappe
from frappe.model.document import Document
from frappe.query_builder.functions import Count, Date
from frappe.utils import cstr, getdate

from crm_etapas.profile import ATTRIBUTES
from crm_etapas.qualification import ANSWERS, DOCTYPE, FORM, VISITOR, levels
from crm_etapas.qualification.looks import Contact, Prospect, View

CONTACTS = frozenset({"Mail Received", "Mail Sent", "Mail Opened", "Interaction"})


@dataclass(frozen=True)
class Needs:
	"""What some criteria look at, so that nothing else is read.

	`lead` is empty if whole records are needed.
	"""

	lead: tuple[str, ...] = ()
	customer: tuple[str, ...] = ()
	prospect: tuple[str, ...] = ()
	attributes: bool = False
	answers: bool = False
	behaviours: frozenset[str] = frozenset()

	@property
	def contacts(self) -> bool:
		return bool(self.behaviours & CONTACTS)


def needs(criteria: list | None = None) -> Needs:
	"""Return what the criteria of today look at, or others."""
	kept = levels.kept()
	criteria = kept.criteria if criteria is None else criteria
	watched = kept.watched if criteria is kept.criteria else levels.watch(kept.levels, criteria)
	columns = {
		source: tuple(
			sorted(
				row.fieldname
				for row in criteria
				if row.looks_at == "Field" and row.source == source and _has_column(source, row.fieldname)
			)
		)
		for source in ("Customer", "Prospect")
	}
	lead = () if watched.whole else tuple(sorted(f for f in watched.fields if _has_column(DOCTYPE, f)))
	return Needs(
		lead=() if watched.whole else lead or ("name",),
		customer=tuple(dict.fromkeys(columns["Customer"])),
		prospect=tuple(dict.fromkeys(columns["Prospect"])),
		attributes=watched.attributes,
		answers=watched.answers,
		behaviours=watched.behaviours,
	)


def of_document(doc: Document, wanted: Needs) -> Prospect:
	"""Return what is known of a prospect that is being saved: what it holds as it will be, the rest as it is."""
	found = Prospect(
		None if doc.is_new() else doc.name,
		values=doc.as_dict(no_default_fields=False, no_child_table_fields=True)
		if not wanted.lead
		else {field: doc.get(field) for field in wanted.lead},
		answers={row.question: row.answer for row in doc.get(ANSWERS) or [] if row.answer},
		forms=_forms(doc.get(FORM), doc.get("creation")),
	)
	attributes = defaultdict(list)
	for row in doc.get(ATTRIBUTES) or []:
		attributes[row.attribute].append(row.value)
	found.attributes = attributes
	row = frappe._dict(name=found.name, customer=doc.get("customer"), **{VISITOR: doc.get(VISITOR)})
	_add_what_is_elsewhere([found], [row], wanted)
	return found


def read(names: list[str], wanted: Needs, columns: Iterable[str] = ()) -> list[tuple[frappe._dict, Prospect]]:
	"""Return the rows of some prospects, with what is known of each.

	:param columns: of the lead, to have in the row beside those that are looked at.
	"""
	if not names:
		return []
	table = frappe.qb.DocType(DOCTYPE)
	fields = {"name", "creation", "customer", VISITOR, FORM, *columns, *wanted.lead}
	query = frappe.qb.from_(table).where(table.name.isin(names)).orderby(table.name)
	query = query.select(*(table[field] for field in sorted(fields))) if wanted.lead else query.select("*")
	rows = query.run(as_dict=True)
	found = [Prospect(row.name, values=row, forms=_forms(row.get(FORM), row.creation)) for row in rows]
	_add_rows(found, wanted)
	_add_what_is_elsewhere(found, rows, wanted)
	return list(zip(rows, found, strict=True))


def _add_rows(prospects: list[Prospect], wanted: Needs) -> None:
	"""Add attributes and answers."""
	if not prospects:
		return
	by_name = {prospect.name: prospect for prospect in prospects}
	if wanted.attributes:
		for prospect in prospects:
			prospect.attributes = defaultdict(list)
		for parent, attribute, value in _children(
			"Customer Attribute Value", ATTRIBUTES, by_name, "attribute", "value"
		):
			by_name[parent].attributes[attribute].append(value)
	if wanted.answers:
		for prospect in prospects:
			prospect.answers = {}
		for parent, question, answer in _children(
			"Qualification Answer", ANSWERS, by_name, "question", "answer"
		):
			if answer:
				by_name[parent].answers[question] = answer


def _children(doctype: str, parentfield: str, names: Iterable[str], *fields: str) -> list[tuple]:
	table = frappe.qb.DocType(doctype)
	return (
		frappe.qb.from_(table)
		.select(table.parent, *(table[field] for field in fields))
		.where(table.parenttype == DOCTYPE)
		.where(table.parentfield == parentfield)
		.where(table.parent.isin(list(names)))
		.run()
	)


def _add_what_is_elsewhere(prospects: list[Prospect], rows: list, wanted: Needs) -> None:
	"""Add what other tables say: customers, companies, contacts, page views."""
	by_name = {prospect.name: prospect for prospect in prospects if prospect.name}
	if wanted.customer:
		_add_customers(prospects, rows, wanted.customer)
	if wanted.prospect and by_name:
		_add_prospects(by_name, wanted.prospect)
	if wanted.contacts and by_name:
		_add_contacts(by_name)
	if "Web Page View" in wanted.behaviours:
		_add_views(prospects, rows)


def _add_customers(prospects: list[Prospect], rows: list, fields: tuple[str, ...]) -> None:
	"""The customer made of the lead, or else the one that it was linked to by hand."""
	table = frappe.qb.DocType("Customer")
	select = frappe.qb.from_(table).select(table.name, table.lead_name, *(table[field] for field in fields))
	names = [prospect.name for prospect in prospects if prospect.name]
	if names:
		made = {row.lead_name: row for row in select.where(table.lead_name.isin(names)).run(as_dict=True)}
		for prospect in prospects:
			prospect.customer = made.get(prospect.name) or {}
	linked = {row.customer for row in rows if row.customer}
	if linked:
		known = {row.name: row for row in select.where(table.name.isin(sorted(linked))).run(as_dict=True)}
		for prospect, row in zip(prospects, rows, strict=True):
			prospect.customer = prospect.customer or known.get(row.customer) or {}


def _add_prospects(by_name: dict[str, Prospect], fields: tuple[str, ...]) -> None:
	table, link = frappe.qb.DocType("Prospect"), frappe.qb.DocType("Prospect Lead")
	rows = (
		frappe.qb.from_(table)
		.join(link)
		.on(link.parent == table.name)
		.select(link.lead, *(table[field] for field in fields))
		.where(link.lead.isin(list(by_name)))
		.run(as_dict=True)
	)
	for row in rows:
		by_name[row.lead].prospect = row


def _add_contacts(by_name: dict[str, Prospect]) -> None:
	"""Add mails, calls, meetings: alike ones of a day together. A planned event is none yet."""
	names = list(by_name)
	communication = frappe.qb.DocType("Communication")
	link = frappe.qb.DocType("Communication Link")
	direct = (
		frappe.qb.from_(communication)
		.where(communication.reference_doctype == DOCTYPE)
		.where(communication.reference_name.isin(names))
	)
	linked = (
		frappe.qb.from_(communication)
		.join(link)
		.on(link.parent == communication.name)
		.where(link.link_doctype == DOCTYPE)
		.where(link.link_name.isin(names))
		.where(communication.reference_doctype.isnull() | (communication.reference_doctype != "Event"))
		.where(
			(communication.reference_doctype != DOCTYPE)
			| (communication.reference_name != link.link_name)
			| communication.reference_name.isnull()
		)
	)
	contacts = defaultdict(list)
	for query, name in ((direct, communication.reference_name), (linked, link.link_name)):
		alike = (
			name,
			Date(communication.communication_date),
			communication.communication_medium,
			communication.sent_or_received,
			communication.read_by_recipient,
			communication.interaction_result,
		)
		rows = (
			query.select(*alike, Count("*"))
			.where(communication.communication_type == "Communication")
			.groupby(*alike)
			.run()
		)
		for lead, day, medium, direction, opened, result, count in rows:
			if day:
				received = direction == "Received"
				contacts[lead].append(Contact(day, medium, received, bool(opened), count, result))
	for name, prospect in by_name.items():
		prospect.contacts = contacts.get(name, ())


def _add_views(prospects: list[Prospect], rows: list) -> None:
	visitors = {row.get(VISITOR) for row in rows} - {None, ""}
	if not visitors:
		return
	view = frappe.qb.DocType("Web Page View")
	alike = (view.visitor_id, Date(view.creation), view.path)
	found = (
		frappe.qb.from_(view)
		.select(*alike, Count("*"))
		.where(view.visitor_id.isin(sorted(visitors)))
		.groupby(*alike)
		.run()
	)
	views = defaultdict(list)
	for visitor, day, path, count in found:
		views[visitor].append(View(day, path or "", count))
	for prospect, row in zip(prospects, rows, strict=True):
		prospect.views = views.get(row.get(VISITOR), ())


def _forms(form: str | None, creation) -> tuple[date, ...]:
	return (getdate(creation),) if cstr(form) else ()


def _has_column(doctype: str, fieldname: str) -> bool:
	return bool(fieldname) and fieldname in frappe.get_meta(doctype).get_valid_columns()
