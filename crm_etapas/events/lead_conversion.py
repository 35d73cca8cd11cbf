"""What a conversion or its undoing changes elsewhere."""

from frappe.model.document import Document

from crm_etapas.follow_up import counters


def on_change(doc: Document, method: str | None = None) -> None:
	"""The prospect's interactions were linked to what was made of it, or no longer are."""
	parts = {"Customer": doc.customer, "Opportunity": doc.opportunity}
	counters.recount((doctype, name) for doctype, name in parts.items() if name)
