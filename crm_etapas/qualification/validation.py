"""What a criterion must be to be saved: one that can be evaluated, with a value that fits what it looks at."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cstr

from crm_etapas import master
from crm_etapas.exceptions import QualificationError
from crm_etapas.pipeline import requirements
from crm_etapas.profile import attributes
from crm_etapas.qualification import DOCTYPE, levels, looks, ruleset

WITHOUT_VALUE = ("is set", "is not set")
ORDERED = ("greater than", "less than")
SOURCES = ("Lead", "Customer", "Prospect")


def check(criterion: Document) -> None:
	"""Refuse a criterion that could not be evaluated.

	:raises QualificationError: naming the criterion and what to do.
	"""
	criterion.title = cstr(criterion.title).strip()
	CHECKS[criterion.looks_at](criterion)


def _check_field(criterion: Document) -> None:
	criterion.source = criterion.source if criterion.source in SOURCES else DOCTYPE
	meta = frappe.get_meta(criterion.source)
	df = meta.get_field(criterion.fieldname)
	if not df or criterion.fieldname not in meta.get_valid_columns():
		_refuse(
			criterion,
			_("{0} has no field called {1}. Choose one from the list").format(
				_(criterion.source), frappe.bold(criterion.fieldname or "")
			),
		)
	label = _(df.label, context=criterion.source)
	if criterion.operator == "is within":
		_check_tree(criterion, df, label)
		return
	_check_operator(criterion, ruleset.kind_of(df.fieldtype), label)
	if criterion.operator in WITHOUT_VALUE or criterion.operator == "contains":
		return
	if df.fieldtype == "Select":
		_check_options(criterion, [o for o in cstr(df.options).split("\n") if o], label, df.parent)
	elif df.fieldtype == "Link" and criterion.operator in ("is", "is not", "is one of"):
		_check_records(criterion, df.options)


def _check_tree(criterion: Document, df, label: str) -> None:
	if df.fieldtype != "Link" or not frappe.get_meta(df.options).is_tree:
		_refuse(criterion, _("{0} has nothing below it. Choose another operator").format(frappe.bold(label)))
	_check_records(criterion, df.options)


def _check_records(criterion: Document, doctype: str) -> None:
	wanted = _lines(criterion)
	known = set(frappe.get_all(doctype, {"name": ["in", wanted or [""]]}, pluck="name"))
	missing = [name for name in wanted if name not in known]
	if missing or not wanted:
		_refuse(
			criterion,
			_("There is no {0} called {1}. Write the name as it is in its list").format(
				_(doctype), frappe.bold(", ".join(missing))
			),
		)


def _check_attribute(criterion: Document) -> None:
	attribute = master.records("Customer Attribute").get(criterion.attribute)
	if not attribute:
		_refuse(criterion, _("Choose a customer attribute"))
	kind = ruleset.KIND_OF_ANSWER.get(attribute.data_type, "text")
	_check_operator(criterion, kind, _(attribute.name))
	if criterion.operator in ("is", "is not", "is one of") and kind == "text":
		try:
			criterion.value = "\n".join(attributes.read(attribute, line) for line in _lines(criterion))
		except ValueError as error:
			_refuse(criterion, _("The value does not fit {0}: {1}").format(_(attribute.name), error))


def _check_answer(criterion: Document) -> None:
	asked = {q.question: q for level in levels.kept().levels for q in level.questions}
	question = asked.get(criterion.question)
	if not question:
		_refuse(
			criterion,
			_("No level asks {0}. Choose one of its questions").format(frappe.bold(criterion.question or "")),
		)
	_check_operator(criterion, ruleset.KIND_OF_ANSWER.get(question.answer_type, "text"), question.question)
	if question.answer_type == "Option" and criterion.operator in ("is", "is not", "is one of"):
		_check_options(criterion, levels.options_of(question), question.question)


def _check_options(criterion: Document, options: list[str], label: str, context: str | None = None) -> None:
	known = {option.casefold() for option in options}
	unknown = [line for line in _lines(criterion) if line.casefold() not in known]
	if unknown or not _lines(criterion):
		_refuse(
			criterion,
			_("{0} is no choice of {1}. Choose among: {2}").format(
				frappe.bold(", ".join(unknown)), frappe.bold(label), ", ".join(options)
			),
		)


def _check_operator(criterion: Document, kind: str, label: str) -> None:
	operator = _(criterion.operator, context="Qualification Criterion")
	if (
		(criterion.operator in ORDERED and kind == "text")
		or (criterion.operator == "contains" and kind != "text")
		or criterion.operator == "is within"
	):
		_refuse(
			criterion,
			_("{0} cannot be compared with {1}. Choose another operator").format(
				frappe.bold(label), frappe.bold(operator)
			),
		)
	if criterion.operator in WITHOUT_VALUE:
		criterion.value = None
		return
	try:
		looks.make_test(criterion.operator, kind, criterion.value)
	except ValueError:
		examples = {"number": "12.5", "date": "2026-12-31, today, today+30", "text": _("a text")}
		_refuse(
			criterion,
			_("The value {0} does not fit {1}. Write it like: {2}").format(
				frappe.bold(cstr(criterion.value)), frappe.bold(label), examples[kind]
			),
		)


def _check_behaviour(criterion: Document) -> None:
	if not criterion.behaviour:
		_refuse(criterion, _("Choose what the prospect must have done"))


def _check_expression(criterion: Document) -> None:
	"""Try the expression on an empty record and, if it cannot be compared with nothing, on one that has values."""
	expression = cstr(criterion.expression).strip()
	named = levels.fields_of_expression(expression) or set()
	columns = set(frappe.get_meta(DOCTYPE).get_valid_columns())
	if unknown := sorted(named - columns):
		_refuse(
			criterion,
			_("{0} has no field called {1}. Choose one from the list").format(
				_(DOCTYPE), frappe.bold(", ".join(unknown))
			),
		)
	record = frappe.new_doc(DOCTYPE).as_dict()
	try:
		try:
			requirements.evaluate(expression, record)
		except TypeError:
			requirements.evaluate(expression, {**record, **{name: _example(name) for name in named}})
	except Exception as error:
		_refuse(
			criterion,
			_("The expression cannot be evaluated: {0}. Write it like doc.annual_revenue > 1000").format(
				error
			),
		)


def _example(fieldname: str) -> float | str | list:
	"""Return a value that a field could have, in the form that expressions see it."""
	df = frappe.get_meta(DOCTYPE).get_field(fieldname)
	if df and df.fieldtype in frappe.model.table_fields:
		return []
	kind = ruleset.kind_of(df.fieldtype) if df else "text"
	return {"number": 1, "date": "2026-12-31", "text": "text"}[kind]


def _lines(criterion: Document) -> list[str]:
	return [line.strip() for line in cstr(criterion.value).splitlines() if line.strip()]


def _refuse(criterion: Document, message: str) -> None:
	frappe.throw(f"{frappe.bold(criterion.title)}: {message}", QualificationError, title=_("Criterion"))


CHECKS = {
	"Field": _check_field,
	"Attribute": _check_attribute,
	"Behaviour": _check_behaviour,
	"Answer": _check_answer,
	"Expression": _check_expression,
}
