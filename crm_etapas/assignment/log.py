"""Why a prospect went where it went: Assignment Log, one row each time, true of that moment."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

import frappe
from frappe.utils import now_datetime

from crm_etapas.assignment.rules import Decision, Reason, Seen
from crm_etapas.pipeline import bulk_insert

DOCTYPE = "Assignment Log"
COLUMNS = (
	"name",
	"owner",
	"modified_by",
	"creation",
	"modified",
	"lead",
	"user",
	"assigned_on",
	"cause",
	"comment",
	"reason",
	"previous_owner",
	"queue",
	"seen",
)


class Cause(str, Enum):
	"""Why somebody had to be found; the options of Assignment Log."""

	NEW = "New"
	LEVEL_REACHED = "Level Reached"
	RETURNED = "Returned"
	QUEUE = "From the Queue"
	ASKED_FOR = "Asked For"


@dataclass
class Entry:
	"""A decision about a prospect, on its way into the log.

	:param queue: the team whose queue it waits in, if it went to nobody.
	"""

	decision: Decision
	cause: Cause
	comment: str | None = None
	previous_owner: str | None = None
	queue: str | None = None
	lead: str | None = None


def write(entries: Iterable[Entry]) -> None:
	"""Write entries, a thousand a statement."""
	now, by = now_datetime(), frappe.session.user
	bulk_insert.insert(
		DOCTYPE,
		COLUMNS,
		[
			{
				"name": frappe.generate_hash(length=10),
				"owner": by,
				"modified_by": by,
				"creation": now,
				"modified": now,
				"assigned_on": now,
				"lead": entry.lead,
				"user": entry.decision.rep and entry.decision.rep.user,
				"cause": entry.cause.value,
				"comment": entry.comment,
				"reason": entry.decision.reason and entry.decision.reason.value,
				"previous_owner": entry.previous_owner,
				"queue": entry.queue,
				"seen": _packed(entry.decision.seen),
			}
			for entry in entries
		],
	)


def last(lead: str) -> frappe._dict | None:
	"""Return what the log says last of a prospect, with `seen` as objects."""
	rows = frappe.get_all(
		DOCTYPE,
		{"lead": lead},
		["user", "assigned_on", "cause", "comment", "reason", "previous_owner", "queue", "seen", "owner"],
		order_by="assigned_on desc, creation desc",
		limit=1,
	)
	if not rows:
		return None
	row = rows[0]
	row.seen = _unpacked(row.seen)
	return row


def forget(lead: str) -> None:
	frappe.db.delete(DOCTYPE, {"lead": lead})


def _packed(seen: Iterable[Seen]) -> str:
	return json.dumps(
		[[one.user, one.reason.value, one.open, one.new, one.weight] for one in seen], separators=(",", ":")
	)


def _unpacked(seen: str | None) -> list[Seen]:
	return [
		Seen(user, Reason(reason), opened, new, weight)
		for user, reason, opened, new, weight in json.loads(seen or "[]")
	]
