"""By which way a prospect came in, and what that says of its channel and its campaign.

Whoever enters a prospect may say both. Web forms and mails seldom do: then the channel that is the one of that way
is taken, and from the address of the page with the form what its link said (`utm_campaign`, `utm_source`).
"""

from urllib.parse import parse_qs, urlsplit

import frappe
from frappe.model.document import Document

from crm_etapas import master
from crm_etapas.compat import CAMPAIGN_DOCTYPE, CAMPAIGN_FIELD, SOURCE_FIELD
from crm_etapas.profile.erpnext_names import CHANNEL

WEB_FORM, EMAIL, API, IMPORT = WAYS = ("Web Form", "Email", "API", "Import")
# what reads the mailboxes, in a job or for a user who does not want to wait
READS_MAIL = (
	"frappe.email.doctype.email_account.email_account.pull_from_email_account",
	"frappe.email.doctype.email_account.email_account.pull_emails",
)


def tell(doc: Document) -> None:
	"""Give a new lead the channel and the campaign of the way that it came by, where it says none."""
	way = way_of(doc)
	if not way:
		return
	link = _link_of_page() if way == WEB_FORM else {}
	if not doc.get(CAMPAIGN_FIELD):
		doc.set(CAMPAIGN_FIELD, _campaign(link.get("utm_campaign")))
	if not doc.get(CHANNEL.fieldname) and not doc.get(SOURCE_FIELD):
		doc.set(CHANNEL.fieldname, _channel_called(link.get("utm_source")) or channel_of_way(way))


def way_of(doc: Document) -> str | None:
	"""Return the way that a new lead is coming in by, None for one that somebody enters in the desk."""
	if doc.doctype != "Lead":
		return None
	if frappe.flags.in_web_form:
		return WEB_FORM
	if frappe.flags.in_import:
		return IMPORT
	job = getattr(frappe.local, "job", None) or {}
	if job.get("method") in READS_MAIL or frappe.form_dict.get("cmd") in READS_MAIL:
		return EMAIL
	if frappe.request and frappe.request.path.startswith(
		("/api/resource", "/api/v1/resource", "/api/v2/document")
	):
		return API
	return None


def channel_of_way(way: str) -> str | None:
	"""Return the enabled channel that prospects get who come in by this way."""
	rows = master.records(CHANNEL.doctype).values()
	return next((row.name for row in rows if row.entry_way == way and not row.disabled), None)


def _link_of_page() -> dict[str, str]:
	"""Return what the address of the page with the form says behind its question mark."""
	address = (frappe.request and frappe.request.headers.get("Referer")) or ""
	return {key: values[0].strip() for key, values in parse_qs(urlsplit(address).query).items()}


def _campaign(name: str | None) -> str | None:
	"""Return the campaign of that name. A guest's link makes none."""
	return frappe.db.exists(CAMPAIGN_DOCTYPE, name) if name else None


def _channel_called(name: str | None) -> str | None:
	"""Return the enabled channel that is called so, here or in ERPNext."""
	for row in master.records(CHANNEL.doctype).values():
		names = {(row.name or "").casefold(), (row.get(CHANNEL.link) or "").casefold()}
		if name and not row.disabled and name.casefold() in names:
			return row.name
	return None
