"""Where a record stands, and what an imported one is recognised by."""

from crm_etapas.pipeline.vocabulary import PROCESS_STATUSES


def stage_fields(pipeline: str, label: str, insert_after: str) -> list[dict]:
	stage = f"{pipeline}_stage"
	return [
		{
			"fieldname": stage,
			"fieldtype": "Link",
			"label": label,
			"options": label,
			"insert_after": insert_after,
			"search_index": 1,
			"in_list_view": 1,
			"in_standard_filter": 1,
			"no_copy": 1,
		},
		{
			"fieldname": f"{stage}_entered_on",
			"fieldtype": "Datetime",
			"label": "In This Stage Since",
			"insert_after": stage,
			"read_only": 1,
			"no_copy": 1,
			"depends_on": f"eval:doc.{stage}_entered_on",
		},
		{
			"fieldname": "process_status",
			"fieldtype": "Select",
			"label": "Process Status",
			"options": "\n".join(("", *PROCESS_STATUSES)),
			"insert_after": f"{stage}_entered_on",
			"read_only": 1,
			"no_copy": 1,
			"in_standard_filter": 1,
			"depends_on": "eval:doc.process_status",
		},
	]


def import_id(doctype: str, insert_after: str) -> dict:
	"""What an imported record is recognised by. The names differ, for ERPNext copies equal ones to Opportunity."""
	return {
		"fieldname": f"{doctype.lower()}_import_id",
		"fieldtype": "Data",
		"label": "Import ID",
		"insert_after": insert_after,
		"length": 140,
		"unique": 1,
		"hidden": 1,
		"read_only": 1,
		"no_copy": 1,
		"print_hide": 1,
	}
