"""Customers and contacts that a prospect may be already."""

import frappe
from frappe import _
from frappe.model.document import Document

from crm_etapas.identity import duplicates

MOST = 5
# a switchboard is shared, so a phone alone makes nobody the same customer
SURE = frozenset({"identification", "email", "company"})


def customers(lead: Document) -> list[dict]:
	"""Return the customers that a lead may be, the likeliest first; only those that the user may read.

	:return: dicts of name, title, because (the reasons, in the user's language) and sure: whether it is the same
		one unless somebody says otherwise.
	"""
	found = {
		row["name"]: {
			"name": row["name"],
			"title": row["title"],
			"because": row["because"],
			"sure": not SURE.isdisjoint(row["clues"]),
		}
		for row in duplicates.find("Lead", lead.as_dict(), exclude=lead.name, limit=MOST, among=("Customer",))
	}
	for row in _customers_of_contacts(lead):
		found.setdefault(row.name, {**row, "because": [_("same email")], "sure": True})
	if lead.customer and frappe.has_permission("Customer", "read", doc=lead.customer):
		title = frappe.db.get_value("Customer", lead.customer, "customer_name")
		named = {"name": lead.customer, "title": title, "because": [_("named by the prospect")], "sure": True}
		found = {lead.customer: named, **{name: row for name, row in found.items() if name != lead.customer}}
	return sorted(_possible(lead, found), key=lambda row: not row["sure"])


def _possible(lead: Document, found: dict[str, dict]) -> list[dict]:
	"""Leave out disabled customers; one with another identification is not the same for sure, whatever is shared."""
	names = {"name": ["in", list(found)], "disabled": 0}
	enabled = frappe.get_all("Customer", names, ["name", "identification_key"]) if found else []
	for row in enabled:
		other = row.identification_key and row.identification_key != lead.identification_key
		if lead.identification_key and other and row.name != lead.customer:
			found[row.name]["sure"] = False
	kept = {row.name for row in enabled}
	return [row for name, row in found.items() if name in kept]


def contacts(lead: Document) -> list[dict]:
	"""Return the contacts that a lead has, or else those with its email, as far as the user may read them.

	:return: dicts of name, title, because and sure, as `customers`.
	"""
	linked = frappe.get_all(
		"Dynamic Link",
		{"parenttype": "Contact", "link_doctype": "Lead", "link_name": lead.name},
		pluck="parent",
		order_by="creation asc",
	)
	if linked:
		return _contacts({"name": ["in", linked]}, _("contact of the prospect"))
	return _contacts({"email_id": lead.email_id}, _("same email")) if lead.email_id else []


def _contacts(filters: dict, reason: str) -> list[dict]:
	if not frappe.has_permission("Contact", "read"):
		return []
	rows = frappe.get_list(
		"Contact", filters, ["name", "full_name as title"], order_by="is_primary_contact desc, creation asc"
	)
	return [
		{"name": row.name, "title": row.title or row.name, "because": [reason], "sure": True} for row in rows
	]


def _customers_of_contacts(lead: Document) -> list[dict]:
	"""Return the customers whose contacts have the lead's email: few of them carry it themselves."""
	if not lead.email_id or not frappe.has_permission("Customer", "read"):
		return []
	contact, link = frappe.qb.DocType("Contact"), frappe.qb.DocType("Dynamic Link")
	names = (
		frappe.qb.from_(contact)
		.join(link)
		.on((link.parent == contact.name) & (link.parenttype == "Contact"))
		.select(link.link_name)
		.where((contact.email_id == lead.email_id) & (link.link_doctype == "Customer"))
		.distinct()
		.limit(MOST)
		.run(pluck=True)
	)
	if not names:
		return []
	return frappe.get_list("Customer", {"name": ["in", names]}, ["name", "customer_name as title"])
