"""Levels and criteria as an admin keeps them: all at once, from the cache."""

import ast
from dataclasses import dataclass, field

import frappe
from frappe.utils import cint, cstr, flt

from crm_etapas.qualification import DOCTYPE
from crm_etapas.qualification.rules import Level

CACHE_KEY = "crm_etapas_qualification"
LEVEL_DOCTYPE, CRITERION_DOCTYPE = "Qualification Level", "Qualification Criterion"


@dataclass(frozen=True)
class Watched:
	"""What the criteria look at: only a save that touches it evaluates the prospect again.

	`whole` means that an expression takes the record as a whole, so any field may matter.
	"""

	fields: frozenset[str] = frozenset()
	whole: bool = False
	attributes: bool = False
	answers: bool = False
	behaviours: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Kept:
	levels: list = field(default_factory=list)
	criteria: list = field(default_factory=list)
	watched: Watched = field(default_factory=Watched)


def kept() -> Kept:
	"""Return all levels in their order, disabled ones too, and the enabled criteria, as rows."""
	return frappe.cache.hget(CACHE_KEY, "kept", _read)


def clear_cache() -> None:
	"""Forget them, now and again once this transaction is through."""
	frappe.cache.hdel(CACHE_KEY, "kept")
	for moment in (frappe.db.after_commit, frappe.db.after_rollback):
		moment.add(lambda: frappe.cache.hdel(CACHE_KEY, "kept"))


def forget(doc=None, method: str | None = None, *_of_a_rename) -> None:
	"""Read the criteria anew, because what they name is called otherwise from now on."""
	clear_cache()


def ladder() -> list[Level]:
	"""Return the enabled levels, the widest first."""
	return [level_of(row) for row in kept().levels if not row.disabled]


def level_of(row) -> Level:
	return Level(
		name=row.name,
		position=row.position,
		minimum_points=flt(row.minimum_points),
		asks_for_acceptance=bool(row.asks_for_acceptance),
		is_default=bool(row.is_default),
	)


def positions() -> dict[str, float]:
	return {row.name: row.position for row in kept().levels}


def get(name: str | None) -> frappe._dict | None:
	return next((row for row in kept().levels if row.name == name), None)


def counting() -> frozenset[str]:
	"""Return the levels whose prospects count in pipeline figures: the lowest that is marked, and those above.

	Disabled levels are among them, for prospects may still stand there.
	"""
	rows = kept().levels
	first = next((number for number, row in enumerate(rows) if row.counts_in_pipeline), len(rows))
	return frozenset(row.name for row in rows[first:])


def options_of(question) -> list[str]:
	return [line.strip() for line in cstr(question.options).splitlines() if line.strip()]


def _read() -> Kept:
	levels = frappe.get_all(LEVEL_DOCTYPE, fields=["*"], order_by="position asc, creation asc, name asc")
	questions = frappe.get_all(
		"Qualification Question",
		filters={"parenttype": LEVEL_DOCTYPE},
		fields=["parent", "question", "answer_type", "options", "mandatory"],
		order_by="idx asc",
	)
	for level in levels:
		level.questions = [row for row in questions if row.parent == level.name]
	criteria = frappe.get_all(
		CRITERION_DOCTYPE,
		filters={"disabled": 0},
		fields=["*"],
		order_by="weight asc, creation asc, name asc",
	)
	return Kept(levels, criteria, watch(levels, criteria))


def watch(levels: list, criteria: list) -> Watched:
	"""Return what some levels and criteria look at."""
	fields, whole, behaviours = (
		{"customer"} if any(c.source == "Customer" for c in criteria) else set(),
		False,
		set(),
	)
	for row in criteria:
		if row.looks_at == "Field" and (row.source or DOCTYPE) == DOCTYPE:
			fields.add(row.fieldname)
		elif row.looks_at == "Behaviour":
			behaviours.add(row.behaviour)
		elif row.looks_at == "Expression":
			named = fields_of_expression(row.expression)
			whole = whole or named is None
			fields |= named or set()
	return Watched(
		fields=frozenset(fields),
		whole=whole,
		attributes=any(row.looks_at == "Attribute" for row in criteria),
		answers=any(row.looks_at == "Answer" for row in criteria)
		or any(cint(question.mandatory) for level in levels for question in level.questions),
		behaviours=frozenset(behaviours),
	)


def fields_of_expression(expression: str | None) -> set[str] | None:
	"""Return the fields that an expression reads of `doc`, or nothing if it takes the whole record."""
	try:
		tree = ast.parse(cstr(expression).strip(), mode="eval")
	except SyntaxError:
		return set()
	found, uses, understood = set(), 0, 0
	for node in ast.walk(tree):
		uses += isinstance(node, ast.Name) and node.id == "doc"
		match node:
			case ast.Call(
				func=ast.Attribute(value=ast.Name(id="doc"), attr="get"),
				args=[ast.Constant(value=str(name)), *_],
			):
				found.add(name)
			case ast.Attribute(value=ast.Name(id="doc"), attr=name):
				understood += 1
				found |= {name} - {"get"}
			case ast.Subscript(value=ast.Name(id="doc"), slice=ast.Constant(value=str(name))):
				understood += 1
				found.add(name)
	return found if understood == uses else None
