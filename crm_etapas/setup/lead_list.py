"""How the list of leads looks and is sorted from the start: only where no admin has said anything."""

import json

import frappe
from frappe.custom.doctype.property_setter.property_setter import make_property_setter

from crm_etapas.setup.custom_fields import MODULE

DOCTYPE = "Lead"
SETTINGS = "List View Settings"
COLUMNS = (
	"sales_channel",
	"business_segment",
	"lead_owner",
	"zone",
	"sector",
	"potential_level",
	"prospect_stage",
)
# with title and tags before them
MOST_COLUMNS = "10"


def create() -> None:
	"""Show the columns that salespeople look for, and the newest leads first.

	By the day of entry, as ERPNext 16 does: what is saved does not jump about in the list, and it is the order in which
	the leads of a period are found at once.
	"""
	_set("in_list_view", "1", "Check", "lead_owner")
	_set("sort_field", "creation", "Data")
	_set("sort_order", "DESC", "Data")
	if not frappe.db.exists(SETTINGS, DOCTYPE):
		frappe.get_doc({"doctype": SETTINGS, "name": DOCTYPE, **_ours()}).insert()


def delete() -> None:
	"""Take the columns back, unless an admin has changed them. Property setters go with their module."""
	if frappe.db.exists(SETTINGS, DOCTYPE):
		doc = frappe.get_doc(SETTINGS, DOCTYPE)
		if all(doc.get(field) == value for field, value in _ours().items()):
			doc.delete()


def _ours() -> dict[str, str]:
	meta = frappe.get_meta(DOCTYPE)
	# ERPNext's status is left out: the stage says more, and the names get its room
	columns = [
		{"fieldname": field, "label": meta.get_label(field)}
		for field in (meta.title_field, *COLUMNS)
		if meta.has_field(field)
	]
	return {"total_fields": MOST_COLUMNS, "fields": json.dumps(columns, ensure_ascii=False)}


def _set(prop: str, value: str, kind: str, fieldname: str | None = None) -> None:
	what = {"doc_type": DOCTYPE, "field_name": fieldname or ["is", "not set"], "property": prop}
	if frappe.db.exists("Property Setter", what):
		return
	make_property_setter(
		DOCTYPE, fieldname, prop, value, kind, for_doctype=not fieldname, validate_fields_for_doctype=False
	).db_set("module", MODULE)
