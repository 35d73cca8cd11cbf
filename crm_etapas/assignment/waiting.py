"""The queue of prospects that fit nobody: whose it is, who is told, and when it is looked at again."""

from collections.abc import Sequence

import frappe
from frappe import _
from frappe.desk.doctype.notification_log.notification_log import enqueue_create_notification
from frappe.model.document import Document
from frappe.utils import escape_html

from crm_etapas.assignment import QUEUE, load

MEMBER = "User Group Member"


def members(team: str) -> list[str]:
	"""Return the users of a team who can be told."""
	users = frappe.get_all(MEMBER, {"parent": team, "parenttype": "User Group"}, pluck="user")
	return frappe.get_all("User", {"name": ["in", users], "enabled": 1}, pluck="name") if users else []


def tell(team: str, prospects: Sequence[Document], count: int | None = None) -> None:
	"""Tell the members of a team what waits in its queue; of many prospects, how many."""
	users = members(team)
	if not users:
		return
	first = prospects[0]
	count = count or len(prospects)
	if count == 1:
		subject = _("{0} fits no salesperson and waits in the queue of {1}").format(
			frappe.bold(escape_html(first.get_title() or first.name)), frappe.bold(escape_html(team))
		)
	else:
		subject = _("{0} prospects fit no salesperson and wait in the queue of {1}").format(
			count, frappe.bold(escape_html(team))
		)
	enqueue_create_notification(
		users,
		{
			"type": "Alert",
			"document_type": "Lead",
			"document_name": first.name,
			"subject": subject,
			"from_user": frappe.session.user,
		},
	)


def names(limit: int | None = None) -> list[str]:
	"""Return the prospects that wait, those who came first first."""
	return frappe.get_all(
		"Lead",
		{QUEUE: ["is", "set"], "prospect_stage": ["in", load.open_stages()]},
		pluck="name",
		order_by="creation asc, name asc",
		limit=limit,
	)
