"""When a record comes back, into which stage, and to whom: a rule that looks at the record alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from frappe.model.document import Document
from frappe.utils import cint, getdate

from crm_etapas.cycle import NEXT_CONTACT, PIPELINES, settings
from crm_etapas.pipeline import stages
from crm_etapas.pipeline.vocabulary import Outcome

NEW_OPPORTUNITY, SAME_OPPORTUNITY = "New Opportunity", "Same Opportunity"
SAME_OWNER, BY_ASSIGNMENT, A_USER = "Same Owner", "By Assignment", "A User"


@dataclass(frozen=True)
class Return:
	"""How a record comes back.

	:param into: the stage; `to`, one of Same Owner, By Assignment, A User; `user`, who is named.
	:param days: after how many days of waiting; nothing, if it is the day of the next contact.
	:param reason: of the loss, where that says so.
	"""

	on: date
	into: str
	to: str
	user: str | None
	makes_new: bool
	days: int | None = None
	reason: str | None = None


def of(doc: Document) -> Return | None:
	"""Return how a record comes back, or nothing if it does not by itself."""
	pipeline = PIPELINES[doc.doctype]
	return plan(
		doc.doctype,
		doc.get(pipeline.stage_field),
		doc.get(pipeline.entered_on_field),
		doc.get(NEXT_CONTACT),
		settings.reasons_of(doc),
	)


def plan(doctype: str, stage: str, entered_on, next_contact, reasons: Iterable[str]) -> Return | None:
	"""Return how a record that entered a stage then, and was lost for these reasons, comes back.

	What is on hold wakes on the day of its next contact. Of several reasons the shortest wait counts, and none if
	one of them says never. Junk, and what was won, never comes back.
	"""
	known = stages.get_stages(PIPELINES[doctype]).get(stage)
	if not known or known.outcome not in (Outcome.ON_HOLD, Outcome.LOST):
		return None
	says = settings.of_stage(doctype, stage)
	if known.outcome is Outcome.ON_HOLD:
		return _wakes(doctype, says, entered_on, next_contact)
	return _is_tried_again(doctype, says, entered_on, reasons)


def _wakes(doctype: str, says, entered_on, next_contact) -> Return | None:
	days = cint(says.days_until_waking)
	if not says.wakes_into or not (next_contact or days):
		return None
	on = getdate(next_contact) if next_contact else getdate(entered_on) + timedelta(days=days)
	return Return(on, **_where(doctype, says, {}), makes_new=False, days=None if next_contact else days)


def _is_tried_again(doctype: str, says, entered_on, reasons: Iterable[str]) -> Return | None:
	rows = [row for reason in reasons if (row := settings.of_reason(doctype, reason))]
	if any(row.never_comes_back for row in rows):
		return None
	waits = [row for row in rows if cint(row.comes_back_after_days)]
	reason = min(waits, key=lambda row: row.comes_back_after_days, default={})
	days = cint(reason.get("comes_back_after_days") or says.days_until_waking)
	if not days:
		return None
	kind = reason.get("comes_back_as") or says.get("comes_back_as") or NEW_OPPORTUNITY
	return Return(
		getdate(entered_on) + timedelta(days=days),
		**_where(doctype, says, reason),
		makes_new=doctype == "Opportunity" and kind == NEW_OPPORTUNITY,
		days=days,
		reason=reason.get("name"),
	)


def _where(doctype: str, says, reason) -> dict:
	default = stages.default_stage(PIPELINES[doctype]).name
	return {
		"into": reason.get("comes_back_into") or says.wakes_into or default,
		"to": reason.get("comes_back_to") or says.comes_back_to or SAME_OWNER,
		"user": reason.get("comes_back_user") or says.comes_back_user,
	}
