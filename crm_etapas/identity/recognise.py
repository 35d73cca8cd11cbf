"""Keeps what a person or company is recognised by in one writing: doc_events of Lead, Customer and others.

Only what a save changes is looked at, so bad data from before never stops anybody, and a save that changes
none of it costs no query.
"""

from functools import cached_property

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cstr, escape_html

from crm_etapas import master
from crm_etapas.exceptions import IncompletePhone, InvalidIdentification, InvalidPhone
from crm_etapas.identity import identification, phones, unique
from crm_etapas.identity.names import company_key

COMPARED = ("Lead", "Customer")  # with one another, by their keys
# Phone fields by DocType, each with the field for its extension where ERPNext has one.
PHONES: dict[str, dict[str, str | None]] = {
	"Lead": {"mobile_no": None, "phone": "phone_ext", "whatsapp_no": None},
	"Opportunity": {"contact_mobile": None, "phone": "phone_ext", "whatsapp": None},
	"Customer": {"mobile_no": None},
	"Address": {"phone": None},
}
CONTACT_PHONES = ["mobile_no", "phone"]
# Where a lead's contact has its numbers.
PRIMARY = {"phone": "is_primary_phone", "mobile_no": "is_primary_mobile_no"}


def validate(doc: Document, method: str | None = None) -> None:
	normalise(doc)
	unique.check(doc)


def on_update(doc: Document, method: str | None = None) -> None:
	unique.check_again(doc)


def normalise(doc: Document) -> None:
	"""Bring a record's identification, keys and phones into their one writing, as far as they have changed.

	:raises InvalidIdentification, InvalidPhone: if one is wrong. The message names the record and the mend.
	"""
	_normalise_identification(doc)
	if doc.doctype in COMPARED:
		doc.company_key = company_key(_company_name(doc))
	_normalise_phones(doc)


def normalise_contact(doc: Document, method: str | None = None) -> None:
	"""`before_validate` of a contact: its controller copies the primary numbers of the table."""
	before = doc.get_doc_before_save()
	known = {row.name: row.phone for row in before.phone_nos} if before else {}
	region = _Region(doc)
	for row in doc.phone_nos:
		if row.phone and row.phone != known.get(row.name):
			row.phone = _in_one_writing(doc, cstr(row.phone), row.meta.get_label("phone"), region)


def _normalise_identification(doc: Document) -> None:
	before = doc.get_doc_before_save()
	number, name = doc.get("identification_number"), doc.get("identification_type")
	if before and (number, name) == (before.get("identification_number"), before.get("identification_type")):
		_set_key(doc, before.get("identification_key"))
		return
	_set_key(doc, None)
	if not number:
		return
	name = doc.identification_type = name or master.default(identification.DOCTYPE)
	kind = identification.types().get(name) or frappe._dict()
	try:
		doc.identification_number = identification.normalise(
			cstr(number), kind.check_digit_rule, kind.pattern
		)
	except InvalidIdentification as reason:
		_refuse_identification(doc, kind, reason)
	if not identification.is_of_nobody(doc.identification_number, kind.check_digit_rule):
		_set_key(doc, identification.key(doc.identification_number))
	if kind.is_tax_id and doc.doctype == "Customer":
		_set_tax_id(doc, before)


def _set_key(doc: Document, key: str | None) -> None:
	if doc.doctype in COMPARED:
		doc.identification_key = key


def _set_tax_id(customer: Document, before: Document | None) -> None:
	"""Fill in ERPNext's own field, unless somebody has written something else there."""
	if customer.tax_id in (None, "", before and before.get("identification_number")):
		customer.tax_id = customer.identification_number


def _company_name(doc: Document) -> str | None:
	if doc.doctype == "Customer":
		return doc.customer_name if doc.customer_type == "Company" else None
	return doc.company_name


def _normalise_phones(doc: Document) -> None:
	before, region = doc.get_doc_before_save(), _Region(doc)
	for fieldname, extension_field in PHONES.get(doc.doctype, {}).items():
		text = cstr(doc.get(fieldname))  # of an API it may be a number
		if not text or (before and text == before.get(fieldname)):
			continue
		number = _in_one_writing(doc, text, doc.meta.get_label(fieldname), region)
		_tell_new_contact(doc, fieldname, number)
		bare, _mark, extension = number.partition(phones.EXTENSION_MARK)
		if extension and extension_field and doc.get(extension_field) in (None, "", extension):
			number = bare
			doc.set(extension_field, extension)
		doc.set(fieldname, number)


def _tell_new_contact(doc: Document, fieldname: str, number: str) -> None:
	"""ERPNext makes a new lead's contact before the lead's numbers are looked at, and saves it again later."""
	contact = doc.get("contact_doc") if doc.is_new() else None
	if contact and not contact.links:
		for row in contact.phone_nos:
			if row.get(PRIMARY.get(fieldname, "")):
				row.phone = number


def _in_one_writing(doc: Document, text: str, label: str, region: "_Region") -> str:
	"""Return the number in E.164, or as it was typed if that is not possible and may stay so."""
	try:
		return phones.normalise(text, region.code)
	except IncompletePhone:
		return text
	except InvalidPhone as reason:
		if not _may_stay(doc, text):
			_refuse_phone(doc, text, label, reason)
		return text


def _may_stay(doc: Document, text: str) -> bool:
	"""Tell whether a number that cannot exist is kept.

	Code that makes a record for somebody (a booked appointment, a web form, a lead's contact) has nobody
	to ask, and the prospect is worth more than the number. And what an opportunity or a customer repeats of
	its lead or contact is to be mended there.
	"""
	if doc.flags.ignore_permissions or not frappe.get_cached_doc("CRM Etapas Settings").check_phones:
		return True
	contact = doc.get("contact_person") or doc.get("customer_primary_contact")
	sources = [("Contact", contact, CONTACT_PHONES)] if contact else []
	if (party := doc.get("opportunity_from")) in PHONES:
		sources.append((party, doc.party_name, list(PHONES[party])))
	return any(text in (frappe.db.get_value(*source) or ()) for source in sources)


def _refuse_phone(doc: Document, text: str, label: str, reason: InvalidPhone) -> None:
	frappe.throw(
		_(
			"{0}: {1} {2} is not a phone number, {3}. Correct it; numbers abroad begin with + and their country"
		).format(frappe.bold(_title(doc)), _(label), frappe.bold(escape_html(text)), reason),
		InvalidPhone,
		title=_("Wrong Phone Number"),
	)


def _refuse_identification(doc: Document, kind: frappe._dict, reason: InvalidIdentification) -> None:
	message = _("{0}: {1} is not a {2}, {3}").format(
		frappe.bold(_title(doc)),
		frappe.bold(escape_html(cstr(doc.identification_number))),
		_(kind.name),
		reason,
	)
	if kind.example:
		message += ". " + _("One that is right: {0}").format(frappe.bold(kind.example))
	frappe.throw(message, InvalidIdentification, title=_("Wrong Identification"))


def _title(doc: Document) -> str:
	return escape_html(doc.get_title() or doc.name or _(doc.doctype))


class _Region:
	"""The country that a record's numbers are of, looked up when the first number asks for it."""

	def __init__(self, doc: Document):
		self._doc = doc

	@cached_property
	def code(self) -> str | None:
		return phones.region_of(self._doc)
