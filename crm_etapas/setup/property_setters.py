"""What the app changes in ERPNext's own fields: once, where no admin has said anything."""

import frappe

from crm_etapas.compat import SOURCE_FIELD
from crm_etapas.setup.custom_fields import MODULE

# channel and segment stand in their place and keep them filled; two of each would only confuse
HIDDEN = {
	"Lead": (SOURCE_FIELD, "market_segment"),
	"Opportunity": (SOURCE_FIELD, "market_segment"),
	"Prospect": ("market_segment",),
	"Customer": ("market_segment",),
}


def create() -> None:
	"""Hide the fields that ours replace, unless Customize Form says something about hiding them."""
	for doctype, fieldnames in HIDDEN.items():
		for fieldname in fieldnames:
			what = {"doc_type": doctype, "field_name": fieldname, "property": "hidden"}
			if frappe.get_meta(doctype).has_field(fieldname) and not frappe.db.exists(
				"Property Setter", what
			):
				frappe.get_doc(
					{
						"doctype": "Property Setter",
						"doctype_or_field": "DocField",
						"property_type": "Check",
						"value": "1",
						"module": MODULE,
						**what,
					}
				).insert()
