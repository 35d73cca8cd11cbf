"""doc_events handlers of Lead, Opportunity, Prospect and Customer: the parts of the profile, in their order."""

from frappe.model.document import Document

from crm_etapas.profile import attributes, condition, defaults, entry, erpnext_names, levels, travel, validity


def before_validate(doc: Document, method: str | None = None) -> None:
	if doc.is_new():
		travel.carry(doc)
		levels.leave_that_of_prospect(doc)
		condition.of_new(doc)
		entry.tell(doc)
	erpnext_names.keep_true(doc)
	if doc.is_new():
		defaults.give(doc)
		erpnext_names.keep_true(doc)  # the default channel and segment have names in ERPNext too
	validity.set_end(doc)


def validate(doc: Document, method: str | None = None) -> None:
	levels.check(doc)
	attributes.validate(doc)
	condition.check(doc)


def on_update(doc: Document, method: str | None = None) -> None:
	condition.make_customer(doc)
