"""What marketing costs: entered by period, for a channel or a campaign; shown to whoever may read it."""

from collections import defaultdict

import frappe

from crm_etapas.analytics.filters import Filters

DOCTYPE = "Marketing Cost"
FIELD = {"Sales Channel": "channel", "Campaign": "campaign"}
# what a cost can be told of; of anything else nobody knows which part of it belongs there
TOLD_OF = ("company", "channel", "campaign")


def are_shown(filters: Filters) -> bool:
	"""Tell whether costs go with the figures: whoever asks may read them, and they are not asked of a part of a channel."""
	others = filters.without(*TOLD_OF)
	return not others.narrows_records and not filters.cycle and frappe.has_permission(DOCTYPE, "read")


def by(split: str, filters: Filters) -> dict[str | None, float]:
	"""Return the costs of the period by channel or campaign, in one query; nothing where they are not shown.

	Of a cost that goes beyond the period, the part of the days that lie within it.
	:param split: Sales Channel or Campaign.
	"""
	if not are_shown(filters):
		return {}
	asked = [["from_date", "<=", filters.to_date], ["to_date", ">=", filters.from_date]]
	if filters.company:
		asked.append(["company", "=", filters.company])
	for name in ("channel", "campaign"):
		if wanted := getattr(filters, name):
			asked.append([name, "in", wanted])
	rows = frappe.get_list(
		DOCTYPE, asked, [f"{FIELD[split]} as part", "from_date", "to_date", "amount"], limit_page_length=0
	)
	found: dict[str | None, float] = defaultdict(float)
	for row in rows:
		begin, end = max(row.from_date, filters.from_date), min(row.to_date, filters.to_date)
		share = ((end - begin).days + 1) / ((row.to_date - row.from_date).days + 1)
		found[row.part or None] += row.amount * share
	return dict(found)
