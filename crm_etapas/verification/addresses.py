"""The addresses of a contact that can be validated: every email, and every number that takes an SMS."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import frappe
import phonenumbers
from frappe.model.document import Document
from phonenumbers import PhoneNumberType

from crm_etapas.exceptions import InvalidPhone
from crm_etapas.identity import phones

# numbers that a gateway cannot send to; of many others nobody can tell
NO_MOBILES = (PhoneNumberType.FIXED_LINE, PhoneNumberType.TOLL_FREE, PhoneNumberType.PREMIUM_RATE)


@dataclass(frozen=True)
class Medium:
	"""A way to write to a client, and the table of Contact with its addresses.

	:param table: DocType of the rows; `fieldname`, the table's field in Contact; `column`, the address in a row.
	:param squeeze: an address without what does not change where it leads.
	"""

	name: str
	table: str
	fieldname: str
	column: str
	squeeze: Callable[[str], str]


@dataclass(frozen=True)
class Address:
	"""An address of a contact.

	:param row: name of its row; `text`, as it is written there.
	:param target: where a message goes: lower case, or E.164. None if it leads nowhere.
	:param takes_messages: False for a landline.
	"""

	medium: Medium
	contact: str
	row: str
	text: str
	target: str | None
	takes_messages: bool
	validated_on: str | None


def squeeze_email(text: str) -> str:
	return text.strip().lower()


def squeeze_phone(text: str) -> str:
	return re.sub(r"[^\d+#]", "", text)


EMAIL = Medium("Email", "Contact Email", "email_ids", "email_id", squeeze_email)
SMS = Medium("SMS", "Contact Phone", "phone_nos", "phone", squeeze_phone)
MEDIA = {medium.name: medium for medium in (EMAIL, SMS)}


def of_contacts(contacts: list[str], region: str | None, for_update: bool = False) -> list[Address]:
	"""Return the addresses of some contacts, one query a medium.

	:param region: ISO code of the country that numbers without a country code are of.
	:param for_update: whether to lock the rows, and so to see what others have just written.
	"""
	return [
		_address(medium, row, region)
		for medium in MEDIA.values()
		for row in rows(medium, contacts, for_update)
		if row.text
	]


def rows(medium: Medium, contacts: list[str], for_update: bool = False) -> list[frappe._dict]:
	"""Return name, parent, text, validated, validated_on and is_mobile of the rows of some contacts."""
	if not contacts:
		return []
	table = frappe.qb.DocType(medium.table)
	query = (
		frappe.qb.from_(table)
		.select(table.name, table.parent, table[medium.column].as_("text"))
		.select(table.validated, table.validated_on)
		.where((table.parenttype == "Contact") & table.parent.isin(contacts))
		.orderby(table.parent, table.idx)
	)
	if medium is SMS:
		query = query.select(table.is_primary_mobile_no.as_("is_mobile"))
	return (query.for_update() if for_update else query).run(as_dict=True)


def find(found: list[Address], text: str) -> Address | None:
	"""Return the address that somebody means who writes this."""
	return next(
		(
			a
			for a in found
			if a.text == text or a.medium.squeeze(text) in (a.medium.squeeze(a.text), a.target)
		),
		None,
	)


def region_of(records: list[Document]) -> str | None:
	"""Return the ISO code of the country of a contact's numbers: that of the first record that names one."""
	told = next((record for record in records if record.get("country")), None)
	told = told or next((record for record in records if record.get("company")), frappe._dict())
	return phones.region_of(told)


def _address(medium: Medium, row: frappe._dict, region: str | None) -> Address:
	target = squeeze_email(row.text) if medium is EMAIL else _number(row.text, region)
	return Address(
		medium=medium,
		contact=row.parent,
		row=row.name,
		text=row.text,
		target=target,
		takes_messages=medium is EMAIL or bool(row.is_mobile) or not target or _may_be_mobile(target),
		validated_on=row.validated_on if row.validated else None,
	)


def _number(text: str, region: str | None) -> str | None:
	try:
		number = phones.normalise(text, region)
	except InvalidPhone:
		return None
	return None if "#" in number else number  # an extension takes no SMS


def _may_be_mobile(number: str) -> bool:
	return phonenumbers.number_type(phonenumbers.parse(number)) not in NO_MOBILES
