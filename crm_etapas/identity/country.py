"""Which country a record belongs to, for its phone numbers and documents."""

import frappe
from frappe.model.document import Document


def of(doc: Document) -> str | None:
	"""Return the name of a record's country: its own, that of whom a contact works for, its company's, the site's."""
	return doc.get("country") or _of_contact(doc) or home(doc.get("company"))


def home(company: str | None = None) -> str | None:
	"""Return the country of a company, of the default company without one, or else that of the site."""
	company = company or frappe.db.get_default("company")
	country = company and frappe.get_cached_value("Company", company, "country")
	return country or frappe.get_system_settings("country")


def iso_code(country: str | None) -> str | None:
	"""Return the two-letter code in capitals."""
	code = country and frappe.get_cached_value("Country", country, "code")
	return code.upper() if code else None


def _of_contact(doc: Document) -> str | None:
	if doc.doctype != "Contact":
		return None
	known = [("Address", doc.address)] if doc.address else []
	known += [("Lead", link.link_name) for link in doc.links if link.link_doctype == "Lead"][:1]
	return next(filter(None, (frappe.db.get_value(*record, "country") for record in known)), None)
