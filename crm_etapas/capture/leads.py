"""A prospect, its contact and its address as documents that ask the database nothing.

They are ERPNext's own classes; only the questions that would be a query for each are left to whoever knows the
answers for a whole set.
"""

from collections.abc import Mapping

import frappe
from erpnext.crm.doctype.lead.lead import Lead
from frappe.contacts.doctype.address.address import Address
from frappe.contacts.doctype.contact.contact import Contact


class PlannedLead(Lead):
	"""A new prospect. Whether its email exists is asked for a whole set."""

	def check_email_id_is_unique(self) -> None:
		pass

	def create_contact(self) -> "PlannedContact":
		"""Return the contact that ERPNext makes, not written yet."""
		if not self.lead_name:
			self.set_full_name()
			self.set_lead_name()
		contact = PlannedContact(
			{
				**self.flags.new_contact,
				"doctype": "Contact",
				"first_name": self.first_name or self.lead_name,
				"last_name": self.last_name,
				"salutation": self.salutation,
				"gender": self.gender,
				"designation": self.job_title,
				"company_name": self.company_name,
			}
		)
		contact.flags.ignore_permissions = True  # as ERPNext does: whoever enters a prospect need not know
		if self.email_id:
			contact.append("email_ids", {"email_id": self.email_id, "is_primary": 1})
		if self.phone:
			contact.append("phone_nos", {"phone": self.phone, "is_primary_phone": 1})
		if self.mobile_no:
			contact.append("phone_nos", {"phone": self.mobile_no, "is_primary_mobile_no": 1})
		return contact


class PlannedContact(Contact):
	"""The contact of a new prospect. Which user has its email is asked for a whole set."""

	def set_user(self) -> None:
		users: Mapping[str, str] = self.flags.users or {}
		if not self.user and self.email_id:
			self.user = users.get(self.email_id.casefold())


class PlannedAddress(Address):
	"""The address of a new prospect: the first one, so no other is the preferred one. Whose it is is known."""

	def validate_preferred_address(self) -> None:
		pass

	def link_address(self) -> bool:
		return False


def phones_from_contact(contact: Contact) -> dict[str, str]:
	"""Return what ERPNext writes on a prospect when its contact is saved: a single number is both of them."""
	if not contact.phone_nos:
		return {}
	first = contact.phone_nos[0].phone
	if len(contact.phone_nos) == 1:
		return {"phone": first, "mobile_no": first}
	phone = next((row.phone for row in contact.phone_nos if row.is_primary_phone), first)
	mobile = next((row.phone for row in contact.phone_nos if row.is_primary_mobile_no), first)
	return {"phone": phone, "mobile_no": mobile}


def link(doc: Contact | Address, lead: Lead) -> None:
	"""Link a contact or an address that has been checked: its controller would read the prospect."""
	doc.append("links", {"link_doctype": "Lead", "link_title": lead.get_title()})


def template(doctype: str) -> dict:
	"""Return what a new record of a DocType starts with."""
	return dict(frappe.new_doc(doctype, as_dict=True))
