"""The one event of a next contact: in the calendar of whoever makes it, true whichever of the two is changed.

The record names its event (`next_contact_event`). While one writes into the other, `flags.of_next_contact` on the
event says so, and nothing is written back.
"""

from datetime import datetime

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cstr, get_datetime

from crm_etapas.follow_up import RESPONSIBLE
from crm_etapas.follow_up.attention import DOCTYPES as MARKED
from crm_etapas.follow_up.attention import ROTTING
from crm_etapas.follow_up.media import CATEGORY, SPOKEN
from crm_etapas.pipeline import undo
from crm_etapas.pipeline.working_time import working_hours

EVENT = "next_contact_event"
OPEN, COMPLETED, CANCELLED = "Open", "Completed", "Cancelled"
EMPTY = {
	"next_contact_date": None,
	"next_contact_by": None,
	"next_contact_medium": None,
	"next_contact_subject": None,
	"next_contact_notified": 0,
	EVENT: None,
}


def keep_true(doc: Document) -> None:
	"""Make, move, hand over or cancel the event of a record, as its next contact says now."""
	event = _event_of(doc)
	if not doc.next_contact_date or not doc.next_contact_by:
		if event:
			end(doc, event, CANCELLED)
		return
	if event and event.owner != doc.next_contact_by and event.google_calendar_event_id:
		_delete(event)  # it lies in the other user's Google Calendar
		event = None
	event = event or frappe.new_doc("Event")
	_fill(event, doc)
	event.flags.of_undone_move = undo.is_undoing(doc)
	_save(event)
	if event.owner != doc.next_contact_by:
		# the calendar shows events to their owners, and no save can change an owner
		event.db_set("owner", doc.next_contact_by, update_modified=False)
	if doc.get(EVENT) != event.name:
		_name_event(doc, event.name)
	_see_what_followed(doc)


def end(doc: Document, event: Document, status: str) -> None:
	"""Close the event of a next contact that has been made or is given up; the record has none from now on."""
	_name_event(doc, None)
	event.status = status
	_save(event)
	_see_what_followed(doc)


def complete(doc: Document) -> None:
	"""Close the event of the record's next contact, because it has been made."""
	if event := _event_of(doc):
		end(doc, event, COMPLETED)


def remove(doc: Document) -> None:
	"""Delete the event with its record."""
	if event := _event_of(doc):
		_delete(event)


def join(doctype: str, gone: str, kept: str) -> None:
	"""Leave one next contact of two records that become one: that of the one kept, if it has any."""
	fields = list(EMPTY)
	theirs, ours = (frappe.db.get_value(doctype, name, fields, as_dict=True) for name in (gone, kept))
	if not theirs or not ours or not theirs.next_contact_date:
		return
	frappe.db.set_value(doctype, gone, EMPTY, update_modified=False)
	if not ours.next_contact_date:
		frappe.db.set_value(doctype, kept, theirs, update_modified=False)
	elif theirs[EVENT] and frappe.db.exists("Event", theirs[EVENT]):
		_delete(frappe.get_doc("Event", theirs[EVENT]))


def take_over(event: Document) -> None:
	"""Tell the record of a next contact what was done to its event in the calendar."""
	if event.flags.of_next_contact or not any(
		event.has_value_changed(fieldname) for fieldname in ("starts_on", "all_day", "status")
	):
		return
	if event.status == OPEN:
		_tell(event, {"next_contact_date": _moment(event), "next_contact_notified": 0})
	else:
		_tell(event, EMPTY)


def before_save(event: Document, method: str | None = None) -> None:
	"""doc_events handler: keep the client out of our own reminder. Frappe has Google invite every participant's address.

	Only who is to meet us is invited, unless the record says that it gets no notifications. Runs after Frappe has
	filled the addresses in.
	"""
	for row in event.event_participants:
		if not row.email or row.reference_doctype not in RESPONSIBLE:
			continue
		if _is_next_contact(event, row) and not _is_invited(row):
			row.email = None


def gone(event: Document) -> None:
	"""Tell the record of a next contact that its event is deleted."""
	if not event.flags.of_next_contact:
		_tell(event, EMPTY)


def _is_next_contact(event: Document, row: Document) -> bool:
	return bool(event.flags.of_next_contact) or bool(
		frappe.db.exists(row.reference_doctype, {"name": row.reference_docname, EVENT: event.name})
	)


def _is_invited(row: Document) -> bool:
	record = frappe.db.get_value(
		row.reference_doctype,
		row.reference_docname,
		["next_contact_medium", "notifications_enabled"],
		as_dict=True,
	)
	return bool(record) and record.next_contact_medium in SPOKEN and record.notifications_enabled != 0


def _tell(event: Document, values: dict) -> None:
	for participant in event.event_participants:
		doctype, name = participant.reference_doctype, participant.reference_docname
		if doctype in RESPONSIBLE and frappe.db.exists(doctype, {"name": name, EVENT: event.name}):
			if doctype in MARKED and values["next_contact_date"]:
				values = {**values, ROTTING: None}
			# whoever may move the event in the calendar is whom the record names; open forms are told
			frappe.get_doc(doctype, name).db_set(values, notify=True)


def _name_event(doc: Document, name: str | None) -> None:
	"""Write which event is the record's, without its `on_change`: that follows the save, which is not over yet."""
	doc.set(EVENT, name)
	frappe.db.set_value(doc.doctype, doc.name, EVENT, name, update_modified=False)


def _moment(event: Document) -> datetime:
	"""Return when the contact of an event is due: one that lasts all day, when that day's work begins."""
	moment = get_datetime(event.starts_on)
	return datetime.combine(moment.date(), working_hours()[0]) if event.all_day else moment


def _event_of(doc: Document) -> Document | None:
	name = doc.get(EVENT)
	event = frappe.get_doc("Event", name) if name and frappe.db.exists("Event", name) else None
	if event and (doc.doctype, doc.name) in [
		(row.reference_doctype, row.reference_docname) for row in event.event_participants
	]:
		return event
	return None


def _fill(event: Document, doc: Document) -> None:
	what = _(doc.next_contact_medium)
	event.update(
		{
			"subject": doc.next_contact_subject or f"{what}: {doc.get_title() or doc.name}",
			"event_category": CATEGORY[doc.next_contact_medium],
			"status": OPEN,
		}
	)
	if event.is_new():
		# Frappe's own mail of the day's events, unless ours tells of them
		overview = frappe.get_cached_doc("CRM Etapas Settings").morning_overview
		event.update({"event_type": "Private", "send_reminder": int(not overview)})
		event.add_participant(doc.doctype, doc.name)  # Frappe adds the address of its contact
	elif event.ends_on:
		lasts = get_datetime(event.ends_on) - get_datetime(event.starts_on)
		event.ends_on = get_datetime(doc.next_contact_date) + lasts
	if event.all_day and _moment(event) != get_datetime(doc.next_contact_date):
		event.all_day = 0
	event.starts_on = doc.next_contact_date
	calendar = _google_calendar(doc.next_contact_by)
	event.update({"sync_with_google_calendar": int(bool(calendar)), "google_calendar": calendar})


def _google_calendar(user: str) -> str | None:
	"""Return the user's calendar that Frappe writes to, if there is one."""
	return frappe.db.get_value("Google Calendar", {"user": user, "enable": 1, "push_to_google_calendar": 1})


def _save(event: Document) -> None:
	event.flags.of_next_contact = True
	event.save(ignore_permissions=True)  # it is in the calendar of another user, who has a contact to make


def _delete(event: Document) -> None:
	# in the calendar of another user; whoever may change the record may give its next contact up
	frappe.delete_doc("Event", event.name, ignore_permissions=True, flags={"of_next_contact": True})


def _see_what_followed(doc: Document) -> None:
	"""Read the record again if a rule of its stages has moved it on, or back, because of the event."""
	if cstr(frappe.db.get_value(doc.doctype, doc.name, "modified")) != cstr(doc.modified):
		doc.reload()
