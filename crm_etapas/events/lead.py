"""What happens to a lead in one capability, told to another."""

import frappe
from frappe.model.document import Document

from crm_etapas.assignment import on_save
from crm_etapas.conversion import matching
from crm_etapas.conversion.convert import convert
from crm_etapas.conversion.plan import CUSTOMER, Wish
from crm_etapas.pipeline import undo
from crm_etapas.pipelines import QUALIFICATION
from crm_etapas.profile import condition
from crm_etapas.qualification import levels


def validate(doc: Document, method: str | None = None) -> None:
	"""A level that hands its prospects over finds them somebody, in the save that reaches it."""
	for pipeline, previous in doc.flags.stage_changes or []:
		if (
			pipeline is QUALIFICATION
			and previous
			and not undo.is_undoing(doc)
			and levels.get(doc.qualification_level).hand_over
		):
			on_save.level_reached(doc, doc.qualification_level)


def on_update(doc: Document, method: str | None = None) -> None:
	"""A prospect that is called a customer and is one already becomes that one, as a conversion takes it."""
	if not condition.wants_customer(doc):
		return
	found = next((row["name"] for row in matching.customers(doc) if row["sure"]), None)
	if not found:
		return
	doc.db_set("party_condition", condition.PROSPECT, update_modified=False)  # what undoing goes back to
	convert(doc.name, Wish((CUSTOMER,), {CUSTOMER: found}))
	doc.reload()
	condition.tell(doc, frappe.get_doc(CUSTOMER, found))
