"""What a conversion would make, what is there already, and which fields go where. Writes nothing."""

import frappe
from frappe import _
from frappe.model import no_value_fields
from frappe.model.document import Document
from frappe.utils import cstr, strip_html

from crm_etapas.conversion import drafts, origin, record
from crm_etapas.conversion.plan import CONTACT, CUSTOMER, OPPORTUNITY, PARTS, Part, Wish, plan

NOT_SHOWN = ("naming_series", "title", "status", "opportunity_from", "party_name", "lead_name", origin.ORIGIN)


def preview(lead: Document) -> dict:
	"""Return what `convert` would do with a lead, for the user to look at and change.

	:return: `lead`, `title` and `parts`: by part a dict of candidates (dicts of name, title, because), chosen (a name,
		or None for a new record), settled, may_create, and fields: what a new record would get (dicts of fieldname,
		label, value, and source: the label of the lead's field, or None).
	"""
	parts = plan(lead, Wish())
	return {
		"lead": lead.name,
		"title": lead.get_title(),
		"parts": {name: _describe(lead, name, parts[name]) for name in (CUSTOMER, CONTACT, OPPORTUNITY)},
	}


def _describe(lead: Document, name: str, part: Part) -> dict:
	may_create = bool(frappe.has_permission(name, "create"))
	return {
		"candidates": [_settled(name, part)] if part.settled else part.candidates,
		"chosen": part.chosen,
		"settled": bool(part.settled),
		"may_create": may_create,
		"fields": _fields(lead, _DRAFTS[name](lead)) if may_create and not part.settled else [],
	}


def _settled(doctype: str, part: Part) -> dict:
	readable = frappe.has_permission(doctype, "read", doc=part.chosen)
	title = record.title_of(doctype, part.chosen) if readable else part.chosen
	return {"name": part.chosen, "title": title, "because": [part.settled], "sure": True}


def _fields(lead: Document, draft: Document) -> list[dict]:
	blank = frappe.new_doc(draft.doctype)
	shown = []
	for df in draft.meta.fields:
		value = draft.get(df.fieldname)
		if df.hidden or df.fieldname in NOT_SHOWN or df.fieldtype in no_value_fields or not value:
			continue
		if df.fieldtype == "Check" or value == blank.get(df.fieldname) or not df.label:
			continue
		shown.append(
			{
				"fieldname": df.fieldname,
				"label": _(df.label, context=draft.doctype),
				"value": _in_words(draft, df),
				"source": _source(lead, df.fieldname, value),
			}
		)
	return shown


def _in_words(doc: Document, df) -> str:
	value = doc.get(df.fieldname)
	if isinstance(value, list):
		first = next(
			(cstr(row.get("email_id") or row.get("phone") or row.get("attribute") or "") for row in value), ""
		)
		return first if len(value) == 1 and first else _("{0} rows").format(len(value))
	if df.fieldtype == "Select":
		return _(value, context=df.parent)
	return strip_html(cstr(doc.get_formatted(df.fieldname)))


def _source(lead: Document, fieldname: str, value) -> str | None:
	"""Return the label of the lead's field that a value comes from: the one of that name, or one that says the same."""
	if isinstance(value, list):
		return None
	same = lead.meta.get_field(fieldname)
	if not same or cstr(lead.get(fieldname)) != cstr(value):
		fields = (
			df for df in lead.meta.fields if df.label and df.fieldtype not in ("Check", "Int", "Select")
		)
		same = next((df for df in fields if cstr(lead.get(df.fieldname)) == cstr(value)), None)
	return same and same.label and _(same.label, context="Lead")


_DRAFTS = {CUSTOMER: drafts.customer, CONTACT: drafts.contact, OPPORTUNITY: drafts.opportunity}
assert set(_DRAFTS) == set(PARTS)
