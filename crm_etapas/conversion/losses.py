"""Why a quotation or an opportunity was lost, said in one and carried to the other."""

import frappe
from frappe.model.document import Document


def of_quotation(quotation: Document) -> dict:
	"""Return what an opportunity gets from its lost quotation: reasons, competitors, details."""
	reasons = [row.lost_reason for row in quotation.lost_reasons]
	values = {
		"lost_reasons": [
			{"lost_reason": _same_reason(reason, "Opportunity Lost Reason", "lost_reason")}
			for reason in reasons
		],
		"competitors": [{"competitor": row.competitor} for row in quotation.competitors],
		"order_lost_reason": quotation.order_lost_reason,
	}
	return {fieldname: value for fieldname, value in values.items() if value}


def _same_reason(reason: str, doctype: str, fieldname: str) -> str:
	"""Return the reason of this name in the other list of reasons, made if it is not there yet."""
	if not frappe.db.exists(doctype, reason):
		# whoever says why a deal was lost need not be able to edit the lists of reasons
		frappe.get_doc({"doctype": doctype, fieldname: reason}).insert(ignore_permissions=True)
	return reason
