"""Answers to the questions of the levels, kept on the prospect in one way of writing each."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cstr

from crm_etapas.exceptions import QualificationError
from crm_etapas.profile import attributes
from crm_etapas.qualification import ANSWERS, levels


def write(doc: Document, answers: dict) -> None:
	"""Put answers into a prospect's table; an empty one is taken away.

	:raises QualificationError: if no level asks that, or an answer does not fit.
	"""
	asked = {question.question: question for level in levels.kept().levels for question in level.questions}
	rows = {row.question: row for row in doc.get(ANSWERS) or []}
	for question, answer in answers.items():
		if question not in asked:
			frappe.throw(
				_("No level asks {0}. Choose one of its questions").format(frappe.bold(question)),
				QualificationError,
			)
		text = _read(asked[question], cstr(answer).strip())
		if question in rows:
			rows[question].answer = text
		elif text:
			rows[question] = doc.append(ANSWERS, {"question": question, "answer": text})
	doc.set(ANSWERS, [row for row in rows.values() if row.answer])


def _read(question, text: str) -> str:
	"""Return an answer as it is kept: as an attribute of its type would be."""
	if not text:
		return ""
	try:
		return attributes.read(frappe._dict(data_type=question.answer_type, options=question.options), text)
	except ValueError as error:
		frappe.throw(
			_("{0} cannot be {1}: {2}").format(
				frappe.bold(_(question.question)), frappe.bold(frappe.utils.escape_html(text)), error
			),
			QualificationError,
			title=_("Answers"),
		)
