"""Letting a record wait until a day, for a reason. It ends by itself on that day."""

from datetime import date

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_days, cint, cstr, escape_html, format_date, getdate

from crm_etapas.exceptions import FollowUpError
from crm_etapas.follow_up.attention import REASON, ROTTING, SNOOZED, marks

LONGEST_REASON = 140


def snooze(doc: Document, until: date | str, reason: str) -> None:
	"""Let a record wait: it does not rot before that day. The timeline says until when and why.

	:raises FollowUpError: if the day or the reason cannot be, or the record is closed.
	"""
	until, reason = getdate(until), cstr(reason).strip()
	_check(doc, until, reason)
	# past the checks of the record: letting it wait changes nothing of what they look at
	doc.db_set({SNOOZED: until, REASON: reason, ROTTING: None}, notify=True)
	doc.add_comment("Info", _("Snoozed until {0}: {1}").format(format_date(until), escape_html(reason)))


def unsnooze(doc: Document) -> None:
	"""Let a record wait no longer; if nothing has happened to it for too long, it is marked at once."""
	if not doc.get(SNOOZED):
		return
	doc.update({SNOOZED: None, REASON: None})
	doc.db_set({SNOOZED: None, REASON: None, ROTTING: marks.rotting_since(doc)}, notify=True)
	doc.add_comment("Info", _("Not snoozed any longer"))


def _check(doc: Document, until: date, reason: str) -> None:
	longest = cint(frappe.get_cached_doc("CRM Etapas Settings").snooze_at_most_days)
	if not marks.is_open(doc):
		_refuse(doc, _("It is closed, so there is nothing to snooze"))
	if not reason:
		_refuse(doc, _("Say why it is snoozed"))
	if len(reason) > LONGEST_REASON:
		_refuse(doc, _("The reason is too long. Say it in {0} characters").format(LONGEST_REASON))
	if until <= getdate():
		_refuse(doc, _("It cannot be snoozed until {0}. Choose a later day").format(format_date(until)))
	if longest and until > add_days(getdate(), longest):
		_refuse(
			doc,
			_("It can be snoozed for at most {0} days. Choose a day up to {1}").format(
				longest, format_date(add_days(getdate(), longest))
			),
		)


def _refuse(doc: Document, reason: str) -> None:
	frappe.throw(
		f"{frappe.bold(escape_html(doc.get_title() or doc.name))}: {reason}",
		FollowUpError,
		title=_("Snooze"),
	)
