"""What is kept of a prospect on what is made of it: where an opportunity comes from, and by which way revenue came."""

from crm_etapas.compat import SOURCE_FIELD
from crm_etapas.setup.custom_fields import profile

# shown where the party does not say it already
ORIGIN = {
	"fieldname": "origin_lead",
	"fieldtype": "Link",
	"label": "Origin Lead",
	"options": "Lead",
	"insert_after": "party_name",
	"read_only": 1,
	"no_copy": 1,
	"search_index": 1,
	"ignore_user_permissions": 1,
	"depends_on": "eval:doc.origin_lead && doc.opportunity_from !== 'Lead'",
}
REVENUE = {
	doctype: [profile.channel(SOURCE_FIELD), profile.segment("sales_channel")]
	for doctype in ("Quotation", "Sales Order", "Delivery Note", "Sales Invoice")
}
