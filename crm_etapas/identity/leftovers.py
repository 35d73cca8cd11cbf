"""What Frappe's rename leaves behind when a record is merged into another one."""

from dataclasses import dataclass

import frappe
from frappe.model.document import Document
from frappe.model.rename_doc import rename_doc
from frappe.query_builder.functions import Coalesce
from frappe.utils import cstr, strip_html

from crm_etapas.identity.differences import comparable
from crm_etapas.identity.names import fold, squeeze

LAST_COMMENTS = 100  # of a record, in Frappe's list
# what contacts have several of, with the columns that tell them apart
CONTACT_TABLES = {
	"Contact Email": ("email_id",),
	"Contact Phone": ("phone",),
	"Dynamic Link": ("link_doctype", "link_name"),
}
# what names a record in plain data fields, which rename does not look at
NAMED_IN = {
	"Notification Log": ("document_type", "document_name"),
	"Email Queue": ("reference_doctype", "reference_name"),
	"Milestone": ("reference_type", "reference_name"),
}


@dataclass(frozen=True)
class Rows:
	"""Rows that say the same if some columns agree, whichever of the two records they name: one is enough.

	:param named_in: the column with the record's name.
	:param doctype_in: the column with its DocType; without it all rows are of records of the DocType `of`.
	"""

	doctype: str
	named_in: str
	agreeing: tuple[str, ...]
	doctype_in: str | None = None
	of: str | None = None


SAID_ONCE = (
	Rows("Dynamic Link", "link_name", ("parenttype", "parent"), doctype_in="link_doctype"),
	Rows("Communication Link", "link_name", ("parent",), doctype_in="link_doctype"),
	Rows("Event Participants", "reference_docname", ("parent",), doctype_in="reference_doctype"),
	Rows("Tag Link", "document_name", ("tag",), doctype_in="document_type"),
	Rows("Document Follow", "ref_docname", ("user",), doctype_in="ref_doctype"),
	Rows("DocShare", "share_name", ("user", "everyone"), doctype_in="share_doctype"),
	Rows("User Permission", "for_value", ("user", "applicable_for"), doctype_in="allow"),
	Rows("Email Unsubscribe", "reference_name", ("email",), doctype_in="reference_doctype"),
	Rows("Prospect Lead", "lead", ("parent",), of="Lead"),
)


def take_over(old: Document, doc: Document) -> None:
	"""Move to a record what rename would not, before another one is merged into it."""
	for rows in SAID_ONCE:
		if rows.of in (None, doc.doctype):
			_drop_what_is_said_twice(rows, doc.doctype, old.name, doc.name)
	_take_over_todos(doc.doctype, old.name, doc.name)
	for doctype, (type_column, name_column) in NAMED_IN.items():
		named = {type_column: doc.doctype, name_column: old.name}
		frappe.db.set_value(doctype, named, name_column, doc.name, update_modified=False)
	_take_over_marks(old, doc)


def _drop_what_is_said_twice(rows: Rows, doctype: str, gone: str, kept: str) -> None:
	"""Delete the links, tags, followers… of the one that goes that the one kept has too."""
	table = frappe.qb.DocType(rows.doctype)
	other = table.as_("other")
	agree = other[rows.named_in] == kept
	for column in rows.agreeing:
		agree &= Coalesce(other[column], "") == Coalesce(table[column], "")
	query = frappe.qb.from_(table).join(other).on(agree).select(table.name)
	query = query.where(table[rows.named_in] == gone)
	if rows.doctype_in:
		query = query.where(table[rows.doctype_in] == doctype).where(other[rows.doctype_in] == doctype)
	if doubled := query.run(pluck=True):
		frappe.db.delete(rows.doctype, {"name": ["in", doubled]})


def _take_over_todos(doctype: str, gone: str, kept: str) -> None:
	"""Move all to-dos here, for rename deletes those that a user has given himself on both records.

	An open one that says the same to the same user as one of the record kept is cancelled.
	"""
	open_ones = frappe.get_all(
		"ToDo",
		filters={"reference_type": doctype, "reference_name": ["in", (gone, kept)], "status": "Open"},
		fields=["name", "reference_name", "allocated_to", "description"],
	)
	said = {_said(todo) for todo in open_ones if todo.reference_name == kept}
	doubled = [todo.name for todo in open_ones if todo.reference_name == gone and _said(todo) in said]
	if doubled:
		frappe.db.set_value("ToDo", {"name": ["in", doubled]}, "status", "Cancelled")
	theirs = {"reference_type": doctype, "reference_name": gone}
	frappe.db.set_value("ToDo", theirs, "reference_name", kept, update_modified=False)


def _said(todo) -> tuple[str, str]:
	return todo.allocated_to, fold(strip_html(todo.description or ""))


def _take_over_marks(old: Document, doc: Document) -> None:
	"""Bring together what Frappe keeps in the row itself: tags, likes, who has seen it, the last comments."""
	marks = {}
	if old.get("_user_tags"):
		tags = dict.fromkeys(
			filter(None, f"{doc.get('_user_tags') or ''},{old.get('_user_tags')}".split(","))
		)
		marks["_user_tags"] = "," + ",".join(tags)
	for column in ("_liked_by", "_seen"):
		if users := _listed(old, column):
			marks[column] = frappe.as_json(list(dict.fromkeys([*_listed(doc, column), *users])), indent=None)
	if comments := _listed(old, "_comments"):
		marks["_comments"] = frappe.as_json(
			[*comments, *_listed(doc, "_comments")][-LAST_COMMENTS:], indent=None
		)
	if marks:
		frappe.db.set_value(doc.doctype, doc.name, marks, update_modified=False)


def _listed(doc: Document, column: str) -> list:
	return frappe.parse_json(doc.get(column) or "[]")


def join_contacts(doctype: str, name: str) -> None:
	"""Make one of the record's contacts where one says nothing that another one does not say.

	ERPNext makes a contact of each lead, so that of a lead entered twice there are two.
	"""
	contacts = _contacts_of(doctype, name)
	for contact in reversed(contacts):  # the newest goes
		others = [other for other in contacts if other is not contact]
		if fuller := next((other for other in others if contact.says_nothing_more_than(other)), None):
			# nothing of it is lost, and whoever merges records need not be able to delete contacts
			rename_doc(
				"Contact",
				contact.name,
				fuller.name,
				force=True,
				merge=True,
				ignore_permissions=True,
				show_alert=False,
				rebuild_search=False,
			)
			contacts = others


@dataclass(frozen=True)
class _Contact:
	"""What a contact says: its values, addresses, numbers and whom it belongs to."""

	name: str
	values: dict
	details: frozenset

	def says_nothing_more_than(self, other: "_Contact") -> bool:
		return self.details <= other.details and all(
			fold(cstr(value)) == fold(cstr(other.values.get(field))) for field, value in self.values.items()
		)


def _contacts_of(doctype: str, name: str) -> list[_Contact]:
	"""Return the contacts of a record, the oldest first, in five queries whatever their number."""
	links = {"link_doctype": doctype, "link_name": name, "parenttype": "Contact"}
	contacts = frappe.get_all("Dynamic Link", links, pluck="parent")
	if len(contacts) < 2:
		return []
	details = {contact: set() for contact in contacts}
	for table, columns in CONTACT_TABLES.items():
		rows = frappe.get_all(
			table,
			filters={"parenttype": "Contact", "parent": ["in", contacts]},
			fields=["parent", *columns],
			as_list=True,
		)
		for parent, *values in rows:
			details[parent].add((table, *(squeeze(cstr(value)) for value in values)))
	rows = frappe.get_all("Contact", {"name": ["in", contacts]}, ["*"], order_by="creation asc, name asc")
	fields = {df.fieldname for df in comparable(frappe.get_meta("Contact")) if df.fieldtype != "Check"}
	return [
		_Contact(
			row.name,
			{field: row[field] for field in fields if row.get(field)},
			frozenset(details[row.name]),
		)
		for row in rows
	]
