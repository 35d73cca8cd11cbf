"""Phone numbers, written in one way only: E.164, "+584121234567", with "#12" behind it for an extension."""

import re

import phonenumbers
from frappe import _
from frappe.model.document import Document
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, ValidationResult

from crm_etapas.exceptions import IncompletePhone, InvalidPhone
from crm_etapas.identity import country

# How people write an extension and phonenumbers does not read it.
EXTENSION = re.compile(r"[\s,;(]*\b(?:interno|int|ramal|anexo)\b[\s.:(]*(\d{1,6})\)?\s*$", re.IGNORECASE)
# What the numbering plan of a country code has abolished and people still write: Mexico's 1, 01, 044, 045.
ABOLISHED = {52: re.compile(r"^(1|4[45])(?=\d{10}$)")}
STANDS_FOR_NONE = "000"  # "+91 0000000001": somebody had to fill in the field
FEWEST_DIGITS = 3  # to look for
EXTENSION_MARK = "#"  # what Frappe lets stand in a phone number and phonenumbers reads


def normalise(text: str, region: str | None) -> str:
	"""Return a phone number in E.164; an extension follows EXTENSION_MARK.

	:param region: ISO code of the country that a number without "+" is of.
	:raises IncompletePhone: if it can be a number but not for a caller from abroad.
	:raises InvalidPhone: if it cannot be a phone number at all.
	"""
	number = _parse(text, region)
	possible = phonenumbers.is_possible_number_with_reason(number)
	if possible == ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
		raise IncompletePhone(_("its area code is missing"))
	if possible == ValidationResult.TOO_LONG:
		raise InvalidPhone(_("it has too many digits"))
	if possible == ValidationResult.TOO_SHORT:
		raise InvalidPhone(_("it has too few digits"))
	if possible != ValidationResult.IS_POSSIBLE:
		raise InvalidPhone(_("no number of its country has that many digits"))
	extension = f"{EXTENSION_MARK}{number.extension}" if number.extension else ""
	return phonenumbers.format_number(number, PhoneNumberFormat.E164) + extension


def region_of(doc: Document) -> str | None:
	"""Return the ISO code of the country that a record's numbers are of: its own, its company's, the site's."""
	return country.iso_code(country.of(doc))


def beginnings(text: str, region: str | None) -> list[str]:
	"""Return what the E.164 number may begin with that someone has begun to type. Text that is none gives none.

	"0412 123" in Venezuela is ["+58412123"]. Digits alone can be a national number or one with the code of
	its country in front, so "58412" gives both.
	"""
	digits = re.sub(r"\D", "", text)
	if len(digits) < FEWEST_DIGITS or re.search(r"[^\d\s()+./-]", text):
		return []
	if text.strip().startswith("+"):
		return [f"+{digits}"]
	if digits.startswith("00"):
		return [f"+{digits[2:]}"]
	found = [] if digits.startswith("0") else [f"+{digits}"]
	if code := phonenumbers.country_code_for_region(region):
		prefix = phonenumbers.ndd_prefix_for_region(region, True) or ""
		national = digits.removeprefix(prefix)
		mobile = phonenumbers.country_mobile_token(code)  # Argentina's 9
		found = [f"+{code}{token}{national}" for token in dict.fromkeys(("", mobile))] + found
	return found


def _parse(text: str, region: str | None) -> PhoneNumber:
	try:
		number = phonenumbers.parse(EXTENSION.sub(r" ext. \1", text), region)
	except NumberParseException as problem:
		if problem.error_type == NumberParseException.INVALID_COUNTRY_CODE:
			if region or text.strip().startswith("+"):
				raise InvalidPhone(_("its country code does not exist"))
			raise IncompletePhone(_("its country code is missing"))
		raise InvalidPhone(_("it is not written as one phone number"))
	if phonenumbers.national_significant_number(number).startswith(STANDS_FOR_NONE):
		raise IncompletePhone(_("no number begins with three zeros"))
	if number.italian_leading_zero and not phonenumbers.is_valid_number(number):
		# a zero that is dialled before the number and counts for it only in a few countries
		number.italian_leading_zero = number.number_of_leading_zeros = None
	if abolished := ABOLISHED.get(number.country_code):
		number.national_number = int(abolished.sub("", str(number.national_number)))
	return number
