"""Levels of prospects and levels of customers: each for its own."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import escape_html

from crm_etapas import master
from crm_etapas.exceptions import ProfileError

TYPE_OF = {"Lead": "Prospect", "Customer": "Customer"}


def leave_that_of_prospect(doc: Document) -> None:
	"""Take from a new customer the level that came along from its prospect: it is one for prospects."""
	level = master.records("Potential Level").get(doc.get("potential_level"))
	if level and doc.doctype == "Customer" and level.level_type != TYPE_OF[doc.doctype]:
		doc.potential_level = None


def check(doc: Document) -> None:
	"""Refuse a level that was chosen for the wrong kind of record.

	:raises ProfileError:
	"""
	level = master.records("Potential Level").get(doc.get("potential_level"))
	wanted = TYPE_OF.get(doc.doctype)
	if not level or not wanted or level.level_type == wanted or not doc.has_value_changed("potential_level"):
		return
	fitting = [
		_(row.name)
		for row in master.records("Potential Level").values()
		if row.level_type == wanted and not row.disabled
	]
	frappe.throw(
		_("{0} is no level for {1}. Choose one of: {2}").format(
			frappe.bold(_(level.name)),
			frappe.bold(escape_html(doc.get_title() or doc.name)),
			", ".join(fitting),
		),
		ProfileError,
		title=_("Potential Level"),
	)
