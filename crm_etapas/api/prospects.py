"""Whitelisted methods on prospects and customers: finding them, who may be entered twice, making one of two."""

import frappe
from frappe import _
from frappe.model.document import Document

from crm_etapas.api.records import existing, read
from crm_etapas.exceptions import MergeError
from crm_etapas.finding import desk, documents
from crm_etapas.finding.leads import Leads
from crm_etapas.identity import differences
from crm_etapas.identity import duplicates as likely
from crm_etapas.identity import merge as merging
from crm_etapas.pipeline.deadlock import tried_again


@frappe.whitelist(methods=["GET", "POST"])
def duplicates(doctype: str, values: dict | str, name: str | None = None) -> list[dict]:
	"""Return the records that may be the same prospect or customer as one that is being entered.

	:param doctype: Lead or Customer.
	:param values: what the form holds, by fieldname.
	:param name: of the record itself, if it is saved already.
	:return: see `crm_etapas.identity.duplicates.find`; none if the settings say not to warn.
	:raises frappe.PermissionError: if the user may not read such records at all.
	"""
	_compared(doctype)
	frappe.has_permission(doctype, "read", throw=True)
	return likely.find(doctype, read(values, error=MergeError), exclude=name) if likely.is_wanted() else []


@frappe.whitelist(methods=["GET", "POST"])
def compare(doctype: str, gone: str, kept: str) -> list[dict]:
	"""Return what two records say differently, for the user to choose before they are merged.

	:param gone: name of the record that would go; `kept`, of the one that would stay.
	:return: for each field that a form lets the user fill in: fieldname, label, fieldtype, options, `gone` and
		`kept` (the values) and `takes` ("gone" or "kept": whose value is taken unless the user chooses).
	:raises MergeError, frappe.PermissionError: as `merge`.
	"""
	old, doc = _mergeable(doctype, gone, kept)
	return [
		{
			"fieldname": difference.fieldname,
			"label": _(difference.df.label, context=doctype),
			"fieldtype": difference.df.fieldtype,
			"options": difference.df.options,
			"gone": difference.gone,
			"kept": difference.kept,
			"takes": "gone" if difference.takes_gone else "kept",
		}
		for difference in differences.of(old, doc)
		if difference.is_asked
	]


@frappe.whitelist(methods=["POST"])
@tried_again
def merge(doctype: str, gone: str, kept: str, values: dict | str | None = None) -> str:
	"""Make one record of two: all that hangs on the one that goes hangs on the one kept afterwards.

	:param values: by fieldname, what the one kept shall have where they differ, see `compare`. Without it, its
		own, and what it lacks from the one that goes.
	:return: the name of the one kept.
	:raises MergeError: if they cannot be merged.
	:raises frappe.PermissionError: if the user may not write both and delete the one that goes.
	"""
	old, doc = _mergeable(doctype, gone, kept)
	return merging.merge(doctype, old.name, doc.name, read(values, error=MergeError)).name


def _mergeable(doctype: str, gone: str, kept: str) -> tuple[Document, Document]:
	"""Return both records, or refuse."""
	_compared(doctype)
	old, doc = existing(doctype, gone), existing(doctype, kept)
	old.check_permission("write")
	old.check_permission("delete")
	doc.check_permission("write")
	if old.name == doc.name:
		frappe.throw(
			_("{0} cannot be merged with itself. Choose another record").format(frappe.bold(doc.get_title())),
			MergeError,
		)
	return old, doc


def _compared(doctype: str) -> None:
	if doctype not in likely.COMPARED:
		frappe.throw(
			_("Only these are compared with one another: {0}").format(", ".join(map(_, likely.COMPARED))),
			MergeError,
		)


MOST_FOUND, MOST_LISTED = 500, 2_500
# what tells one prospect from another in a few words
SHOWN = (
	"name",
	"title",
	"lead_name",
	"company_name",
	"email_id",
	"mobile_no",
	"identification_number",
	"party_condition",
	"prospect_stage",
	"lead_owner",
)


@frappe.whitelist(methods=["GET", "POST"])
def search_by_document(text: str, limit: int = 10) -> list[dict]:
	"""Return the prospects and customers whose document number begins with what was typed, however written.

	:param text: the beginning of a number; punctuation and case do not matter. One character finds nothing.
	:return: see `crm_etapas.finding.documents.begin_with`.
	:raises frappe.PermissionError: if the user may read neither prospects nor customers.
	"""
	if not frappe.has_permission("Customer", "read"):
		frappe.has_permission("Lead", "read", throw=True)
	return documents.begin_with(text, _between(limit, 1, 50))


@frappe.whitelist(methods=["GET", "POST"])
def search(text: str, limit: int = 20, doctype: str = "Lead") -> list[dict]:
	"""Return the prospects that a free text finds, the newest first.

	Every word must begin a word of the name, legal name, company, email, phones or identification, in any order;
	accents and case do not matter.

	:param doctype: Lead; there is no search for others.
	:return: dicts of name, title, lead_name, company_name, email_id, mobile_no, identification_number,
		party_condition, prospect_stage and lead_owner, as far as the user may read them.
	:raises frappe.PermissionError: if the user may not read prospects.
	"""
	if doctype != "Lead":
		frappe.throw(_("{0} cannot be searched here. Search for Lead").format(frappe.bold(_(doctype))))
	if not text.strip():
		frappe.has_permission("Lead", "read", throw=True)
		return []
	return Leads(typed=text).page(list(SHOWN), length=_between(limit, 1, MOST_FOUND))


@frappe.whitelist(methods=["GET", "POST"])
def get_list(
	fields: list | str,
	filters: list | dict | str | None = None,
	order_by: str | None = None,
	start: int = 0,
	page_length: int = 20,
	text: str | None = None,
	with_comment_count: bool = False,
) -> dict | list:
	"""Return a page of the list of leads, as `frappe.desk.reportview.get` does and with the same arguments.

	:param text: free text that the leads must match besides the filters, see `search`.
	:return: `keys`, `values` (a list for each lead) and `user_info`; an empty list if there are none.
	:raises frappe.PermissionError: if the user may not read leads.
	"""
	return desk.page(
		{
			"fields": fields,
			"filters": filters,
			"order_by": order_by,
			"start": max(start, 0),
			"page_length": _between(page_length, 1, MOST_LISTED),
			"with_comment_count": with_comment_count,
		},
		text,
	)


@frappe.whitelist(methods=["GET", "POST"])
def get_count(filters: list | dict | str | None = None, text: str | None = None) -> dict:
	"""Return how many leads `get_list` would list on all its pages, without counting more than a thousand.

	:return: `count`; `is_exact`: false if there are more; with a text also `names`: of all of them, or None.
	:raises frappe.PermissionError: if the user may not read leads.
	"""
	return desk.count(filters, text)


def _between(value: int, least: int, most: int) -> int:
	return min(max(value, least), most)
