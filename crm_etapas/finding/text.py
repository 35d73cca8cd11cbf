"""Free text as conditions on leads: for the full-text index, and for rows that something else has found."""

import frappe

from crm_etapas.finding.terms import Term, parse
from crm_etapas.identity import phones
from crm_etapas.setup.indexes import FULL_TEXT

DOCTYPE = "Lead"
# what a search looks at: the columns of the full-text index
COLUMNS = FULL_TEXT[DOCTYPE]
# columns with an index of their own that short words are looked up in, which the full-text index has not
BEGINNINGS = ("lead_name", "company_key", "identification_key")


def terms_of(text: str | None) -> list[Term]:
	"""Return what the text asks for; phone numbers in it are those of the site's country."""
	if not (text or "").strip():
		return []
	region = phones.region_of(frappe._dict())
	return parse(text, lambda typed: phones.beginnings(typed, region))


def matching(term: Term) -> str:
	"""Return the condition that a lead matches a term, whatever index found it."""
	groups = [
		" and ".join(f"{_whole_text()} rlike {_quoted(_PCRE + p)}" for p in group) for group in term.patterns
	]
	return f"({' or '.join(groups)})"


def in_index(terms: list[Term]) -> str:
	"""Return the condition that the full-text index finds a lead by these terms, the rarest first."""
	columns = ", ".join(_column(column) for column in COLUMNS)
	wanted = " ".join(term.indexed for term in terms)
	return f"match({columns}) against ({_quoted(wanted)} in boolean mode)"


def beginning(term: Term) -> str:
	"""Return the condition that a lead's name, company or number begins with a short word, or its address so."""
	if term.address:
		return _begins("email_id", term.address)
	words = ["".join(reading) for reading in term.readings]
	return f"({' or '.join(_begins(column, word) for column in BEGINNINGS for word in words)})"


_PCRE = "(*UCP)"  # letters are letters in every alphabet


def _whole_text() -> str:
	return f"concat_ws(' ', {', '.join(_column(column) for column in COLUMNS)})"


def _begins(column: str, value: str) -> str:
	escaped = value.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
	return f"{_column(column)} like {_quoted(escaped + '%')}"


def _column(column: str) -> str:
	return f"`tab{DOCTYPE}`.`{column}`"


def _quoted(value: str) -> str:
	return frappe.db.escape(value, percent=False)
