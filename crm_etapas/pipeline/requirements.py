"""What a stage asks of a record that wants to enter it."""

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.model import numeric_fieldtypes, table_fields
from frappe.model.document import Document
from frappe.model.meta import Meta
from frappe.utils import cstr, escape_html

from crm_etapas.exceptions import StageRequirementError
from crm_etapas.pipeline import activities
from crm_etapas.pipeline.registry import Pipeline
from crm_etapas.pipeline.stages import Requirement, Stage


def missing(doc: Document, pipeline: Pipeline, stage: Stage, comment: str | None = None) -> list[dict]:
	"""List what the stage asks for and the record lacks, in entries as `entry` makes them.

	A form can ask for those that have a fieldname; the others say what has to be done first. What is optional
	stands at the end, if anything else is lacking. A field that the DocType no longer has is not asked for.
	"""
	lacking = _lacking(doc, pipeline, stage, comment, [row for row in stage.requirements if not row.optional])
	if pipeline.asks:
		lacking += pipeline.asks(doc, stage)
	if stage.condition and not holds(stage.condition, doc.as_dict()):
		lacking.append(entry(None, _(stage.condition_message), "Condition"))
	if lacking:
		optional = [row for row in stage.requirements if row.optional]
		lacking += [
			{**row, "reqd": False}
			for row in _lacking(doc, pipeline, stage, comment, optional)
			if row["fieldname"]
		]
	return lacking


def _lacking(
	doc: Document, pipeline: Pipeline, stage: Stage, comment: str | None, rows: Iterable[Requirement]
) -> list[dict]:
	lacking = []
	for requirement in rows:
		if requirement.kind == "Comment":
			if not (comment or "").strip():
				lacking.append(entry("comment", _("Comment"), "Comment", "Small Text"))
		elif requirement.kind == "Field":
			df = doc.meta.get_field(requirement.fieldname)
			if df and is_empty(doc.get(df.fieldname), df.fieldtype):
				label = _(df.label, context=doc.doctype)
				lacking.append(entry(df.fieldname, label, "Field", df.fieldtype, df.options))
		elif requirement.kind == "Next Contact" and activities.plans_contact(doc):
			continue
		elif doc.is_new() or doc.name not in fulfilling(pipeline, [doc.name], requirement):
			lacking.append(entry(None, label_of(requirement), requirement.kind))
	return lacking


def check(doc: Document, pipeline: Pipeline, stage: Stage, comment: str | None) -> None:
	"""Refuse a record that lacks what the stage asks for.

	:raises StageRequirementError: with the list of what is missing.
	"""
	if lacking := missing(doc, pipeline, stage, comment):
		refuse(doc, _(stage.name), lacking)


def refuse(doc: Document, where: str, lacking: list[dict]) -> None:
	"""Say what a record lacks, and hand it to the desk, which asks for it.

	:param where: where it cannot go, as the user calls it.
	:raises StageRequirementError:
	"""
	frappe.local.response["missing"] = lacking
	message = _("{0} cannot enter {1} yet. It lacks: {2}").format(
		frappe.bold(doc.get_title() or doc.name or _("New {0}").format(_(doc.doctype))),
		frappe.bold(where),
		", ".join(_in_words(row) for row in lacking if row["reqd"]),
	)
	frappe.msgprint(
		message,
		title=_("Something Is Missing"),
		indicator="orange",
		raise_exception=StageRequirementError(message, lacking),
	)


def look_at_tables(meta: Meta, stage: Stage) -> bool:
	"""Tell whether what the stage asks for may stand in a record's tables."""
	fields = [meta.get_field(row.fieldname) for row in stage.requirements if row.kind == "Field"]
	return bool(stage.condition) or any(df and df.fieldtype in table_fields for df in fields)


def fulfilling(pipeline: Pipeline, names: Iterable[str], requirement: Requirement) -> set[str]:
	"""Return the names of the records, among these, for which something that is asked for has happened."""
	checks = {**activities.CHECKS, **pipeline.activities}
	return checks[requirement.kind](pipeline.doctype, list(names), requirement)


def kinds(pipeline: Pipeline) -> set[str]:
	"""Return the kinds of requirement that records of a pipeline can meet."""
	return {"Field", "Comment", *activities.CHECKS, *pipeline.activities}


def holds(condition: str, values: dict) -> bool:
	"""Tell whether a stage's condition holds for a record.

	A condition that was valid when it was saved and breaks now (a field is gone) counts as not holding; the
	reason goes to the Error Log, for the salesperson could not mend it.
	"""
	try:
		return bool(evaluate(condition, values))
	except Exception:
		frappe.log_error(title=_("The condition of a stage cannot be evaluated"))
		return False


def evaluate(condition: str, values: dict):
	"""Return the value of a condition, in Frappe's safe subset of Python, with the record as `doc`."""
	helpers = {"today": frappe.utils.today(), "date_diff": frappe.utils.date_diff, "flt": frappe.utils.flt}
	return frappe.safe_eval(condition, None, {"doc": frappe._dict(values), **helpers})


def refuse_broken(condition: str | None, doctype: str, owner: str) -> None:
	"""Try a condition on an empty record, where every field is there and none has a value.

	:param owner: what has the condition, as the user calls it.
	:raises frappe.ValidationError: if it cannot be evaluated.
	"""
	if not condition:
		return
	try:
		evaluate(condition, frappe.new_doc(doctype).as_dict())
	except TypeError:
		pass  # comparing with an empty field: records have values
	except Exception as error:
		frappe.throw(
			_(
				"The condition of {0} cannot be evaluated: {1}. Write it like doc.annual_revenue > 1000"
			).format(frappe.bold(escape_html(owner)), escape_html(str(error))),
			title=_("Invalid Condition"),
		)


def is_empty(value, fieldtype: str) -> bool:
	"""Tell whether a field of this type counts as not filled in. A number's 0 and an unticked box do."""
	if fieldtype in table_fields or fieldtype in numeric_fieldtypes:
		return not value
	return not frappe.utils.strip_html(cstr(value)).strip() and "<img" not in cstr(value)


def label_of(requirement: Requirement) -> str:
	"""Say in the user's language what has to be done."""
	label = _(requirement.kind, context="Stage Requirement")
	return f"{label} ({_(requirement.medium, context='Stage Requirement')})" if requirement.medium else label


def entry(
	fieldname: str | None,
	label: str,
	kind: str,
	fieldtype: str | None = None,
	options: str | None = None,
	value=None,
	detail: str | None = None,
) -> dict:
	"""Return what a stage asks for and a record lacks, as the desk and the API get it.

	:param fieldname: of what a form can ask for; None for what has to be done first.
	:param value: what is proposed.
	:param detail: what it is about in this case.
	"""
	return {
		"reqd": True,
		"fieldname": fieldname,
		"label": label,
		"kind": kind,
		"fieldtype": fieldtype,
		"options": options,
		"value": value,
		"detail": detail,
	}


def _in_words(row: dict) -> str:
	return f"{row['label']} ({row['detail']})" if row["detail"] else row["label"]
