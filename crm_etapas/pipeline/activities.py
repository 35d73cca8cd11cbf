"""What can have happened to a record, as sets: which of some records have it. One query a question."""

from collections.abc import Callable, Collection

import frappe
from frappe.model.document import Document
from frappe.utils import get_datetime, now_datetime

from crm_etapas.pipeline.stages import Requirement

# (DocType, names of records, the requirement) → the names among them that fulfil it
Check = Callable[[str, Collection[str], Requirement], set[str]]


def with_interaction(doctype: str, names: Collection[str], requirement: Requirement) -> set[str]:
	"""Records with an interaction that someone had: a mail, call, meeting… by the medium asked for."""
	communication = frappe.qb.DocType("Communication")
	link = frappe.qb.DocType("Communication Link")
	direct = (
		frappe.qb.from_(communication)
		.select(communication.reference_name)
		.where(communication.reference_doctype == doctype)
		.where(communication.reference_name.isin(names))
	)
	linked = (
		frappe.qb.from_(communication)
		.join(link)
		.on(link.parent == communication.name)
		.select(link.link_name)
		.where(link.link_doctype == doctype)
		.where(link.link_name.isin(names))
		.where(
			communication.reference_doctype.isnull() | (communication.reference_doctype != "Event")
		)  # planned
	)
	found = set()
	for query in (direct, linked):
		query = query.where(communication.communication_type == "Communication").distinct()
		if requirement.medium:
			query = query.where(communication.communication_medium == requirement.medium)
		found.update(query.run(pluck=True))
	return found


def with_next_contact(doctype: str, names: Collection[str], requirement: Requirement) -> set[str]:
	"""Records with an open event in the future."""
	event, participant = frappe.qb.DocType("Event"), frappe.qb.DocType("Event Participants")
	return set(
		frappe.qb.from_(event)
		.join(participant)
		.on(participant.parent == event.name)
		.select(participant.reference_docname)
		.where(participant.reference_doctype == doctype)
		.where(participant.reference_docname.isin(names))
		.where(event.status == "Open")
		.where(event.starts_on > now_datetime())
		.distinct()
		.run(pluck=True)
	)


def plans_contact(doc: Document) -> bool:
	"""Tell whether a record says itself that it will be contacted; its event is made only once it is saved."""
	planned = doc.get("next_contact_date")
	return bool(planned) and get_datetime(planned) > now_datetime()


def with_attachment(doctype: str, names: Collection[str], requirement: Requirement) -> set[str]:
	"""Records with a file attached."""
	return set(
		frappe.get_all(
			"File",
			filters={"attached_to_doctype": doctype, "attached_to_name": ["in", names]},
			pluck="attached_to_name",
			distinct=True,
		)
	)


CHECKS: dict[str, Check] = {
	"Interaction": with_interaction,
	"Next Contact": with_next_contact,
	"Attachment": with_attachment,
}
