"""Whitelisted methods on scorecards, and on the score of a prospect."""

import frappe
from frappe.model import get_permitted_fields
from frappe.model.document import Document

from crm_etapas.api.records import existing
from crm_etapas.pipeline.deadlock import tried_again
from crm_etapas.qualification.scorecard import job, scoring


@frappe.whitelist(methods=["POST"])
def train(name: str) -> None:
	"""Learn a scorecard from the closed prospects, in the background; how it ends is on the Scorecard.

	:raises ScorecardError: if it is trained or running, or looks at what cannot be learned from.
	:raises frappe.PermissionError: if the user may not write scorecards.
	"""
	job.enqueue(_writable(name))


@frappe.whitelist(methods=["POST"])
@tried_again
def activate(name: str) -> None:
	"""Score open prospects with a trained scorecard and with no other; those of today in the background.

	:raises ScorecardError: if it is not trained.
	:raises frappe.PermissionError: if the user may not write scorecards.
	"""
	job.activate(_writable(name))


@frappe.whitelist(methods=["POST"])
@tried_again
def deactivate(name: str) -> None:
	"""Score nobody any more. Scores are taken out in the background.

	:raises frappe.PermissionError: if the user may not write scorecards.
	"""
	job.deactivate(_writable(name))


@frappe.whitelist(methods=["GET", "POST"])
def explain(name: str) -> dict:
	"""Say how the score of a lead comes about.

	:return: empty if no scorecard is active. Otherwise `scorecard`, `won_is`, `sample_size`, `won`, `lost`,
		`base_rate` (percent), `trained_on`, `auc`; `start` (points that everybody has), `features` (a list of
		fieldname or attribute, label, value, points, cases and win_rate of that value in the past), `score` (their
		sum) and `probability` (percent). 20 points double the odds, 0 is an even chance.
		Of a field that the user may not see, the value and what hangs on it are None.
	:raises frappe.PermissionError: if the user may not read the lead.
	"""
	return explained(existing("Lead", name))


def explained(doc: Document) -> dict:
	"""Return what `explain` does, of a lead that the user may read."""
	permitted = set(get_permitted_fields("Lead"))
	scorecard = scoring.active()
	if not scorecard or scoring.FIELD not in permitted:
		return {}
	told = scoring.explain(doc, scorecard)
	for line in told["features"]:
		if line["fieldname"] and line["fieldname"] not in permitted:
			line.update({"value": None, "cases": None, "win_rate": None})
	return told


def _writable(name: str) -> Document:
	doc = existing("Scorecard", name)
	doc.check_permission("write")
	return doc
