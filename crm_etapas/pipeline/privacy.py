"""What is forgotten of a history: people after a while, old stays, and records that were deleted."""

from datetime import datetime

import frappe
from frappe.utils import add_days, add_months, now_datetime

# what leads back to a person
PERSONAL = ("comment", "correction", "moved_by", "responsible", "cause_doctype", "cause_name")


def anonymise_old() -> None:
	"""Take people and comments out of stays that ended as long ago as the settings say."""
	months = frappe.get_cached_doc("CRM Etapas Settings").anonymise_after_months
	if months:
		_anonymise(_ended_before(add_months(now_datetime(), -months)))


def purge(days: int) -> None:
	"""Delete the stays that ended more than `days` ago; a record keeps the stay that it stands in."""
	log = frappe.qb.DocType("Stage Log")
	frappe.qb.from_(log).delete().where(_ended_before(add_days(now_datetime(), -days))).run()


def forget(doctype: str, name: str) -> None:
	"""Delete the history of a record that is being deleted, or make it anonymous if the settings keep it."""
	if not frappe.get_cached_doc("CRM Etapas Settings").keep_history_of_deleted:
		frappe.db.delete("Stage Log", {"reference_doctype": doctype, "reference_name": name})
		return
	log = frappe.qb.DocType("Stage Log")
	theirs = (log.reference_doctype == doctype) & (log.reference_name == name)
	now = now_datetime()
	frappe.qb.update(log).set(log.left_on, now).where(theirs & log.left_on.isnull()).run()
	_anonymise(theirs, reference_name=f"deleted-{frappe.generate_hash(length=16)}")


def _anonymise(which, **also) -> None:
	log = frappe.qb.DocType("Stage Log")
	query = frappe.qb.update(log).where(which)
	for column in PERSONAL:
		query = query.set(log[column], None)
	for column, value in {"owner": "Administrator", "modified_by": "Administrator", **also}.items():
		query = query.set(log[column], value)
	query.run()


def _ended_before(moment: datetime):
	log = frappe.qb.DocType("Stage Log")
	return log.left_on.notnull() & (log.left_on < moment)
