"""The marks of a contact's addresses: red until the client has answered, and red again when they change."""

import frappe
from frappe.model.document import Document
from frappe.utils import now_datetime

from crm_etapas.identity import phones
from crm_etapas.verification import addresses, limits
from crm_etapas.verification.addresses import MEDIA, Address


def keep_true(contact: Document, method: str | None = None) -> None:
	"""doc_events handler of Contact: an address is validated if the contact had it, validated, before.

	Nobody sets a mark by saving: neither in the desk nor by REST or an import. The rows are read anew and
	locked, for the client may be answering while somebody saves.
	"""
	for medium in MEDIA.values():
		before = [] if contact.is_new() else addresses.rows(medium, [contact.name], for_update=True)
		validated_on = {medium.squeeze(row.text or ""): row.validated_on for row in before if row.validated}
		for row in contact.get(medium.fieldname):
			row.validated_on = validated_on.get(medium.squeeze(row.get(medium.column) or ""))
			row.validated = int(bool(row.validated_on))


def keep_row_true(row: Document, method: str | None = None) -> None:
	"""doc_events handler of the rows, which REST can write without their contact."""
	medium = next(medium for medium in MEDIA.values() if medium.table == row.doctype)
	before = row.get_doc_before_save()
	same = before and medium.squeeze(before.get(medium.column) or "") == medium.squeeze(
		row.get(medium.column) or ""
	)
	row.validated = before.validated if same else 0
	row.validated_on = before.validated_on if same else None


def tell(doc: Document, method: str | None = None) -> None:
	"""doc_events handler: tell the form of a contact, or of a record that lists contacts, the marks to show."""
	if doc.doctype == "Contact":
		contacts = [doc.name]
	else:
		contacts = [
			contact.name for contact in doc.get_onload("contact_list") or []
		]  # those the user may read
	doc.set_onload("contact_marks", of_contacts(contacts, phones.region_of(doc)))


def of_contacts(contacts: list[str], region: str | None) -> dict[str, list[dict]]:
	"""Return the marks of some contacts, by contact.

	:return: for each address that takes messages: `row`, `medium`, `address` (as written), `validated_on`
		and `waiting_until` (an answer to a message is awaited).
	"""
	if not contacts:
		return {}
	waiting = _waiting(contacts)
	marks = {contact: [] for contact in contacts}
	for address in addresses.of_contacts(contacts, region):
		if address.takes_messages:
			until = waiting.get((address.contact, address.target))
			marks[address.contact].append(_mark(address, until))
	return marks


def _mark(address: Address, waiting_until) -> dict:
	return {
		"row": address.row,
		"medium": address.medium.name,
		"address": address.text,
		"validated_on": address.validated_on,
		"waiting_until": waiting_until,
	}


def _waiting(contacts: list[str]) -> dict[tuple[str, str], object]:
	"""Return until when an answer from (contact, address) is awaited."""
	rows = frappe.get_all(
		"Contact Validation",
		{
			"contact": ["in", contacts],
			"confirmed_on": ["is", "not set"],
			"expires_on": [">", now_datetime()],
			"tries": ["<", limits.TRIES],
		},
		["contact", "address", "expires_on"],
	)
	return {(row.contact, row.address): row.expires_on for row in rows}
