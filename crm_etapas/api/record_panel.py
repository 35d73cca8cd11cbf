"""What stands beside the form of a record, in one request."""

import frappe

from crm_etapas.api.follow_up import followed
from crm_etapas.api.records import existing
from crm_etapas.api.scorecard import explained
from crm_etapas.follow_up import interactions
from crm_etapas.qualification import DOCTYPE as QUALIFIED
from crm_etapas.qualification import explain as qualification
from crm_etapas.qualification.scorecard import scoring

INTERACTIONS = 5


@frappe.whitelist(methods=["GET", "POST"])
def about(doctype: str, name: str) -> dict:
	"""Return what a salesperson has to know of a record beside its fields.

	:param doctype: Lead, Opportunity or Customer.
	:return: `interactions`, the newest five, see `api.follow_up.recent`; `qualification`, see
		`api.qualification.explain`, and `score`, see `api.scorecard.explain`; each None where there is none.
	:raises frappe.PermissionError: if the user may not read the record.
	"""
	is_qualified = followed(doctype) == QUALIFIED
	doc = existing(doctype, name, tables=is_qualified)
	return {
		"interactions": interactions.recent(doc, INTERACTIONS),
		"qualification": qualification.explain(doc) if is_qualified else None,
		"score": explained(doc) or None if doc.get(scoring.FIELD) else None,
	}
