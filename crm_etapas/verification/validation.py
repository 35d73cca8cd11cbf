"""Asks a client whether an address is theirs, and takes the answer."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_to_date, cint, get_datetime, now_datetime

from crm_etapas.exceptions import VerificationError
from crm_etapas.profile import consent
from crm_etapas.verification import addresses, limits, messages, secret
from crm_etapas.verification.addresses import EMAIL, MEDIA, Address, Medium

SETTINGS = "CRM Etapas Settings"
# where the settings say nothing
LINK_HOURS, CODE_MINUTES = 48, 15


def send(contact: Document, text: str) -> Document:
	"""Send the client a message to validate an address of a contact. Earlier ones to it stop counting.

	:param text: the email address or number, as it stands in the contact.
	:return: the Contact Validation.
	:raises VerificationError: if it is none of the contact's, is validated, must not or cannot be written to.
	"""
	records = consent.records_of(contact)
	found = addresses.of_contacts([contact.name], addresses.region_of(records))
	address = _to_be_validated(contact, addresses.find(found, text), text)
	_refuse_if_unwanted(contact, records, address)
	messages.check_set_up(address.medium)
	limits.check(address.target)
	_close_earlier(contact.name, address.target)
	chosen = secret.for_link() if address.medium is EMAIL else secret.for_sms()
	validation = _note(contact.name, address, chosen)
	messages.send(validation, chosen, records)
	return validation


def confirm(name: str, given: str) -> bool:
	"""Take the answer to a message: whoever knows its secret has read it.

	:param name: of the Contact Validation.
	:return: whether the address is validated now. False says nothing of why: unknown, wrong, used, expired,
		guessed too often, or no address of the contact any more.
	"""
	table = frappe.qb.DocType("Contact Validation")
	found = frappe.qb.from_(table).select("*").where(table.name == name).for_update().run(as_dict=True)
	row = found[0] if found else frappe._dict(name=name, secret_hash="")
	right = secret.fits(name, given, row.secret_hash)
	if not found or not is_open(row):
		return False
	if not right:
		frappe.db.set_value("Contact Validation", name, "tries", row.tries + 1, update_modified=False)
		return False
	return _mark(row)


def confirm_code(contact: Document, text: str, code: str) -> dict:
	"""Take the code that the client has told.

	:return: `confirmed` (bool) and `tries_left` (int; 0: a new code must be sent).
	"""
	found = addresses.of_contacts([contact.name], addresses.region_of(consent.records_of(contact)))
	address = addresses.find(found, text)
	sent = address and frappe.get_all(
		"Contact Validation",
		{"contact": contact.name, "address": address.target, "medium": address.medium.name},
		["name", "confirmed_on", "expires_on", "tries"],
		order_by="sent_on desc",
		limit=1,
	)
	if not sent or not is_open(sent[0]):
		return {"confirmed": False, "tries_left": 0}
	if confirm(sent[0].name, code):
		return {"confirmed": True, "tries_left": 0}
	return {"confirmed": False, "tries_left": limits.TRIES - sent[0].tries - 1}


def is_open(row) -> bool:
	"""Tell whether a Contact Validation still waits for its answer."""
	return not row.confirmed_on and row.tries < limits.TRIES and get_datetime(row.expires_on) > now_datetime()


def forget(contact: Document, method: str | None = None) -> None:
	"""doc_events handler: what was sent to a contact goes with it."""
	frappe.db.delete("Contact Validation", {"contact": contact.name})


def _to_be_validated(contact: Document, address: Address | None, text: str) -> Address:
	if not address:
		reason = _("{0} is no email address or phone number of {1}. Save the contact with it first")
	elif address.validated_on:
		reason = _("{0} of {1} is validated already")
	elif not address.target:
		reason = _("{0} of {1} cannot be the number of a mobile phone. Correct it")
	elif not address.takes_messages:
		reason = _("{0} of {1} is a landline and takes no SMS. If not, mark it as the primary mobile")
	else:
		return address
	frappe.throw(
		reason.format(frappe.bold(frappe.utils.escape_html(text)), frappe.bold(contact.get_title())),
		VerificationError,
		title=_("Not Sent"),
	)


def _refuse_if_unwanted(contact: Document, records: list[frappe._dict], address: Address) -> None:
	objection = consent.objection(contact, records, email=address.target if address.medium is EMAIL else None)
	if objection:
		frappe.throw(objection, VerificationError, title=_("Not Sent"))


def _close_earlier(contact: str, address: str) -> None:
	table, now = frappe.qb.DocType("Contact Validation"), now_datetime()
	(
		frappe.qb.update(table)
		.set(table.expires_on, now)
		.where((table.address == address) & (table.contact == contact))
		.where(table.confirmed_on.isnull() & (table.expires_on > now))
		.run()
	)


def _note(contact: str, address: Address, chosen: str) -> Document:
	validation = frappe.new_doc("Contact Validation")
	validation.name = frappe.generate_hash(length=20)
	validation.flags.name_set = True  # the hash needs it now
	validation.update(
		{
			"contact": contact,
			"medium": address.medium.name,
			"address": address.target,
			"sent_by": frappe.session.user,
			"sent_on": now_datetime(),
			"expires_on": _end(address.medium),
			"secret_hash": secret.sign(validation.name, chosen),
		}
	)
	# whoever may edit the contact may ask; nobody makes these by hand
	return validation.insert(ignore_permissions=True)


def _end(medium: Medium):
	settings = frappe.get_cached_doc(SETTINGS)
	if medium is EMAIL:
		return add_to_date(now_datetime(), hours=cint(settings.validation_link_hours) or LINK_HOURS)
	return add_to_date(now_datetime(), minutes=cint(settings.validation_code_minutes) or CODE_MINUTES)


def _mark(row: frappe._dict) -> bool:
	"""Mark the address as validated, if it is still one of the contact's.

	The contact is locked first: somebody who is saving it ends before, or sees the mark.
	"""
	contact = frappe.get_doc("Contact", row.contact, for_update=True)
	region = addresses.region_of(consent.records_of(contact))
	medium, now = MEDIA[row.medium], now_datetime()
	fitting = [
		address.row
		for address in addresses.of_contacts([row.contact], region, for_update=True)
		if address.medium is medium and address.target == row.address
	]
	if not fitting:
		return False
	table = frappe.qb.DocType(medium.table)
	(
		frappe.qb.update(table)
		.set(table.validated, 1)
		.set(table.validated_on, now)
		.where(table.name.isin(fitting))
		.run()
	)
	done = {"confirmed_on": now, "confirmed_by": frappe.session.user}
	frappe.db.set_value("Contact Validation", row.name, done)
	frappe.clear_document_cache("Contact", row.contact)
	return True
