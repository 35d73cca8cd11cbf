"""Which prospect an opportunity was made of, whether it is the opportunity's party or not."""

import frappe
from frappe.model.document import Document

ORIGIN = "origin_lead"
# ERPNext's statuses of an opportunity that nobody works on any more; the stage's outcome goes with them
CLOSED = ("Lost", "Converted", "Closed")


def lead_of(opportunity: Document | frappe._dict) -> str | None:
	"""Return the lead that an opportunity was made of: its party, or the one whose customer is its party."""
	if opportunity.opportunity_from == "Lead":
		return opportunity.party_name
	return opportunity.get(ORIGIN)


def inherit(opportunity: Document, previous: str) -> None:
	"""Let a new opportunity that comes back from another one be of the same lead, whoever its party is by now."""
	fields = ["opportunity_from", "party_name", ORIGIN]
	before = frappe.db.get_value("Opportunity", previous, fields, as_dict=True)
	if before and not lead_of(opportunity):
		opportunity.set(ORIGIN, lead_of(before))


def forget(opportunity: Document) -> None:
	"""Let the customers made with an opportunity that is being deleted not name it: they would keep it there."""
	named = {"opportunity_name": opportunity.name}
	frappe.db.set_value("Customer", named, "opportunity_name", None, update_modified=False)


def open_opportunities(lead: str) -> list[dict]:
	"""Return the opportunities of a lead that the user may read and that are being worked on, the newest first.

	:return: dicts of name, title and stage.
	"""
	if not frappe.has_permission("Opportunity", "read"):
		return []
	fields = ["name", "title", "opportunity_stage as stage"]
	filters = {"status": ["not in", CLOSED]}
	by_party = {**filters, "opportunity_from": "Lead", "party_name": lead}
	rows = [
		*frappe.get_list("Opportunity", by_party, fields, order_by="creation desc"),
		*frappe.get_list("Opportunity", {**filters, ORIGIN: lead}, fields, order_by="creation desc"),
	]
	return list({row.name: row for row in rows}.values())
