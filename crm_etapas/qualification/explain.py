"""Why a prospect stands in its level: every criterion, what it saw and what it gave."""

import frappe
from frappe import _
from frappe.model import get_permitted_fields
from frappe.model.document import Document
from frappe.utils import cstr, format_datetime, formatdate, getdate
from frappe.utils.formatters import format_value

from crm_etapas.qualification import (
	ACCEPT_BY,
	ACCEPTANCE,
	ACCEPTED,
	HOLD,
	LEVEL,
	acceptance,
	facts,
	levels,
	ruleset,
)

SOURCE_OF = {"values": "Lead", "customer": "Customer", "prospect": "Prospect"}
LONGEST = 140


def explain(doc: Document) -> dict:
	"""Return the level and score of a prospect as they are now, and what they come from.

	:return: see `crm_etapas.api.qualification.explain`.
	"""
	rules = ruleset.load()
	((_row, prospect),) = facts.read([doc.name], facts.needs())
	today = getdate()
	shares = rules.shares(prospect, today)
	verdict = rules.judge(shares, accepted=doc.get(ACCEPTANCE) == ACCEPTED)
	permitted = _permitted_fields()
	place = rules.place(doc.get(LEVEL), levels.positions())
	described = []
	for number, level in enumerate(rules.levels):
		mine = [
			_describe(criterion, share, prospect, today, permitted)
			for criterion, share in zip(rules.criteria, shares, strict=True)
			if criterion.level == level.name
		]
		described.append(_level(level, number, place, mine, verdict, doc))
	following = described[place + 1] if place + 1 < len(described) else None
	return {
		"name": doc.name,
		"level": doc.get(LEVEL),
		"label": doc.get(LEVEL) and _(doc.get(LEVEL)),
		"entered_on": doc.get(f"{LEVEL}_entered_on"),
		"score": verdict.score,
		"counts": doc.get(LEVEL) in levels.counting(),
		"hold": doc.get(HOLD) or None,
		"acceptance": doc.get(ACCEPTANCE) or None,
		"accept_by": doc.get(ACCEPT_BY),
		"overdue": acceptance.is_overdue(doc),
		"next": following and following["name"],
		"missing": _missing(following, described, doc) if following else [],
		"levels": described,
	}


def _level(level, number: int, place: int, criteria: list[dict], verdict, doc: Document) -> dict:
	row = levels.get(level.name)
	answers = {answer.question: answer.answer for answer in doc.get("qualification_answers") or []}
	return {
		"name": level.name,
		"label": _(level.name),
		"color": row.color,
		"meaning": row.meaning and _(row.meaning),
		"guidance": row.guidance and _(row.guidance),
		"reached": number <= place,
		"holds": verdict.held[number] and number <= verdict.reached,
		"points": round(verdict.points[number], 1),
		"minimum_points": level.minimum_points,
		"asks_for_acceptance": level.asks_for_acceptance,
		"criteria": criteria,
		"questions": [
			{
				"question": question.question,
				"label": _(question.question),
				"answer_type": question.answer_type,
				"options": levels.options_of(question),
				"mandatory": bool(question.mandatory),
				"answer": answers.get(question.question),
			}
			for question in row.questions
		],
	}


def _permitted_fields() -> dict[str, set[str]]:
	"""Return the fields that the user may see of whatever criteria look at."""
	return {
		source: set(get_permitted_fields(doctype)) if frappe.has_permission(doctype, "read") else set()
		for source, doctype in SOURCE_OF.items()
	}


def _describe(criterion, share: float, prospect, today, permitted: dict[str, set[str]]) -> dict:
	look = getattr(criterion.look, "look", criterion.look)
	is_hidden = hasattr(look, "fieldname") and look.fieldname not in permitted[look.source]
	return {
		"title": criterion.title,
		"label": _(criterion.title),
		"must": criterion.must,
		"met": share > 0,
		"points": criterion.points if not criterion.must else 0,
		"gave": round(criterion.gives(share), 1),
		"saw": None if is_hidden else _seen(look, criterion.look.seen(prospect, today)),
	}


def _seen(look, value) -> str:
	"""Return what a criterion saw, for a person."""
	if hasattr(look, "moments"):
		count, last = value or (0, None)
		if not count:
			return _("never")
		times = _("once") if count == 1 else _("{0} times").format(count)
		return _("{0}, the last on {1}").format(times, formatdate(last))
	if value in (None, "", []):
		return "" if type(look).__name__ == "ExpressionLook" else _("empty")
	if isinstance(value, list):
		return ", ".join(_(cstr(one)) for one in value)[:LONGEST]
	if fieldname := getattr(look, "fieldname", None):
		df = frappe.get_meta(SOURCE_OF[look.source]).get_field(fieldname)
		return _field_in_words(df, value)
	return cstr(value)[:LONGEST]


def _field_in_words(df, value) -> str:
	if df.fieldtype == "Check":
		return _("Yes") if value else _("No")
	if df.fieldtype == "Select":
		return _(value, context=df.parent)
	if df.fieldtype == "Datetime":
		return format_datetime(value)
	if df.fieldtype in ruleset.NUMBERS or df.fieldtype == "Date":
		return frappe.utils.strip_html(cstr(format_value(value, df)))
	return _(cstr(value))[:LONGEST] if df.fieldtype == "Link" else cstr(value)[:LONGEST]


def _missing(following: dict, described: list[dict], doc: Document) -> list[str]:
	"""Return what keeps the prospect from the next level, a sentence each."""
	missing = []
	for level in described:
		missing += [c["label"] for c in level["criteria"] if c["must"] and not c["met"]]
		lacking = round(level["minimum_points"] - level["points"], 1)
		if level["minimum_points"] > 0 and lacking > 0:
			missing.append(_("{0} points more for {1}").format(f"{lacking:g}", level["label"]))
		if level is following:
			break
		if level["asks_for_acceptance"] and doc.get(ACCEPTANCE) != ACCEPTED:
			missing.append(_("Sales must accept it"))
	if not missing and not following["criteria"] and not following["minimum_points"]:
		missing.append(_("{0} is set by hand").format(following["label"]))
	return missing
