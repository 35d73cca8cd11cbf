"""Turns what an admin wrote down into rules: criteria become looks, with fields compared by their type."""

from collections.abc import Callable, Mapping
from datetime import date

import frappe
from frappe import _
from frappe.utils import cint, flt

from crm_etapas.pipeline import requirements
from crm_etapas.qualification import DOCTYPE, levels, looks
from crm_etapas.qualification.looks import BrokenLook, Look
from crm_etapas.qualification.rules import Criterion, Ruleset

NUMBERS = ("Int", "Float", "Currency", "Percent", "Check", "Duration", "Rating", "Long Int")
DATES = ("Date", "Datetime")
KIND_OF_ANSWER = {"Number": "number", "Date": "date"}
LOGGED_AGAIN_AFTER = 24 * 3600
MOST_REMEMBERED = 10_000

MOMENTS = {
	"Mail Received": looks.contacts("Email", received=True),
	"Mail Sent": looks.contacts("Email", received=False),
	"Mail Opened": looks.contacts("Email", received=False, opened=True),
	"Form Submission": looks.forms,
}


def load() -> Ruleset:
	"""Return the rules of today; the same ones as long as nobody changes them."""
	kept, (known, rules) = levels.kept(), getattr(frappe.local, "crm_etapas_ruleset", (None, None))
	if known is not kept:
		compiler = _Compiler()
		rules = compiler.rules(kept.criteria)
		# a tree may change meanwhile; an import does not look again for every row
		if not compiler.looked_at_trees or frappe.flags.in_import:
			frappe.local.crm_etapas_ruleset = (kept, rules)
	return rules


def of(criteria: list) -> Ruleset:
	"""Return the rules that other criteria would make."""
	return _Compiler().rules(criteria)


def kind_of(fieldtype: str) -> str:
	if fieldtype in NUMBERS:
		return "number"
	return "date" if fieldtype in DATES else "text"


class _Compiler:
	"""Reads each tree and the questions once."""

	def __init__(self):
		self._trees: dict[str, list] = {}
		self._answer_types = {
			question.question: question.answer_type
			for level in levels.kept().levels
			for question in level.questions
		}

	@property
	def looked_at_trees(self) -> bool:
		return bool(self._trees)

	def rules(self, criteria: list) -> Ruleset:
		return Ruleset(levels.ladder(), [*self.questions(), *(self.criterion(row) for row in criteria)])

	def questions(self) -> list[Criterion]:
		"""Return what the questions ask by themselves: that those which must be answered are."""
		return [
			Criterion(
				title=question.question,
				level=level.name,
				look=looks.AnswerLook(question.question, looks.make_test("is set", "text", None)),
				must=True,
			)
			for level in levels.kept().levels
			for question in level.questions
			if question.mandatory
		]

	def criterion(self, row) -> Criterion:
		return Criterion(
			title=row.title,
			level=row.level,
			look=self._look(row),
			must=row.weight == "Must",
			points=flt(row.points),
		)

	def _look(self, row) -> Look:
		"""Return what a criterion looks at; if that is gone, a look that is never met, for a save must go on."""
		try:
			return _Guarded(getattr(self, f"_look_at_{row.looks_at.lower()}")(row), row.title)
		except Exception as error:
			log_once(row.title, error)
			return BrokenLook()

	def _look_at_field(self, row) -> Look:
		source = row.source or DOCTYPE
		df = frappe.get_meta(source).get_field(row.fieldname)
		if not df:
			raise LookupError(f"{source}: {row.fieldname}")
		where = {"Lead": "values", "Customer": "customer", "Prospect": "prospect"}[source]
		below = self._below(df, row) if row.operator == "is within" else frozenset()
		test = looks.make_test(row.operator, kind_of(df.fieldtype), row.value, below)
		return looks.FieldLook(where, df.fieldname, test)

	def _look_at_attribute(self, row) -> Look:
		kind = KIND_OF_ANSWER.get(frappe.get_cached_value("Customer Attribute", row.attribute, "data_type"))
		return looks.AttributeLook(row.attribute, looks.make_test(row.operator, kind or "text", row.value))

	def _look_at_answer(self, row) -> Look:
		kind = KIND_OF_ANSWER.get(self._answer_types[row.question], "text")
		return looks.AnswerLook(row.question, looks.make_test(row.operator, kind, row.value))

	def _look_at_behaviour(self, row) -> Look:
		if row.behaviour == "Interaction":
			received = {"Received": True, "Sent": False}.get(row.direction)
			moments = looks.contacts(row.medium, received, result=row.interaction_result)
		else:
			moments = looks.views(row.path) if row.behaviour == "Web Page View" else MOMENTS[row.behaviour]
		fades = row.weight != "Must"
		return looks.BehaviourLook(
			moments,
			max(cint(row.minimum_count), 1),
			cint(row.within_days),
			flt(row.half_life_days) if fades else 0,
		)

	def _look_at_expression(self, row) -> Look:
		return looks.ExpressionLook(_remembering(row.expression))

	def _below(self, df, row) -> frozenset[str]:
		"""Return the records of a tree below some of them, and these."""
		if df.options not in self._trees:
			fields = ["name", "lft", "rgt"]
			self._trees[df.options] = frappe.get_all(df.options, fields=fields, order_by="lft asc")
		tree = self._trees[df.options]
		tops = {line.strip() for line in (row.value or "").splitlines()}
		ranges = [(node.lft, node.rgt) for node in tree if node.name in tops]
		return frozenset(
			node.name for node in tree if any(lft <= node.lft and node.rgt <= rgt for lft, rgt in ranges)
		)


class _Guarded(Look):
	"""A look whose criterion counts as not met if it breaks; it is logged once, and nobody is kept from saving."""

	def __init__(self, look: Look, title: str):
		self.look, self.title, self._broken = look, title, False
		self._share = look.share

	def share(self, prospect, today):
		try:
			return self._share(prospect, today)
		except Exception as error:
			if not self._broken:
				self._broken = True
				log_once(self.title, error)
			return 0.0

	def seen(self, prospect, today):
		try:
			return self.look.seen(prospect, today)
		except Exception:
			return None


def log_once(title: str, error: Exception) -> None:
	"""Keep the reason in the Error Log, once a day a criterion: the salesperson could not mend it."""
	key = f"crm_etapas_broken_criterion:{title}"
	if frappe.cache.get_value(key, expires=True):
		return
	frappe.cache.set_value(key, 1, expires_in_sec=LOGGED_AGAIN_AFTER)
	frappe.log_error(
		title=_("The criterion {0} cannot be evaluated").format(title)[:140],
		message=f"{type(error).__name__}: {error}",
		reference_doctype=levels.CRITERION_DOCTYPE,
		reference_name=title,
	)


def _remembering(expression: str) -> Callable[[Mapping], object]:
	"""Return what evaluates an expression once for all prospects that are alike in the fields it names.

	Frappe compiles an expression anew each time, which takes longer than everything else that is done for a prospect.
	"""
	names = levels.fields_of_expression(expression)
	if names is None:
		return lambda values: _evaluate(expression, values)
	fields, known = sorted(names), {}

	def evaluate(values: Mapping) -> object:
		alike = tuple(values.get(field) for field in fields)
		if alike not in known:
			if len(known) >= MOST_REMEMBERED:
				known.clear()
			known[alike] = _evaluate(expression, values)
		return known[alike]

	return evaluate


def _as_form(value: object) -> object:
	"""Return days and moments as a form has them, also where they come from the database."""
	return str(value) if isinstance(value, date) else value


def _evaluate(expression: str, values: Mapping) -> object:
	try:
		return requirements.evaluate(
			expression.strip(), {key: _as_form(value) for key, value in values.items()}
		)
	except TypeError:
		return False  # comparing with an empty field
