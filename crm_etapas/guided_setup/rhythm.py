"""When the company works, how often a client is tried in a stage and after how long a record is neglected there."""

import frappe
from frappe.utils import cint, cstr

from crm_etapas.guided_setup.lists import SAVEPOINT, naming_row, refuse
from crm_etapas.pipeline import stages
from crm_etapas.pipeline.vocabulary import ACTIVE
from crm_etapas.pipelines import OPPORTUNITY, PROSPECT

SETTINGS = "CRM Etapas Settings"
HOURS = ("working_day_begins", "working_day_ends")
OF_A_STAGE = ("attempt_protocol", "days_until_rotting")


def read() -> dict:
	"""Return the working hours, the options for them, the protocols there are, and a row for each stage under way:
	doctype, name, label, color, attempt_protocol, days_until_rotting."""
	settings = frappe.get_cached_doc(SETTINGS)
	rows = [
		{
			"doctype": pipeline.stage_doctype,
			"name": stage.name,
			"label": frappe._(stage.name),
			"color": stage.color,
			**{field: stage.record.get(field) for field in OF_A_STAGE},
		}
		for pipeline in (PROSPECT, OPPORTUNITY)
		for stage in stages.enabled(pipeline).values()
		if stage.outcome in ACTIVE
	]
	return {
		**{field: settings.get(field) for field in HOURS},
		"times": frappe.get_meta(SETTINGS).get_field(HOURS[0]).options.split("\n"),
		"protocols": frappe.get_list("Attempt Protocol", {"disabled": 0}, pluck="name", order_by="name"),
		"rows": rows,
	}


def save(hours: dict, rows: list[dict]) -> None:
	"""Write hours and rows as `read` gives them, where they differ.

	:raises SetupError: naming the stage, and nothing is written.
	"""
	frappe.db.savepoint(SAVEPOINT)
	try:
		_save_hours(hours)
		for number, row in enumerate(rows, 1):
			if row.get("doctype") not in (PROSPECT.stage_doctype, OPPORTUNITY.stage_doctype):
				refuse(frappe._("Row {0} names no stage").format(number))
			with naming_row(number, cstr(row["name"])):
				_save_stage(row)
	except Exception:
		frappe.db.rollback(save_point=SAVEPOINT)
		raise


def _save_hours(hours: dict) -> None:
	settings = frappe.get_doc(SETTINGS)
	if any(settings.get(field) != hours.get(field) for field in HOURS):
		settings.update({field: hours.get(field) for field in HOURS})
		settings.save()


def _save_stage(row: dict) -> None:
	doc = frappe.get_doc(row["doctype"], row["name"])
	wanted = {
		"attempt_protocol": row.get("attempt_protocol") or None,
		"days_until_rotting": cint(row.get("days_until_rotting")),
	}
	if any((doc.get(field) or None) != (value or None) for field, value in wanted.items()):
		doc.update(wanted)
		doc.save()
