"""By what the records of a figure are told apart, and how each part is called and coloured."""

from collections.abc import Collection
from dataclasses import dataclass

import frappe
from frappe import _

from crm_etapas import master
from crm_etapas.analytics.definitions import not_said
from crm_etapas.analytics.filters import MASTERS

NO_COLOR = "#97A0AF"
OWNER = "owner"
# as a report offers it → key of `filters.COLUMNS`
BY_RECORD = {
	"Sales Channel": "channel",
	"Business Segment": "segment",
	"Salesperson": OWNER,
	"Territory": "territory",
	"Campaign": "campaign",
	"Potential Level": "potential_level",
}


@dataclass(frozen=True)
class Part:
	"""How a part is shown; `color` is None where an admin gives none."""

	label: str
	color: str | None = None


def parts(by: str, keys: Collection[str | None]) -> dict[str | None, Part]:
	"""Return how the parts of a split are shown, in at most one query.

	:param by: a key of `BY_RECORD`; anything else is shown as it is.
	"""
	split = BY_RECORD.get(by)
	if split == OWNER:
		names = full_names([key for key in keys if key])
		return {key: Part(names.get(key, key) if key else not_said()) for key in keys}
	known = master.records(MASTERS[split]) if split in MASTERS else {}
	return {
		key: Part(_(key) if known else key, known[key].get("color") if key in known else None)
		if key
		else Part(not_said(), NO_COLOR if known else None)
		for key in keys
	}


def full_names(users: Collection[str]) -> dict[str, str]:
	"""Return the names of users, in one query."""
	if not users:
		return {}
	user = frappe.qb.DocType("User")
	return dict(frappe.qb.from_(user).select(user.name, user.full_name).where(user.name.isin(users)).run())
