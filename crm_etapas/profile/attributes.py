"""Values of customer attributes: of the right type, written one way, once where only one may be."""

from collections.abc import Callable
from datetime import date

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder.functions import Count
from frappe.utils import cstr, escape_html, flt, formatdate, getdate
from frappe.utils.dateutils import parse_date

from crm_etapas import master
from crm_etapas.exceptions import ProfileError
from crm_etapas.profile import ATTRIBUTES

YES, NO = "Yes", "No"
ANSWERS = {"yes": YES, "sí": YES, "si": YES, "1": YES, "true": YES, "no": NO, "0": NO, "false": NO}
EXAMPLES = 3


def options_of(attribute) -> list[str]:
	"""Return the options of an attribute, one a line, without empty ones."""
	return [line.strip() for line in cstr(attribute.options).splitlines() if line.strip()]


def validate(doc: Document) -> None:
	"""Check the attributes of a record and write each value the one way of its type.

	:raises ProfileError: naming record, attribute and what would be right.
	"""
	seen = set()
	for row in doc.get(ATTRIBUTES) or []:
		attribute = master.records("Customer Attribute").get(row.attribute)
		if not attribute:
			continue  # Frappe itself refuses a link to nothing
		try:
			if row.attribute in seen and not attribute.multiple:
				raise ValueError(_("it can have one value only"))
			if attribute.disabled and row.is_new():
				raise ValueError(_("the attribute is disabled"))
			fill(row, attribute)
		except ValueError as error:
			_refuse(
				_("{0}, row {1}: {2} cannot be {3}: {4}").format(
					frappe.bold(escape_html(doc.get_title() or doc.name or _(doc.doctype))),
					row.idx,
					frappe.bold(_(row.attribute)),
					frappe.bold(escape_html(cstr(row.value))),
					error,
				)
			)
		seen.add(row.attribute)


def fill(row, attribute) -> None:
	"""Write a value the one way of its type, with the number or day that it stands for.

	:raises ValueError: saying why it does not fit.
	"""
	row.value = read(attribute, cstr(row.value))
	row.number_value = flt(row.value) if attribute.data_type == "Number" else 0
	row.date_value = row.value if attribute.data_type == "Date" else None


def read(attribute, value: str) -> str:
	"""Return a value as it is kept: a number with a point, a day as 2026-01-31, Yes or No, an option.

	:raises ValueError: saying why it does not fit.
	"""
	return _READERS[attribute.data_type](value.strip(), attribute)


def check_values_stay_valid(attribute: Document) -> None:
	"""Refuse a change of an attribute that values which records have would not fit.

	:raises ProfileError: with some of these values.
	"""
	before = attribute.get_doc_before_save()
	if not before:
		return
	if before.multiple and not attribute.multiple:
		_refuse_several_values(attribute)
	if (before.data_type, before.options) == (attribute.data_type, attribute.options):
		return
	misfits = [value for value in _values_of(attribute.name) if not _is_kept_as(attribute, value)]
	if misfits:
		_refuse(
			_("{0} values of {1} would not fit: {2}. Mend them first").format(
				len(misfits), frappe.bold(_(attribute.name)), escape_html(", ".join(misfits[:EXAMPLES]))
			)
		)
	if before.data_type != attribute.data_type:
		_write_typed_values(attribute)


def _refuse(message: str) -> None:
	frappe.throw(message, ProfileError, title=_("Customer Attributes"))


def _write_typed_values(attribute: Document) -> None:
	table = frappe.qb.DocType("Customer Attribute Value")
	number = table.value if attribute.data_type == "Number" else 0
	day = table.value if attribute.data_type == "Date" else None
	update = frappe.qb.update(table).set(table.number_value, number).set(table.date_value, day)
	update.where(table.attribute == attribute.name).run()


def _refuse_several_values(attribute: Document) -> None:
	table = frappe.qb.DocType("Customer Attribute Value")
	several = (
		frappe.qb.from_(table)
		.select(table.parent)
		.where(table.attribute == attribute.name)
		.groupby(table.parenttype, table.parent)
		.having(Count("*") > 1)
		.run(pluck=True)
	)
	if several:
		_refuse(
			_("{0} records have several values of {1}: {2}. Leave one in each first").format(
				len(several), frappe.bold(_(attribute.name)), ", ".join(several[:EXAMPLES])
			)
		)


def _values_of(name: str) -> list[str]:
	return frappe.get_all("Customer Attribute Value", {"attribute": name}, pluck="value", distinct=True)


def _is_kept_as(attribute: Document, value: str) -> bool:
	try:
		return read(attribute, value) == value
	except ValueError:
		return False


def _read_text(value: str, attribute) -> str:
	return value


def _read_number(value: str, attribute) -> str:
	try:
		number = float(value.replace(",", ".") if value.count(",") == 1 and "." not in value else value)
	except ValueError:
		raise ValueError(_("it must be a number such as {0}").format("12.5"))
	return f"{number:.9f}".rstrip("0").rstrip(".")


def _read_date(value: str, attribute) -> str:
	try:
		return date.fromisoformat(value).isoformat()
	except ValueError:
		pass
	try:
		return getdate(parse_date(value)).isoformat()
	except Exception:
		raise ValueError(_("it must be a date such as {0}").format(formatdate("2026-12-31")))


def _read_answer(value: str, attribute) -> str:
	answer = ANSWERS.get(value.casefold()) or {_(YES): YES, _(NO): NO}.get(value)
	if not answer:
		raise ValueError(_("it must be {0} or {1}").format(_(YES), _(NO)))
	return answer


def _read_option(value: str, attribute) -> str:
	options = options_of(attribute)
	found = next((option for option in options if value.casefold() in (option.casefold(), _(option))), None)
	if not found:
		raise ValueError(_("it must be one of: {0}").format(", ".join(options)))
	return found


_READERS: dict[str, Callable[[str, object], str]] = {
	"Text": _read_text,
	"Number": _read_number,
	"Date": _read_date,
	"Yes/No": _read_answer,
	"Option": _read_option,
}
