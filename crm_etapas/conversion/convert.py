"""One step from a prospect to its customer, contact and opportunity: all of it, or nothing."""

import frappe
from frappe.model.document import Document

from crm_etapas.conversion import belongings, drafts, record, saving
from crm_etapas.conversion.plan import CONTACT, CUSTOMER, OPPORTUNITY, Part, Wish, plan
from crm_etapas.pipeline import stages, triggers
from crm_etapas.pipeline.deadlock import CONFLICTS
from crm_etapas.pipeline.history import Move
from crm_etapas.pipeline.vocabulary import Cause, Outcome
from crm_etapas.pipelines import PROSPECT

SAVEPOINT = "lead_conversion"
# of the lead, what a conversion changes beside its stage
BEFORE = (
	"status",
	"customer",
	"party_condition",
	"next_contact_date",
	"next_contact_by",
	"next_contact_medium",
	"next_contact_subject",
)
EVENTS = {OPPORTUNITY: "Opportunity Created", CUSTOMER: "Customer Created"}


def convert(lead: str, wish: Wish | None = None) -> dict:
	"""Make of a prospect what is wished, taking what is there already; a second time changes nothing.

	The lead's row is locked first, so of two people at once the second gets what the first one made.

	:return: see `outcome`.
	:raises ConversionError: naming the document; with `missing` if it lacks mandatory fields.
	:raises frappe.PermissionError: if the user may not create one of the records, or write one that is there.
	"""
	doc = frappe.get_doc("Lead", lead, for_update=True)
	parts = plan(doc, wish or Wish())
	if all(part.settled for part in parts.values()):
		return outcome(doc.name, [])
	frappe.db.savepoint(SAVEPOINT)
	try:
		made = _Conversion(doc, parts, wish or Wish()).carry_out()
	except CONFLICTS:
		raise  # the database has undone everything already
	except Exception:
		frappe.db.rollback(save_point=SAVEPOINT)
		raise
	return outcome(doc.name, made)


def outcome(lead: str, made: list[Document]) -> dict:
	"""Say what stands.

	:return: `lead`; `customer`, `contact`, `opportunity`: names, or None; `made`: DocTypes of what was made just now;
		`conversion`: name of the newest Lead Conversion, or None; `stage` of the lead now, and `is_converted`: whether
		that stage is one of the won, or a rule has kept the lead where it was.
	"""
	standing = record.standing(lead)
	names = {
		field: next((row[field] for row in standing if row[field]), None) for field in record.FIELDS.values()
	}
	stage = frappe.db.get_value("Lead", lead, PROSPECT.stage_field)
	known = stages.get_stages(PROSPECT).get(stage)
	return {
		"lead": lead,
		**names,
		"made": [doc.doctype for doc in made],
		"conversion": standing[0].name if standing else None,
		"stage": stage,
		"is_converted": bool(known) and known.outcome is Outcome.WON,
	}


class _Conversion:
	"""One conversion while it is carried out.

	The opportunity comes before a new customer, which closes the prospect and with it the next contact that was planned.
	"""

	def __init__(self, lead: Document, parts: dict[str, Part], wish: Wish):
		self.lead, self.parts, self.wish = lead, parts, wish
		self.made: list[Document] = []
		self.names: dict[str, str | None] = {name: part.chosen for name, part in parts.items()}
		self.way_back = {
			"lead": {field: lead.get(field) for field in BEFORE},
			"rows": {},
			"tags": [],
			"todos": [],
		}

	def carry_out(self) -> list[Document]:
		self._contact()
		customer = self._customer_who_is_there()
		opportunity = self._opportunity(customer)
		customer = customer or self._new_customer(opportunity)
		for target in filter(None, (customer, opportunity)):
			self._bring(target)
		names = {name: found for name, found in self.names.items() if found}
		conversion = record.insert(self.lead, names, self.made, self.way_back)
		self._move_for_what_was_there(conversion)
		return self.made

	def _make(self, part: str, draft) -> Document | None:
		"""Make a part that is wanted and not there."""
		if part not in self.parts or self.parts[part].chosen:
			return None
		with saving.told_of(part):
			doc = saving.insert(draft(), self.wish.values.get(part))
		self.made.append(doc)
		self.names[part] = doc.name
		return doc

	def _contact(self) -> None:
		contact = self._make(CONTACT, lambda: drafts.contact(self.lead))
		name = self.names.get(CONTACT)
		if name and not contact:
			self._link(CONTACT, name, "Lead", self.lead.name)

	def _customer_who_is_there(self) -> Document | None:
		if not self.names.get(CUSTOMER):
			return None
		customer = frappe.get_doc(CUSTOMER, self.names[CUSTOMER])
		if customer.lead_name != self.lead.name:
			self._take_customer(customer)
		return customer

	def _new_customer(self, opportunity: Document | None) -> Document | None:
		contact = self.names.get(CONTACT)
		return self._make(CUSTOMER, lambda: drafts.customer(self.lead, contact, opportunity))

	def _take_customer(self, customer: Document) -> None:
		"""Let the prospect be a customer that is there: its contacts and addresses are the customer's too."""
		linked = frappe.get_all(
			"Dynamic Link",
			{"link_doctype": "Lead", "link_name": self.lead.name, "parenttype": ["in", (CONTACT, "Address")]},
			["parenttype", "parent"],
		)
		for row in {(row.parenttype, row.parent) for row in linked}:
			self._link(*row, CUSTOMER, customer.name)
		# past the form: the condition would make another customer
		values = {"customer": customer.name, "party_condition": "Customer"}
		frappe.db.set_value("Lead", self.lead.name, values, update_modified=False)

	def _opportunity(self, customer: Document | None) -> Document | None:
		if CUSTOMER not in self.parts and self.lead.customer:
			customer = frappe.get_doc(CUSTOMER, self.lead.customer)  # whom an earlier conversion took
		contact, values = self.names.get(CONTACT), self.wish.values.get(OPPORTUNITY)
		opportunity = self._make(
			OPPORTUNITY, lambda: drafts.opportunity(self.lead, customer, contact, values)
		)
		if opportunity:
			self.way_back["todos"] = opportunity.flags.handed_over or []
		return opportunity

	def _link(self, doctype: str, name: str, to_doctype: str, to_name: str) -> None:
		"""Link a contact or an address to another record, with the rights of the user."""
		doc = frappe.get_doc(doctype, name)
		if doc.has_link(to_doctype, to_name):
			return
		row = doc.append("links", {"link_doctype": to_doctype, "link_name": to_name})
		with saving.told_of(doctype):
			doc.save()
		self.way_back["rows"].setdefault("Dynamic Link", []).append(row.name)

	def _bring(self, target: Document) -> None:
		added = belongings.bring(self.lead, target)
		if tags := added.pop("Tag Link", None):
			self.way_back["tags"].append([target.doctype, target.name, tags])
		for doctype, rows in added.items():
			self.way_back["rows"].setdefault(doctype, []).extend(rows)

	def _move_for_what_was_there(self, conversion: Document) -> None:
		"""What is made moves the prospect on when it is saved; what was there already does so now."""
		made = {doc.doctype for doc in self.made}
		for part, event in EVENTS.items():
			if self.names.get(part) and part not in made:
				triggers.fire(
					event,
					PROSPECT,
					self.lead.name,
					Move(Cause.CONVERSION, conversion.doctype, conversion.name),
				)
