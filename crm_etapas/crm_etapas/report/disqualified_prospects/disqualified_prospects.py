"""How many prospects were discarded, by reason: among those that whoever asks may read, without junk."""

import frappe
from frappe import _
from frappe.utils import add_days, getdate

from crm_etapas import master
from crm_etapas.pipeline import stages
from crm_etapas.pipeline.vocabulary import DISCARDING, Outcome
from crm_etapas.pipelines import PROSPECT

NO_COLOR = "#97A0AF"
NARROWED_BY = ("sales_channel", "business_segment", "lead_owner")


def execute(filters: dict | None = None) -> tuple:
	filters = frappe._dict(filters or {})
	rows = _rows(_conditions(filters))
	if not rows:
		return _columns(), rows
	return _columns(), rows, None, _chart(rows), _summary(rows)


def _conditions(filters: frappe._dict) -> list[list]:
	conditions = [["process_status", "in", DISCARDING]]
	if filters.from_date:
		conditions.append(["disqualified_on", ">=", getdate(filters.from_date)])
	if filters.to_date:
		conditions.append(["disqualified_on", "<", add_days(getdate(filters.to_date), 1)])
	conditions += [[field, "=", filters[field]] for field in NARROWED_BY if filters.get(field)]
	junk = stages.with_outcome(PROSPECT, Outcome.JUNK)
	if junk and not filters.include_junk:
		conditions.append([PROSPECT.stage_field, "not in", junk])
	return conditions


def _rows(conditions: list[list]) -> list[dict]:
	"""Count with the rights of the user: what they may not read is not in the figures either."""
	counted = frappe.get_list(
		"Lead",
		filters=conditions,
		fields=["disqualification_reason as reason", "count(name) as prospects"],
		group_by="disqualification_reason",
		order_by="prospects desc",
		limit_page_length=0,
	)
	total = sum(row.prospects for row in counted)
	reasons = master.records("Disqualification Reason")
	return [
		{
			"reason": row.reason,
			"label": _(row.reason) if row.reason else _("Without a Reason"),
			"prospects": row.prospects,
			"share": 100 * row.prospects / total,
			"color": (row.reason in reasons and reasons[row.reason].color) or NO_COLOR,
		}
		for row in counted
	]


def _columns() -> list[dict]:
	return [
		{"fieldname": "label", "fieldtype": "Data", "label": _("Disqualification Reason"), "width": 320},
		{"fieldname": "prospects", "fieldtype": "Int", "label": _("Prospects"), "width": 140},
		{
			"fieldname": "share",
			"fieldtype": "Percent",
			"label": _("Share of All"),
			"width": 140,
			"precision": 1,
		},
	]


def _chart(rows: list[dict]) -> dict:
	return {
		"data": {
			"labels": [row["label"] for row in rows],
			"datasets": [{"name": _("Prospects"), "values": [row["prospects"] for row in rows]}],
		},
		"type": "bar",
		"colors": ["#FF8B00"],
		"height": 260,
	}


def _summary(rows: list[dict]) -> list[dict]:
	total = sum(row["prospects"] for row in rows)
	return [{"label": _("Disqualified Prospects"), "value": total, "datatype": "Int", "indicator": "Orange"}]
