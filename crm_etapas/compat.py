"""The one place that knows one version of ERPNext from another."""

import erpnext
import frappe

ERPNEXT = int(erpnext.__version__.split(".")[0])

# where a prospect came from: renamed in ERPNext 16, on Lead and Opportunity alike
SOURCE_FIELD = "source" if ERPNEXT < 16 else "utm_source"
SOURCE_DOCTYPE = "Lead Source" if ERPNEXT < 16 else "UTM Source"
SOURCE_NAME_FIELD = "source_name" if ERPNEXT < 16 else "name"

# what a prospect came by: renamed too
CAMPAIGN_FIELD = "campaign_name" if ERPNEXT < 16 else "utm_campaign"
# the same on opportunities, quotations, orders and invoices
CAMPAIGN_FIELD_OF_SALES = "campaign" if ERPNEXT < 16 else "utm_campaign"
CAMPAIGN_DOCTYPE = "Campaign" if ERPNEXT < 16 else "UTM Campaign"

# of the HR app, which a site may do without; ERPNext itself had it up to version 13
LEAVE_DOCTYPE = "Leave Application"


def has_leaves() -> bool:
	"""Tell whether somebody's leave is known on this site."""
	return bool(frappe.db.exists("DocType", LEAVE_DOCTYPE))
