"""The file to start from: a workbook with the columns in the user's language, an example and the choices."""

import io
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.model.meta import Meta
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from crm_etapas import master
from crm_etapas.capture.site import Site
from crm_etapas.compat import CAMPAIGN_FIELD

LEAD_FIELDS = (
	"first_name",
	"last_name",
	"company_name",
	"legal_name",
	"identification_type",
	"identification_number",
	"email_id",
	"mobile_no",
	"phone",
	"sales_channel",
	"business_segment",
	"potential_level",
	"prospect_stage",
	"lead_owner",
	CAMPAIGN_FIELD,
	"industry",
	"job_title",
	"website",
	"validity_days",
	"notifications_enabled",
)
ADDRESS_FIELDS = (
	"address_type",
	"address_line1",
	"city",
	"municipality",
	"parish",
	"state",
	"pincode",
	"country",
	"landmark",
	"zone",
	"sector",
	"latitude",
	"longitude",
)
# masters that are short enough to be chosen from a list
LISTS = ("identification_type", "sales_channel", "business_segment", "potential_level", "prospect_stage")
ROWS = 100_000
WIDTH = 22
MANDATORY, OPTIONAL = "FFF2CC", "F3F3F3"


@dataclass(frozen=True)
class Heading:
	"""A column of the template."""

	label: str
	note: str = ""
	example: object = None
	choices: tuple[str, ...] = ()
	mandatory: bool = False


def workbook() -> bytes:
	"""Return the template as an XLSX file."""
	book = Workbook()
	page = book.active
	page.title = _("Prospects")
	lists = book.create_sheet(_("Lists"))
	for number, heading in enumerate(_headings(), 1):
		_write(page, lists, number, heading)
	page.freeze_panes = "A2"
	out = io.BytesIO()
	book.save(out)
	return out.getvalue()


def _write(page, lists, number: int, heading: Heading) -> None:
	letter = get_column_letter(number)
	cell = page.cell(1, number, heading.label)
	cell.font = Font(bold=True)
	cell.fill = PatternFill("solid", fgColor=MANDATORY if heading.mandatory else OPTIONAL)
	if heading.note:
		cell.comment = Comment(heading.note, "CRM Etapas", width=260, height=120)
	page.cell(2, number, heading.example)
	page.column_dimensions[letter].width = WIDTH
	if not heading.choices:
		return
	for row, choice in enumerate((heading.label, *heading.choices), 1):
		lists.cell(row, number, choice)
	source = f"'{lists.title}'!${letter}$2:${letter}${len(heading.choices) + 1}"
	validation = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=False)
	validation.add(f"{letter}2:{letter}{ROWS}")
	page.add_data_validation(validation)


def _headings() -> list[Heading]:
	lead, address = frappe.get_meta("Lead"), frappe.get_meta("Address")
	asked = [df.fieldname for df in lead.fields if df.reqd and df.fieldname not in (*LEAD_FIELDS, "status")]
	fillable = Site().fields("Lead")
	entry = Heading(_("Entry Date"), _("When the prospect came in; empty: today"), frappe.utils.getdate())
	found = [
		*(_of_field(lead, name) for name in (*LEAD_FIELDS, *asked) if name in fillable),
		entry,
		*(_of_field(address, name) for name in ADDRESS_FIELDS if address.has_field(name)),
		*(_of_attribute(row) for row in Site().attributes.values()),
	]
	return list({heading.label: heading for heading in reversed(found)}.values())[::-1]


def _of_field(meta: Meta, fieldname: str) -> Heading:
	df = meta.get_field(fieldname)
	choices = _choices(df, meta.name)
	notes = [_(df.description, context=meta.name)] if df.description else []
	if df.reqd:
		notes.append(
			_("Mandatory, if the prospect has an address") if meta.name == "Address" else _("Mandatory")
		)
	if fieldname in ("first_name", "company_name"):
		notes.append(_("A person's name or an organisation's is needed"))
	return Heading(
		_(df.label, context=meta.name),
		"\n".join(notes),
		choices[0] if choices else _example(fieldname),
		choices,
		bool(df.reqd) and meta.name == "Lead",
	)


def _of_attribute(attribute) -> Heading:
	choices = tuple(line.strip() for line in (attribute.options or "").splitlines() if line.strip())
	if attribute.data_type != "Option":
		choices = (_("Yes"), _("No")) if attribute.data_type == "Yes/No" else ()
	note = _("Several values are separated by ;") if attribute.multiple else ""
	return Heading(_(attribute.name), note, None, choices)


def _choices(df, doctype: str) -> tuple[str, ...]:
	if df.fieldtype == "Select":
		return tuple(_(option, context=doctype) for option in (df.options or "").split("\n") if option)
	if df.fieldname in LISTS:
		records = master.records(df.options).values()
		if df.fieldname == "potential_level":
			records = [row for row in records if row.level_type == "Prospect"]
		return tuple(_(row.name) for row in records if not row.disabled)
	return ()


def _example(fieldname: str):
	return {
		"first_name": "Ana",
		"last_name": "Pérez",
		"company_name": "Comercial Ejemplo",
		"email_id": "ana.perez@example.com",
		"mobile_no": "+58 412-1234567",
		"address_line1": "Av. Principal 1",
		"city": "Caracas",
		"country": frappe.db.get_default("country"),
		"notifications_enabled": _("Yes"),
	}.get(fieldname)
