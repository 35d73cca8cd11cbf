"""What has happened between a client and us, noted as Frappe's Communication like the mails that come by themselves."""

from dataclasses import dataclass
from html import unescape

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder import Order
from frappe.utils import escape_html, format_datetime, get_datetime, get_fullname, now_datetime, strip_html
from pypika.functions import Substring

from crm_etapas import master
from crm_etapas.exceptions import FollowUpError
from crm_etapas.follow_up.media import MEDIA, SPOKEN

SENT, RECEIVED = "Sent", "Received"
RESULTS = "Interaction Result"
READ_OF_A_NOTE = 500  # characters: mails may be long


@dataclass(frozen=True)
class Interaction:
	"""A call, mail, meeting or visit.

	:param medium: one of `MEDIA`; `direction`, Sent or Received: who began.
	:param on: when it happened; now, if nothing is said.
	:param result: name of an Interaction Result.
	:param next_contact_follows: whoever notes it plans the next contact too.
	"""

	medium: str
	direction: str = SENT
	on: str | None = None
	result: str | None = None
	note: str | None = None
	next_contact_follows: bool = False


def log(doc: Document, interaction: Interaction) -> Document:
	"""Note an interaction on the timeline of a record. The stages that it leads to are entered by themselves.

	:return: the Communication.
	:raises FollowUpError: if it cannot have happened so.
	"""
	on = _moment(doc, interaction)
	_check(doc, interaction)
	subject = _subject(interaction.medium, interaction.result)
	said = escape_html(interaction.note or "").replace("\n", "<br>")
	communication = frappe.get_doc(
		{
			"doctype": "Communication",
			"communication_type": "Communication",
			"communication_medium": interaction.medium,
			"sent_or_received": interaction.direction,
			"communication_date": on,
			"subject": subject,
			"content": said or subject,
			"interaction_result": interaction.result,
			"reference_doctype": doc.doctype,
			"reference_name": doc.name,
			"status": "Linked",
			"user": frappe.session.user,
			"sender": frappe.session.user,
			"sender_full_name": get_fullname(),
		}
	)
	communication.flags.update(noted_by_hand=True, next_contact_follows=interaction.next_contact_follows)
	return communication.insert(
		ignore_permissions=True
	)  # whoever may write the record may note what was done with it


def recent(doc: Document, limit: int) -> list[dict]:
	"""Return the newest interactions with a record; what is only planned in the calendar is none."""
	communication, link = frappe.qb.DocType("Communication"), frappe.qb.DocType("Communication Link")
	direct = frappe.qb.from_(communication).where(
		(communication.reference_doctype == doc.doctype) & (communication.reference_name == doc.name)
	)
	linked = (
		frappe.qb.from_(link)
		.join(communication)
		.on(communication.name == link.parent)
		.where((link.link_doctype == doc.doctype) & (link.link_name == doc.name))
		.where(communication.reference_doctype.isnull() | (communication.reference_doctype != "Event"))
	)
	found = {}
	for query in (direct, linked):  # each by its index, which one condition for both would not use
		rows = (
			query.select(
				communication.name,
				communication.communication_medium.as_("medium"),
				communication.sent_or_received.as_("direction"),
				communication.communication_date.as_("on"),
				communication.interaction_result.as_("result"),
				communication.subject,
				Substring(communication.content, 1, READ_OF_A_NOTE).as_("note"),
				communication.sender_full_name.as_("by"),
			)
			.where(communication.communication_type == "Communication")
			.orderby(communication.communication_date, order=Order.desc)
			.limit(limit)
			.run(as_dict=True)
		)
		found.update({row.name: row for row in rows})
	rows = sorted(found.values(), key=lambda row: get_datetime(row.on), reverse=True)[:limit]
	return [{**row, "note": _first_line(row)} for row in rows]


def is_contact(communication: Document) -> bool:
	"""Tell whether something has happened: no comment, no notification, no event that is only planned."""
	return communication.communication_type == "Communication" and communication.reference_doctype != "Event"


def is_answered(communication: Document) -> bool:
	"""Tell whether the client has spoken: wrote, called, met us, or took our call."""
	if result := master.records(RESULTS).get(communication.get("interaction_result")):
		return bool(result.is_answer)
	return communication.sent_or_received == RECEIVED or communication.communication_medium in SPOKEN


def _first_line(row: frappe._dict) -> str | None:
	"""Return what an interaction was about in a line; None if it says only how it was and what came of it."""
	text = row.note or ""
	if text.rfind("<") > text.rfind(">"):
		text = text.rpartition("<")[0]  # read only in part, it ends within a tag
	for end in ("<br>", "</p>", "</div>"):
		text = text.replace(end, "\n")
	lines = [row.subject or "", *unescape(strip_html(text)).splitlines()]
	if row.medium != "Email":
		lines = lines[1:]
	known = {_subject(row.medium, row.result), _(row.medium), row.result and _(row.result)}
	return next((line.strip() for line in lines if line.strip() and line.strip() not in known), None)


def _subject(medium: str, result: str | None) -> str:
	return ": ".join(filter(None, (_(medium), result and _(result))))


def _moment(doc: Document, interaction: Interaction):
	on = get_datetime(interaction.on) if interaction.on else now_datetime()
	if on > now_datetime():
		_refuse(
			doc,
			_("{0} has not come yet. Plan it as the next contact instead").format(format_datetime(on)),
		)
	return on


def _check(doc: Document, interaction: Interaction) -> None:
	if interaction.medium not in MEDIA:
		known = ", ".join(_(medium) for medium in MEDIA)
		_refuse(doc, _("Say how you were in contact: {0}").format(known))
	if interaction.direction not in (SENT, RECEIVED):
		_refuse(doc, _("Say who began: {0} or {1}").format(_(SENT), _(RECEIVED)))
	known = master.records(RESULTS).get(interaction.result) if interaction.result else None
	if interaction.result and (not known or known.disabled):
		_refuse(
			doc,
			_("There is no result {0}. Choose one from the list").format(
				frappe.bold(escape_html(interaction.result))
			),
		)


def _refuse(doc: Document, reason: str) -> None:
	frappe.throw(
		f"{frappe.bold(escape_html(doc.get_title() or doc.name))}: {reason}",
		FollowUpError,
		title=_("Interaction"),
	)
