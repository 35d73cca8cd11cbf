"""Whitelisted methods: the board of a pipeline."""

import frappe
from frappe import _
from frappe.utils import make_filter_tuple

from crm_etapas.api.records import read
from crm_etapas.board import board, cards, scope
from crm_etapas.board.fields import Fields
from crm_etapas.exceptions import BoardError
from crm_etapas.finding.leads import Leads
from crm_etapas.pipeline import stages
from crm_etapas.pipeline.registry import Pipeline, get_pipeline

A_PAGE = 20
MOST = 200  # cards of a column in one answer


@frappe.whitelist(methods=["GET", "POST"])
def get_board(
	doctype: str,
	filters: list | dict | str | None = None,
	text: str | None = None,
	mine: bool = False,
	sort: str = cards.RECENT,
	lengths: dict | str | None = None,
	pipeline: str | None = None,
) -> dict:
	"""Return the columns of a pipeline with their figures, and the first cards of those that are open.

	Everything is counted and shown as far as the user may read it.

	:param filters: as the lists of the desk have them.
	:param text: free text that the records must match besides; the newest thousand that do.
	:param mine: only records that the user is answerable for.
	:param sort: recent, oldest (in the stage), next_contact or value.
	:param lengths: of which columns cards are wanted and how many, at most 200; without it 20 of each open one.
	:param pipeline: without it, the first one of the DocType.
	:return: `doctype`, `pipeline`, `stage_field`, `responsible_field`, `may_create`, `may_write`, `sorts` (which there
		are), `segments` (label and color by name), `users` (fullname and image) and `columns` in order: name, label,
		color, outcome, meaning, is_folded, is_default, disabled, probability, allowed_next, `count` (at most 10,000;
		`is_exact` is false if there are more), `values` and `weighted` (by currency, of the records counted),
		`cards` and `has_more`. A card has name, title and what is known of detail, image, email, phone, amount, currency,
		level, segment, responsible, days (in the stage), rotting_since, snoozed_until and the next contact.
	:raises frappe.PermissionError: if the user may not read the DocType.
	"""
	chosen = _readable(doctype, pipeline)
	lengths = read(lengths, of=int, error=BoardError) if lengths is not None else None
	if lengths is not None:
		lengths = {stage: _between(length, 1, MOST) for stage, length in lengths.items() if length}
	found = _scope(chosen, filters, text, mine)
	return board.read(found, lengths, _sort(found, sort), A_PAGE)


@frappe.whitelist(methods=["GET", "POST"])
def get_cards(
	doctype: str,
	stage: str,
	start: int = 0,
	limit: int = A_PAGE,
	filters: list | dict | str | None = None,
	text: str | None = None,
	mine: bool = False,
	sort: str = cards.RECENT,
	pipeline: str | None = None,
) -> dict:
	"""Return a further page of a column's cards, with the arguments of `get_board`.

	:return: `cards`, `has_more` and `users`.
	:raises UnknownStageError: if the pipeline has no such stage.
	:raises frappe.PermissionError: if the user may not read the DocType.
	"""
	chosen = _readable(doctype, pipeline)
	stages.get_stage(chosen, stage)
	found = _scope(chosen, filters, text, mine)
	wanted = {stage: (max(start, 0), _between(limit, 1, MOST))}
	shown, has_more = cards.page(found, wanted, _sort(found, sort))[stage]
	return {"cards": shown, "has_more": has_more, "users": board.users_of(shown)}


def _readable(doctype: str, pipeline: str | None) -> Pipeline:
	chosen = get_pipeline(doctype, pipeline)
	if not frappe.has_permission(doctype, "read"):
		frappe.throw(
			_("You may not see any {0}. Ask an administrator for access").format(_(doctype)),
			frappe.PermissionError,
			title=_("Not Permitted"),
		)
	return chosen


def _scope(pipeline: Pipeline, filters, text: str | None, mine: bool) -> scope.Scope:
	filters = frappe.parse_json(filters) or []
	if filters and isinstance(filters, list) and isinstance(filters[0], str):
		filters = [filters]  # a single one
	if isinstance(filters, dict):
		filters = [make_filter_tuple(pipeline.doctype, field, value) for field, value in filters.items()]
	filters = [list(one) if len(one) > 3 else [pipeline.doctype, *one] for one in filters]
	if text and pipeline.doctype == "Lead":
		names, _are_all = Leads(typed=text).names(scope.MOST_FOUND)
		filters.append(["Lead", "name", "in", names or [""]])
		text = None
	return scope.of(Fields(pipeline), filters, text, mine)


def _sort(found: scope.Scope, sort: str) -> str:
	known = cards.sorts(found)
	if sort in known:
		return sort
	if sort in ("next_contact", "value"):
		return cards.RECENT  # which this DocType does not have, or this user may not read
	frappe.throw(
		_("A board cannot be sorted by {0}. Choose one of: {1}").format(
			frappe.bold(frappe.utils.escape_html(sort)), ", ".join(known)
		),
		BoardError,
		title=_("Board", context="of a pipeline"),
	)


def _between(value: int, least: int, most: int) -> int:
	return min(max(value, least), most)
