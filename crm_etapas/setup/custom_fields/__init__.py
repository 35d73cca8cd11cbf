"""The fields that the app adds to ERPNext's DocTypes.

They are created when missing and never changed again, so what an admin does to them in Customize Form
stays, and a field that gets another place here gets it on new sites only. A new field goes into its dict and gets a
new line in patches.txt.
"""

from frappe.custom.doctype.custom_field.custom_field import create_custom_fields
from frappe.model import delete_fields

from crm_etapas.compat import SOURCE_DOCTYPE, SOURCE_FIELD
from crm_etapas.setup.custom_fields import (
	assignment,
	contacts,
	conversion,
	cycle,
	deals,
	disqualification,
	figures,
	follow_up,
	profile,
	qualification,
	scorecard,
)
from crm_etapas.setup.custom_fields.stages import import_id, stage_fields

MODULE = "CRM Etapas"
# on the tab of activities, between the open ones and all of them
AMONG_ACTIVITIES = "open_activities_html"

CUSTOM_FIELDS = {
	"Lead": [
		*stage_fields("prospect", "Prospect Stage", insert_after="status"),
		import_id("Lead", insert_after="process_status"),
		*disqualification.LEAD,
		*profile.in_list(
			profile.channel(SOURCE_FIELD), profile.segment("sales_channel"), profile.level("business_segment")
		),
		*profile.identity("phone_ext", key=True),
		*profile.in_list(*profile.places("territory")),
		*profile.attributes("fax"),
		*scorecard.LEAD,
		*follow_up.next_contact("learned_score_view"),
		*follow_up.contacts_made(AMONG_ACTIVITIES),
		*follow_up.attention("tries_since_answer"),
		*qualification.FIELDS,
		*assignment.FIELDS,
	],
	"Opportunity": [
		*stage_fields("opportunity", "Opportunity Stage", insert_after="status"),
		import_id("Opportunity", insert_after="process_status"),
		conversion.ORIGIN,
		profile.channel(SOURCE_FIELD),
		profile.segment("market_segment"),
		profile.level("business_segment"),
		*profile.places("territory"),
		*profile.identity("sector", condition=False),
		*profile.attributes("notifications_enabled"),
		*follow_up.next_contact("own_amount"),
		*follow_up.contacts_made(AMONG_ACTIVITIES),
		*follow_up.attention("tries_since_answer"),
		*cycle.OPPORTUNITY,
		*deals.OPPORTUNITY,
	],
	"Prospect": [
		profile.channel("customer_group"),
		profile.segment("market_segment"),
		profile.level("sales_channel"),
		*profile.places("territory"),
		*profile.identity("company"),
		*profile.attributes("notifications_enabled"),
	],
	"Customer": [
		import_id("Customer", insert_after="customer_details"),
		profile.channel("account_manager"),
		profile.segment("market_segment"),
		profile.level("sales_channel"),
		*profile.places("territory"),
		*profile.identity("image", key=True, condition=False),
		*profile.attributes("notifications_enabled"),
		*follow_up.next_contact("customer_attributes"),
		*follow_up.contacts_made("next_contact_notified"),
	],
	**conversion.REVENUE,
	"Quotation": [*conversion.REVENUE["Quotation"], *deals.QUOTATION],
	"Address": contacts.ADDRESS,
	"Territory": contacts.TERRITORY,
	"Contact": contacts.CONTACT,
	"Contact Email": contacts.validated("is_primary"),
	"Contact Phone": contacts.validated("is_primary_mobile_no"),
	"File": contacts.FILE,
	"Opportunity Lost Reason": cycle.LOST_REASON,
	"Communication": follow_up.COMMUNICATION,
	"User": [*follow_up.USER, *figures.USER],
	# what stands for it in ERPNext: a field here, for the DocType's name is another one in ERPNext 16
	"Sales Channel": [
		{
			"fieldname": "erpnext_source",
			"fieldtype": "Link",
			"label": "Source in ERPNext",
			"options": SOURCE_DOCTYPE,
			"insert_after": "description",
			"description": "Records of this channel carry it, so that ERPNext's own reports speak of it",
		},
	],
}


def create() -> None:
	"""Create the fields that are missing; leave the others as they are."""
	fields = {doctype: [{**df, "module": MODULE} for df in dfs] for doctype, dfs in CUSTOM_FIELDS.items()}
	create_custom_fields(fields, update=False)


def delete_columns() -> None:
	"""Drop the columns from the tables, once the fields themselves are deleted."""
	delete_fields({doctype: [df["fieldname"] for df in dfs] for doctype, dfs in CUSTOM_FIELDS.items()}, 1)
