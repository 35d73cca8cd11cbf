"""What happens to a prospect's organisation: ERPNext makes it of a lead without its mapper."""

import frappe
from frappe.model.document import Document

from crm_etapas.conversion import field_map


def before_validate(doc: Document, method: str | None = None) -> None:
	if doc.is_new() and doc.leads:
		field_map.carry(doc, frappe.get_doc("Lead", doc.leads[0].lead))
