"""The fields that the app adds to ERPNext's DocTypes.

They are created when missing and never changed again, so what an admin does to them in Customize Form
stays. A new field goes into the dict below and gets a new line in patches.txt.
"""

from frappe.custom.doctype.custom_field.custom_field import create_custom_fields
from frappe.model import delete_fields

from crm_etapas.pipeline.vocabulary import PROCESS_STATUSES

MODULE = "CRM Etapas"


def _stage_fields(pipeline: str, label: str, insert_after: str) -> list[dict]:
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


def _import_id(doctype: str, insert_after: str) -> dict:
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


CUSTOM_FIELDS = {
	"Lead": [
		*_stage_fields("prospect", "Prospect Stage", insert_after="status"),
		_import_id("Lead", insert_after="process_status"),
	],
	"Opportunity": [
		*_stage_fields("opportunity", "Opportunity Stage", insert_after="status"),
		_import_id("Opportunity", insert_after="process_status"),
	],
	"Customer": [_import_id("Customer", insert_after="customer_details")],
}


def create() -> None:
	"""Create the fields that are missing; leave the others as they are."""
	fields = {doctype: [{**df, "module": MODULE} for df in dfs] for doctype, dfs in CUSTOM_FIELDS.items()}
	create_custom_fields(fields, update=False)


def delete_columns() -> None:
	"""Drop the columns from the tables, once the fields themselves are deleted."""
	delete_fields({doctype: [df["fieldname"] for df in dfs] for doctype, dfs in CUSTOM_FIELDS.items()}, 1)
