"""What hangs on a prospect goes along to what is made of it: as links, where Frappe can link, and as rows for files.

Rows are written in sets: nothing about a mail, an event or a file changes, so nobody need hear of it.
"""

import json

import frappe
from frappe.desk.doctype.tag.tag import DocTags
from frappe.model.document import Document
from frappe.utils import now

from crm_etapas.conversion.origin import lead_of
from crm_etapas.pipeline import bulk_insert

ROW = ("name", "owner", "modified_by", "creation", "modified", "docstatus", "idx")
IN_TABLE = ("parent", "parenttype", "parentfield")
COMMUNICATION_LINK = (*ROW, *IN_TABLE, "link_doctype", "link_name", "link_title", "communication_date")
PARTICIPANT = (*ROW, *IN_TABLE, "reference_doctype", "reference_docname", "email")
FILE = (
	"file_name",
	"document_name",
	"is_private",
	"file_type",
	"file_size",
	"file_url",
	"thumbnail_url",
	"folder",
	"content_hash",
)


def set_aside(opportunity: Document) -> None:
	"""Take what ERPNext would move to a new opportunity with the rights of the user out of its sight.

	To-dos and private events of others are theirs, so ERPNext refuses whoever makes the opportunity.
	`hand_over` gives them on.
	"""
	lead = lead_of(opportunity)
	todos = _open_todos(lead) if lead else []
	participants = _events_of_others(lead) if lead else []
	_write("ToDo", todos, reference_name=None)
	_write("Event Participants", participants, reference_docname=None)
	opportunity.flags.set_aside = (lead, todos, participants)


def hand_over(opportunity: Document) -> None:
	"""Give a new opportunity the open to-dos of its lead, and a part in the lead's open events."""
	lead, todos, participants = opportunity.flags.pop("set_aside", None) or (None, [], [])
	if todos:
		_write("ToDo", todos, reference_type="Opportunity", reference_name=opportunity.name)
		users = frappe.get_all("ToDo", {"name": ["in", todos]}, pluck="allocated_to", order_by="creation asc")
		assigned = json.dumps(list(dict.fromkeys(filter(None, users))))
		opportunity.db_set("_assign", assigned, update_modified=False)
	if participants:
		_write("Event Participants", participants, reference_docname=lead)
		events = frappe.get_all("Event Participants", {"name": ["in", participants]}, pluck="parent")
		_take_part(events, opportunity)
	opportunity.flags.handed_over = todos


def give_back(opportunity: Document) -> None:
	"""Give the lead back the open to-dos that an opportunity had from it: Frappe deletes those of the record.

	They are older than the opportunity; the later ones are its own.
	"""
	lead = lead_of(opportunity)
	if not lead or not frappe.db.exists("Lead", lead):
		return
	todos = {
		"reference_type": "Opportunity",
		"reference_name": opportunity.name,
		"status": "Open",
		"creation": ["<", opportunity.creation],
	}
	names = frappe.get_all("ToDo", todos, pluck="name")
	_write("ToDo", names, reference_type="Lead", reference_name=lead)


def bring(lead: Document, target: Document) -> dict[str, list[str]]:
	"""Give what was made of a lead a part in its interactions and events, its files and its tags.

	:return: by DocType, the names of the rows that were added.
	"""
	added = {
		"Communication Link": _link_communications(lead, target),
		"Event Participants": _take_part(_events(lead), target),
		"File": _attach_files(lead, target),
		"Tag Link": _tag(lead, target),
	}
	return {doctype: names for doctype, names in added.items() if names}


def _link_communications(lead: Document, target: Document) -> list[str]:
	there = {"link_doctype": target.doctype, "link_name": target.name}
	known = set(frappe.get_all("Communication Link", there, pluck="parent"))
	return _insert(
		"Communication Link",
		COMMUNICATION_LINK,
		[
			{
				"parent": row.name,
				"parenttype": "Communication",
				"parentfield": "timeline_links",
				"link_doctype": target.doctype,
				"link_name": target.name,
				"link_title": target.get_title(),
				"communication_date": row.communication_date,
			}
			for row in _communications(lead.name)
			if row.name not in known
		],
	)


def _communications(lead: str) -> list[frappe._dict]:
	"""Return those about a lead and those linked to it: a query each, for each has an index of its own."""
	communication, link = frappe.qb.DocType("Communication"), frappe.qb.DocType("Communication Link")
	columns = communication.name, communication.communication_date
	direct = (
		frappe.qb.from_(communication)
		.select(*columns)
		.where((communication.reference_doctype == "Lead") & (communication.reference_name == lead))
	)
	linked = (
		frappe.qb.from_(link)
		.join(communication)
		.on(communication.name == link.parent)
		.select(*columns)
		.where((link.link_doctype == "Lead") & (link.link_name == lead))
	)
	rows = [row for query in (direct, linked) for row in query.run(as_dict=True)]
	return list({row.name: row for row in rows}.values())


def _events(lead: Document) -> list[str]:
	"""Return the lead's events but that of its next contact: the opportunity has its own."""
	filters = {"reference_doctype": "Lead", "reference_docname": lead.name}
	events = frappe.get_all("Event Participants", filters, pluck="parent")
	return [event for event in events if event != lead.get("next_contact_event")]


def _take_part(events: list[str], target: Document) -> list[str]:
	if not events:
		return []
	there = {"reference_doctype": target.doctype, "reference_docname": target.name, "parent": ["in", events]}
	known = set(frappe.get_all("Event Participants", there, pluck="parent"))
	return _insert(
		"Event Participants",
		PARTICIPANT,
		[
			{
				"parent": event,
				"parenttype": "Event",
				"parentfield": "event_participants",
				"reference_doctype": target.doctype,
				"reference_docname": target.name,
				"email": target.get("contact_email") or target.get("email_id"),
			}
			for event in dict.fromkeys(events)
			if event not in known
		],
	)


def _attach_files(lead: Document, target: Document) -> list[str]:
	"""Attach the same files: another row each, the file itself stays one."""
	filters = {"attached_to_doctype": "Lead", "attached_to_name": lead.name, "is_folder": 0}
	files = frappe.get_all("File", filters, FILE)
	if not files:
		return []
	there = {"attached_to_doctype": target.doctype, "attached_to_name": target.name}
	known = set(frappe.get_all("File", there, pluck="file_url"))
	rows = [{**row, **there} for row in files if row.file_url not in known]
	return _insert("File", (*ROW, *FILE, *there), rows)


def _tag(lead: Document, target: Document) -> list[str]:
	"""Give the target the lead's tags; return those that it had not."""
	tags = [tag for tag in (lead.get("_user_tags") or "").split(",") if tag]
	own = [tag for tag in (target.get("_user_tags") or "").split(",") if tag]
	new = [tag for tag in tags if tag not in own]
	if new:
		DocTags(target.doctype).update(target.name, [*own, *new])
	return new


def _open_todos(lead: str) -> list[str]:
	return frappe.get_all(
		"ToDo", {"reference_type": "Lead", "reference_name": lead, "status": "Open"}, pluck="name"
	)


def _events_of_others(lead: str) -> list[str]:
	"""Return the rows of the lead's part in open events that the user may not write."""
	if frappe.session.user == "Administrator":
		return []
	event, participant = frappe.qb.DocType("Event"), frappe.qb.DocType("Event Participants")
	return (
		frappe.qb.from_(participant)
		.join(event)
		.on(event.name == participant.parent)
		.select(participant.name)
		.where((participant.reference_doctype == "Lead") & (participant.reference_docname == lead))
		.where((event.status == "Open") & (event.event_type != "Public"))
		.where(event.owner != frappe.session.user)
		.run(pluck=True)
	)


def _write(doctype: str, names: list[str], **values) -> None:
	if names:
		frappe.db.set_value(doctype, {"name": ["in", names]}, values, update_modified=False)


def _insert(doctype: str, columns: tuple[str, ...], rows: list[dict]) -> list[str]:
	moment, user = now(), frappe.session.user
	common = {"owner": user, "modified_by": user, "creation": moment, "modified": moment, "docstatus": 0}
	rows = [{**common, "name": frappe.generate_hash(length=10), "idx": 0, **row} for row in rows]
	bulk_insert.insert(doctype, columns, rows)
	return [row["name"] for row in rows]
