"""Why a prospect went where it went, in the user's language."""

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.model.document import Document

from crm_etapas.assignment import QUEUE, log
from crm_etapas.assignment.rules import GIVEN, Reason, Seen


def of(doc: Document) -> dict:
	"""Return who has a prospect and why; see `crm_etapas.api.assignment.explain`."""
	entry = log.last(doc.name)
	names = _names({doc.lead_owner, *_users(entry)} - {None, ""})
	return {
		"name": doc.name,
		"lead_owner": doc.lead_owner,
		"owner_name": names.get(doc.lead_owner, doc.lead_owner),
		"queue": doc.get(QUEUE),
		"assigned": entry and _assigned(entry, names),
	}


def _assigned(entry, names: dict[str, str]) -> dict:
	given = next((one for one in entry.seen if one.reason in GIVEN), None)
	return {
		"user": entry.user,
		"full_name": names.get(entry.user, entry.user),
		"queue": entry.queue,
		"assigned_on": entry.assigned_on,
		"cause": entry.cause,
		"comment": entry.comment,
		"previous_owner": names.get(entry.previous_owner, entry.previous_owner),
		"reason": words(given) if given else _("Nobody fits"),
		"others": [
			{
				"user": one.user,
				"full_name": names.get(one.user, one.user),
				"code": one.reason.value,
				"reason": words(one),
				"open": one.open,
				"new": one.new,
				"weight": one.weight,
			}
			for one in entry.seen
			if one.reason not in GIVEN
		],
	}


def words(one: Seen) -> str:
	"""Say a reason."""
	return {
		Reason.OWNER: lambda: _("Looks after this customer or company already"),
		Reason.LEAST_LOADED: lambda: _(
			"Fits, and had the fewest open prospects for their weight: {0}"
		).format(one.open),
		Reason.BUSIER: lambda: _("Fits too, but had more open prospects for their weight: {0}").format(
			one.open
		),
		Reason.OWNED: lambda: _("Somebody else looks after this customer or company already"),
		Reason.DISABLED: lambda: _("Their profile is disabled"),
		Reason.USER_DISABLED: lambda: _("The user is disabled"),
		Reason.ABSENT: lambda: _("Was absent"),
		Reason.ON_LEAVE: lambda: _("Was on leave"),
		Reason.HOLIDAY: lambda: _("Had a holiday"),
		Reason.OWN_EMAIL: lambda: _("The prospect has the user's own email"),
		Reason.SEGMENT: lambda: _("Does not serve its segment"),
		Reason.CHANNEL: lambda: _("Does not serve its channel"),
		Reason.TERRITORY: lambda: _("Does not serve its territory"),
		Reason.LEVEL: lambda: _("Does not serve its potential level"),
		Reason.LANGUAGE: lambda: _("Does not speak its language"),
		Reason.ATTRIBUTE: lambda: _("Lacks an attribute that fits"),
		Reason.FULL: lambda: _("Has as many open prospects as they can take: {0}").format(one.open),
		Reason.FULL_WEEK: lambda: _("Got as many new prospects this week as they can take: {0}").format(
			one.new
		),
	}[one.reason]()


def _users(entry) -> Iterable[str]:
	return (entry.user, entry.previous_owner, *(one.user for one in entry.seen)) if entry else ()


def _names(users: set[str]) -> dict[str, str]:
	if not users:
		return {}
	return dict(frappe.get_all("User", {"name": ["in", sorted(users)]}, ["name", "full_name"], as_list=True))
