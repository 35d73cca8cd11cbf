"""Page views of the website, told to the prospects that they are tied to."""

import frappe
from frappe.model.document import Document

from crm_etapas.qualification import VISITOR, levels, recalculation


def after_insert(doc: Document, method: str | None = None) -> None:
	if not doc.visitor_id or "Web Page View" not in levels.kept().watched.behaviours:
		return
	for name in frappe.get_all("Lead", {VISITOR: doc.visitor_id}, pluck="name"):
		recalculation.after_behaviour(name, "Web Page View")
