"""What happens to quotations without anybody saving them: a client opens the mail, a date passes."""

from datetime import datetime

import frappe
from frappe.model.document import Document
from frappe.query_builder.functions import Min
from frappe.utils import today

EXPIRED = "Expired"
CANCELLED = 2
AT_ONCE = 500


def newly_seen() -> dict[str, datetime]:
	"""Return the quotations whose mail the client has opened for the first time, by name, with the moment."""
	quotation, mail = frappe.qb.DocType("Quotation"), frappe.qb.DocType("Communication")
	rows = (
		frappe.qb.from_(mail)
		.join(quotation)
		.on(quotation.name == mail.reference_name)
		.select(quotation.name, Min(mail.read_by_recipient_on))
		.where(mail.reference_doctype == "Quotation")
		.where(mail.read_by_recipient == 1)
		.where(quotation.seen_on.isnull())
		.where(quotation.docstatus < CANCELLED)
		.groupby(quotation.name)
		.limit(AT_ONCE)
		.run()
	)
	return {name: moment for name, moment in rows if moment}


def newly_expired() -> list[str]:
	"""Return the quotations that ERPNext has set to Expired since the last time, the oldest first."""
	filters = {"docstatus": 1, "status": EXPIRED, "expired_on": ["is", "not set"]}
	return frappe.get_all("Quotation", filters, pluck="name", order_by="valid_till, name", limit=AT_ONCE)


def remember(name: str, **values) -> None:
	"""Write on a quotation what has happened to it; not a change that anybody made."""
	frappe.db.set_value("Quotation", name, values, update_modified=False)


def expire(name: str) -> None:
	remember(name, expired_on=today())


def is_valid_again(doc: Document) -> bool:
	"""Tell whether a quotation that had expired is valid again, and forget that it had."""
	if not doc.get("expired_on") or doc.status == EXPIRED:
		return False
	doc.db_set("expired_on", None, update_modified=False)
	return True
