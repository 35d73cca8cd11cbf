"""Decides what an import writes, a chunk of rows at a time, without writing anything.

Every row ends in one of three places: planned, already there, or refused with a reason.
"""

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.utils import strip_html

from crm_etapas.capture import duplicates, leads
from crm_etapas.capture.columns import SHARED, Columns
from crm_etapas.capture.duplicates import Likenesses
from crm_etapas.capture.memory import Memory
from crm_etapas.capture.row import Row
from crm_etapas.capture.site import Site
from crm_etapas.capture.unique import Uniqueness
from crm_etapas.compat import SOURCE_FIELD
from crm_etapas.identity import recognise
from crm_etapas.pipeline import transition
from crm_etapas.pipeline.history import Move
from crm_etapas.pipeline.vocabulary import Cause
from crm_etapas.tabular.fields import FieldReader
from crm_etapas.tabular.keys import Keys
from crm_etapas.tabular.reader import Line, Table, as_text
from crm_etapas.tabular.report import Report
from crm_etapas.tabular.site import pairs, pluck
from crm_etapas.tabular.values import DateColumn, Unreadable, check_plausible

IMPORT_ID = "lead_import_id"
# several values of one attribute in a cell
BETWEEN_VALUES = ";"

Problem = tuple[str, str, str]


class Planner:
	def __init__(self, columns: Columns, table: Table, site: Site, report: Report, policy: str, style):
		"""
		:param policy: what becomes of a row that is likely there already, see `duplicates`.
		:param style: has `date_format` and `number_format`, how dates and numbers are written.
		"""
		self.columns, self.table, self.site, self.report, self.policy = columns, table, site, report, policy
		self.keys = Keys(report.source, columns.id)
		self.lead_reader = FieldReader(columns.lead, site.fields("Lead"), table, site, style)
		self.address_reader = FieldReader(columns.address, site.fields("Address"), table, site, style)
		self.dates = DateColumn(
			(line.cells.get(columns.entered_on) for line in table.lines), style.date_format, site.timezone
		)
		self.memory, self.uniqueness, self.likenesses = Memory(), Uniqueness(), Likenesses()
		self.templates = {doctype: leads.template(doctype) for doctype in ("Lead", "Contact", "Address")}
		self.makes_contacts = bool(frappe.db.get_single_value("CRM Settings", "auto_creation_of_contact"))
		self.may_make_addresses = bool(frappe.has_permission("Address", "create"))
		self.seen: dict[str, int] = {}

	def plan(self, lines: list[Line]) -> list[Row]:
		"""Return what is to be written of some lines; the report has the rest."""
		rows = []
		for line, key in self._new_lines(lines):
			if row := self._read(line, key):
				rows.append(row)
		users = self._users(rows)
		return self._without_repeated([row for row in rows if self._is_sound(row, users)])

	def _new_lines(self, lines: list[Line]) -> list[tuple[Line, str]]:
		"""Return the lines that can be read and are not on the site yet, with their keys."""
		keyed = []
		for line in lines:
			try:
				if line.problem:
					raise Unreadable(line.problem)
				key = self.keys.of(line)
				if key in self.seen:
					raise Unreadable(_("Row {0} has the same identifier").format(self.seen[key]))
			except Unreadable as error:
				column = self.columns.id if not line.problem else None
				self.report.refuse(line.number, column, line.text(column) if column else "", str(error))
				continue
			self.seen[key] = line.number
			keyed.append((line, key))
		there = set(pluck("Lead", IMPORT_ID, [key for _line, key in keyed]))
		self.report.already_there += sum(key in there for _line, key in keyed)
		return [(line, key) for line, key in keyed if key not in there]

	def _read(self, line: Line, key: str) -> Row | None:
		"""Read what a line says; nothing, if some of it cannot be read."""
		lead, address = self.lead_reader.read(line), self.address_reader.read(line)
		problems = [*lead.problems, *(p for p in address.problems if p not in lead.problems)]
		row = Row(line.number, key, lead.values, address.values, self._attributes(line))
		if row.values.get("identification_number") and self.columns.identification_type:
			row.values.setdefault("identification_type", self.columns.identification_type)
		try:
			row.entered_on = self._entered_on(line)
		except Unreadable as error:
			column = self.columns.entered_on
			problems.append((column, line.text(column), str(error)))
		if not set(row.address) - set(SHARED):
			row.address = {}
		elif not self.may_make_addresses:
			problems.append(("", "", _("You may not create addresses. Leave the address columns out")))
		if problems:
			self._refuse(row, problems)
			return None
		for guess in dict.fromkeys((*lead.guesses, *address.guesses)):
			self.report.guess(line.number, *guess)
		return row

	def _attributes(self, line: Line) -> list[tuple[str, str]]:
		found = []
		for attribute, column in self.columns.attributes.items():
			cell = line.cells.get(column.name)
			text = cell.date().isoformat() if hasattr(cell, "date") else as_text(cell)
			several = self.site.attributes[attribute].multiple
			values = text.split(BETWEEN_VALUES) if several else [text]
			found += [(attribute, value.strip()) for value in values if value.strip()]
		return found

	def _entered_on(self, line: Line):
		column = self.columns.entered_on
		if not column or not line.text(column):
			return None
		moment = self.dates.read(line.cells[column]).value
		check_plausible(moment, self.site.now)
		return moment

	def _users(self, rows: list[Row]) -> dict[str, str]:
		"""Return the users that have the emails of some rows, for the contacts."""
		emails = sorted({row.values["email_id"] for row in rows if row.values.get("email_id")})
		return {email.casefold(): name for email, name in pairs("User", "email", emails)}

	def _is_sound(self, row: Row, users: dict[str, str]) -> bool:
		"""Make the documents of a row and check them as saving would; refuse the row if they cannot be saved."""
		messages = list(frappe.local.message_log)
		try:
			problems = self._problems(row, users)
		except frappe.PermissionError:
			problems = [("", "", _("You may not create a prospect with these values"))]
		except frappe.ValidationError as error:
			problems = [("", "", strip_html(str(error)))]
		finally:
			frappe.local.message_log = messages
		if problems:
			self._refuse(row, problems)
		return not problems

	def _problems(self, row: Row, users: dict[str, str]) -> list[Problem]:
		lead = row.lead = leads.PlannedLead({**self.templates["Lead"], **row.values, IMPORT_ID: row.key})
		for attribute, value in row.attributes:
			lead.append("customer_attributes", {"attribute": attribute, "value": value})
		self.memory.begin(lead)
		if row.entered_on:
			lead.creation = row.entered_on
		transition.announce(lead, Move(cause=Cause.IMPORT, on=row.entered_on))
		lead.flags.new_contact = self.templates["Contact"]
		lead.check_permission("create")
		lead.before_insert()
		lead.flags.ignore_permissions = (
			False  # the row is the user's own: its phones are checked, see recognise
		)
		recognise.normalise(lead)
		self.memory.run(lead)
		row.needs_document = _does_more(lead)
		problems = self._missing(lead)
		if lead.contact_doc and not row.needs_document:
			problems += self._check_contact(lead, users)
		if row.address:
			problems += self._check_address(row)
		return problems

	def _check_contact(self, lead, users: dict[str, str]) -> list[Problem]:
		contact = lead.contact_doc
		self.memory.begin(contact)
		contact.flags.users = users
		self.memory.run(contact)
		problems = self._missing(contact)
		leads.link(contact, lead)
		return problems

	def _check_address(self, row: Row) -> list[Problem]:
		values = {"address_title": row.lead.title, "doctype": "Address", **row.address}
		address = row.new_address = leads.PlannedAddress({**self.templates["Address"], **values})
		self.memory.begin(address)
		address.check_permission("create")
		recognise.normalise(address)
		self.memory.run(address)
		problems = self._missing(address)
		leads.link(address, row.lead)
		return problems

	def _missing(self, doc) -> list[Problem]:
		columns = self.columns.address if doc.doctype == "Address" else self.columns.lead
		return [
			(columns[fieldname].name if fieldname in columns else fieldname, "", strip_html(message))
			for fieldname, message in self.memory.check(doc)
		]

	def _without_repeated(self, rows: list[Row]) -> list[Row]:
		"""Leave out the rows that repeat what must be unique, and treat those that are likely there already."""
		if not rows:
			return []
		repeated, likely = self.uniqueness.on_site(rows), self.likenesses.of(rows)
		kept = []
		for row in rows:
			problem = repeated.get(row) or self.uniqueness.in_file(row)
			likeness = likely.get(row) or self.likenesses.in_file(row)
			if likeness and self.policy == duplicates.SKIP:
				self.report.already_there += 1
				self.report.note("", "", str(likeness), row=row.number)
			elif problem:
				fieldname, value, reason = problem
				self.report.refuse(row.number, self.columns.name_of(fieldname), value, reason)
			elif likeness and self.policy == duplicates.REFUSE:
				self.report.refuse(row.number, "", "", str(likeness))
			else:
				if likeness:
					self.report.note("", "", str(likeness), row=row.number)
				self.uniqueness.remember(row)
				self.likenesses.remember(row)
				kept.append(row)
		return kept

	def _refuse(self, row: Row, problems: Iterable[Problem]) -> None:
		for column, value, reason in problems:
			self.report.refuse(row.number, column, value, reason)


def _does_more(lead) -> bool:
	"""Tell whether saving this prospect makes or changes something else than itself."""
	return bool(
		lead.get("party_condition") == "Customer"
		or lead.get("next_contact_date")  # it has an event in a calendar
		or (lead.get(SOURCE_FIELD) == "Existing Customer" and lead.customer)
	)
