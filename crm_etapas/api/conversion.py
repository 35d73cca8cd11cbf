"""Whitelisted methods on conversion: what it would make, making it, undoing it; and a customer's past."""

import frappe

from crm_etapas.api.records import existing, read
from crm_etapas.conversion import convert as converting
from crm_etapas.conversion import past
from crm_etapas.conversion import preview as previewing
from crm_etapas.conversion import undo as undoing
from crm_etapas.conversion.plan import PARTS, Wish
from crm_etapas.exceptions import ConversionError
from crm_etapas.follow_up import interactions
from crm_etapas.pipeline.deadlock import tried_again

MOST_INTERACTIONS = 5


@frappe.whitelist(methods=["GET", "POST"])
@tried_again
def preview(lead: str) -> dict:
	"""Say what a conversion of a lead would make, and what is there already.

	:return: see `crm_etapas.conversion.preview.preview`.
	:raises frappe.PermissionError: if the user may not read the lead.
	"""
	return previewing.preview(existing("Lead", lead))


@frappe.whitelist(methods=["POST"])
@tried_again
def convert(
	lead: str,
	parts: list | str | None = None,
	existing_records: dict | str | None = None,
	values: dict | str | None = None,
) -> dict:
	"""Make a lead's customer, contact and opportunity, or take those that are there; all of it or nothing.

	:param parts: which of Customer, Contact and Opportunity; without it all.
	:param existing_records: by part, the record to take, or None for a new one; for the others what `preview` proposes.
	:param values: by part, fields that are filled in or otherwise than the lead says.
	:return: see `crm_etapas.conversion.convert.outcome`.
	:raises ConversionError: with `missing` in the response, if mandatory fields are empty.
	:raises frappe.PermissionError: if the user may not write the lead, or create what is wanted.
	"""
	existing("Lead", lead, tables=False).check_permission("write")
	wish = Wish(
		tuple(read(parts, list, str, ConversionError) or PARTS),
		read(existing_records, dict, str, ConversionError),
		{part: said or {} for part, said in read(values, dict, dict, ConversionError).items()},
	)
	return converting.convert(lead, wish)


@frappe.whitelist(methods=["POST"])
@tried_again
def undo(lead: str) -> str:
	"""Undo the newest conversion of a lead, while the settings allow it and nothing else hangs on what it made.

	:return: name of the Lead Conversion.
	:raises ConversionError: saying what is in the way.
	:raises frappe.PermissionError: if the user may not write the lead, or delete what somebody else made of it.
	"""
	existing("Lead", lead, tables=False).check_permission("write")
	return undoing.undo(lead)


@frappe.whitelist(methods=["GET", "POST"])
def customer_past(customer: str) -> dict:
	"""Return how somebody became a customer, as far as the user may read it.

	:return: see `crm_etapas.conversion.past.of`, and `interactions`: the newest, see
		`crm_etapas.follow_up.interactions.recent`.
	:raises frappe.PermissionError: if the user may not read the customer.
	"""
	doc = existing("Customer", customer)
	return {**past.of(doc), "interactions": interactions.recent(doc, MOST_INTERACTIONS)}
