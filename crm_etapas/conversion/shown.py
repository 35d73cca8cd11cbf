"""What the form of a lead or an opportunity shows of its conversion."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import now_datetime

from crm_etapas.conversion import record, undo
from crm_etapas.pipeline import stages
from crm_etapas.pipeline.vocabulary import Outcome
from crm_etapas.pipelines import PROSPECT


def tell(doc: Document, method: str | None = None) -> None:
	"""Tell the form what a lead was converted into and is still there: `conversion` among what is loaded with it.

	`whole` says that there is nothing left to convert it into.
	"""
	found = frappe.get_all(
		record.DOCTYPE,
		{"lead": doc.name, "status": record.STANDING},
		["name", "converted_on", "converted_by", *record.FIELDS.values()],
		order_by="converted_on desc",
	)
	if found:
		until = undo.can_be_undone_until(found[0])
		stage = stages.get_stages(PROSPECT).get(doc.prospect_stage)
		parts = record.still_there(found)
		is_converted = bool(stage) and stage.outcome is Outcome.WON
		told = {
			**{fieldname: parts.get(part) for part, fieldname in record.FIELDS.items()},
			"can_be_undone": bool(until and until > now_datetime()),
			"is_converted": is_converted,
			"whole": is_converted and record.is_whole(parts),
		}
		doc.set_onload("conversion", {**found[0], **told})


def connections_of_lead(data: dict) -> dict:
	"""Add the customer that was made of a lead to what the form says is connected with it."""
	return _connect(data, "Customer", "lead_name")


def connections_of_opportunity(data: dict) -> dict:
	return _connect(data, "Customer", "opportunity_name")


def _connect(data: dict, doctype: str, fieldname: str) -> dict:
	data.setdefault("non_standard_fieldnames", {})[doctype] = fieldname
	data.setdefault("transactions", []).append({"label": _("Customer"), "items": [doctype]})
	return data
