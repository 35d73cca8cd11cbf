"""The records behind a figure: exactly those that a cell counts, for whoever may see the cell."""

from dataclasses import dataclass

import frappe
from frappe import _
from frappe.query_builder.functions import Count

from crm_etapas.exceptions import ReportFilterError

AT_ONCE = 500
# by report: what returns queries for names by DocType, for the filters of the report and the values of a cell
BEHIND = {
	"Stage Funnel": "crm_etapas.analytics.funnel.behind",
	"Time in Stage": "crm_etapas.analytics.stage_times.behind",
	"Pipeline Forecast": "crm_etapas.analytics.forecast.behind",
	"Pipeline Changes": "crm_etapas.analytics.changes.behind",
	"Won and Lost": "crm_etapas.analytics.won_lost.behind",
	"Salesperson Performance": "crm_etapas.analytics.salespeople.behind",
	"Channel Performance": "crm_etapas.analytics.channels.behind",
	"Sales Trends": "crm_etapas.analytics.trends.behind",
}


@dataclass(frozen=True)
class Behind:
	"""The records of a DocType behind a cell: at most 500 of them, and how many there are."""

	doctype: str
	names: list[str]
	total: int


def records(report: str, filters: dict, cell: dict) -> list[Behind]:
	"""Return the records that a cell of a report counts, of each DocType that it does.

	:param cell: what tells the cell from others, as the report's rows carry it in `cell`, and `figure`, its column.
	:raises ReportFilterError: if the report does not tell its records.
	"""
	if report not in BEHIND:
		frappe.throw(_("{0} does not tell its records").format(_(report)), ReportFilterError)
	queries = frappe.get_attr(BEHIND[report])(filters, cell)
	return [_behind(doctype, query) for doctype, query in queries.items()]


def _behind(doctype: str, query) -> Behind:
	names = query.limit(AT_ONCE).run(pluck=True)
	total = len(names)
	if total == AT_ONCE:
		total = frappe.qb.from_(query.limit(None).as_("behind")).select(Count("*")).run()[0][0]
	return Behind(doctype, names, total)
