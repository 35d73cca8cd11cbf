"""Finds, for the translation template, the strings that Frappe's own extractors do not look at."""

import io
import json
from collections.abc import Iterator

from frappe.gettext.extractors import doctype as doctypes

# of a starting record: what a user reads. Its name is shown translated in links and on the path.
RECORD_FIELDS = (
	"stage_name",
	"channel_name",
	"segment_name",
	"level_name",
	"reason_name",
	"result_name",
	"protocol_name",
	"subject",
	"hint",
	"type_name",
	"rule_name",
	"subject",
	"title",
	"question",
	"meaning",
	"guidance",
	"item",
	"description",
)


def extract_doctype(fileobj, *args, **kwargs) -> Iterator[tuple]:
	"""Yield what Frappe finds in a DocType, with the options of selects in the context of the DocType.

	The desk shows an option in that context, and a word such as Open is a verb elsewhere.
	"""
	definition = json.load(fileobj)
	for field in definition["fields"]:
		if field["fieldtype"] == "Select":
			for option in filter(_has_letters, field.pop("options").split("\n")):
				comment = f"Option for the '{field['label']}' field in DocType '{definition['name']}'"
				yield None, "pgettext", (definition["name"], option), [comment]
	yield from doctypes.extract(io.StringIO(json.dumps(definition)))


def extract_records(fileobj, *args, **kwargs) -> Iterator[tuple]:
	"""Yield the texts of the starting records, which are written in Spanish."""
	for record in json.load(fileobj):
		for text in _texts(record):
			yield None, "_", text, [f"Starting record of {record['doctype']}"]


def extract_custom_fields(fileobj, *args, **kwargs) -> Iterator[tuple]:
	"""Yield labels, descriptions and options of the fields that the app adds to ERPNext's DocTypes."""
	from crm_etapas.setup.custom_fields import CUSTOM_FIELDS

	for doctype, fields in CUSTOM_FIELDS.items():
		for df in fields:
			texts = [df.get("label"), df.get("description")]
			if df["fieldtype"] == "Select":
				texts += df["options"].split("\n")
			for text in filter(None, texts):
				yield None, "_", text, [f"Field {df['fieldname']} in DocType '{doctype}'"]


def _has_letters(option: str) -> bool:
	return any(character.isalpha() for character in option)


def _texts(record: dict) -> Iterator[str]:
	for fieldname, value in record.items():
		if isinstance(value, list):
			for row in value:
				yield from _texts(row)
		elif fieldname in RECORD_FIELDS and value:
			yield value
