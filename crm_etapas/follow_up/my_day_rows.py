"""What My Day shows of each record, read with the rights of whoever looks at it."""

from collections.abc import Iterable

import frappe
from frappe import _

from crm_etapas.pipeline import stages
from crm_etapas.pipeline.registry import pipelines_of

_CONTACT = ("next_contact_date", "next_contact_by", "next_contact_medium", "next_contact_subject")
_DATES = ("creation", "last_contact_on")
_MARKS = ("rotting_since", "snoozed_until", "woken_on", "valid_until")

# by DocType: what is shown, and the fields that may say so, the best first
_SHOWN: dict[str, dict[str, tuple[str, ...]]] = {
	"Lead": {
		"title": ("title", "lead_name"),
		"detail": ("lead_name",),
		"image": ("image",),
		"phone": ("mobile_no", "phone", "whatsapp_no"),
		"email": ("email_id",),
		"responsible": ("lead_owner",),
		"stage": ("prospect_stage",),
	},
	"Opportunity": {
		"title": ("title", "customer_name"),
		"detail": ("contact_display",),
		"phone": ("contact_mobile", "phone", "whatsapp"),
		"email": ("contact_email",),
		"responsible": ("opportunity_owner",),
		"stage": ("opportunity_stage",),
		"amount": ("opportunity_amount",),
		"currency": ("currency",),
	},
	"Customer": {
		"title": ("customer_name",),
		"image": ("image",),
		"phone": ("mobile_no",),
		"email": ("email_id",),
		"responsible": ("account_manager",),
	},
}


def read(records: Iterable[tuple[str, str]]) -> dict[tuple[str, str], dict]:
	"""Return what is shown of each record by (doctype, name); those that the user may not read are left out.

	:return: `doctype`, `name`, `title`, `detail` (who or None), `image`, `phone`, `email`, `responsible`, `stage`
		(name, label and color, or None), `amount`, `currency`, the fields of the next contact, `creation`,
		`last_contact_on`, `rotting_since`, `snoozed_until`, `woken_on` and `valid_until`. What a DocType does not have,
		or the user may not read, is None.
	"""
	names: dict[str, list[str]] = {}
	for doctype, name in records:
		names.setdefault(doctype, []).append(name)
	found = {}
	for doctype, wanted in names.items():
		pipeline = next(iter(pipelines_of(doctype)), None)
		known = stages.get_stages(pipeline) if pipeline else {}
		for row in frappe.get_list(
			doctype,
			fields=_fields(doctype, _MARKS if pipeline else ()),
			filters={"name": ["in", wanted]},
			limit_page_length=0,
			order_by=None,
		):
			found[doctype, row.name] = _describe(doctype, row, known)
	return found


def _fields(doctype: str, marks: tuple[str, ...]) -> list[str]:
	shown = (field for fields in _SHOWN[doctype].values() for field in fields)
	return ["name", *dict.fromkeys((*shown, *_CONTACT, *_DATES, *marks))]


def _describe(doctype: str, row: frappe._dict, known: dict[str, stages.Stage]) -> dict:
	shown = {
		key: next((row[field] for field in fields if row.get(field)), None)
		for key, fields in _SHOWN[doctype].items()
	}
	shown["title"] = shown["title"] or row.name
	if shown.get("detail") == shown["title"]:
		shown["detail"] = None
	shown["stage"] = _stage(shown.get("stage"), known)
	return {
		"doctype": doctype,
		"name": row.name,
		**shown,
		**{field: row.get(field) for field in (*_CONTACT, *_DATES, *_MARKS)},
	}


def _stage(name: str | None, known: dict[str, stages.Stage]) -> dict | None:
	stage = known.get(name)
	return name and {"name": name, "label": _(name), "color": stage and stage.color}
