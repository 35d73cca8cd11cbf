"""What a criterion, saved or not, would change: how many prospects would rise or fall, and which."""

from collections.abc import Callable, Iterator

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate

from crm_etapas.qualification import (
	ACCEPTANCE,
	ACCEPTED,
	DOCTYPE,
	HOLD,
	LEVEL,
	facts,
	levels,
	recalculation,
	ruleset,
)

AT_ONCE = 1000
EXAMPLES = 10
TIMEOUT = 3600
KEPT_FOR = 3600


def start(criterion: Document) -> dict:
	"""Say what a criterion would change, now if prospects are few, in the background if they are many.

	:return: what `look` returns with `state` Done, or `state` Running and the `token` to ask with.
	"""
	names = frappe.get_list(
		DOCTYPE, filters=recalculation.open_prospects(), pluck="name", limit_page_length=AT_ONCE + 1
	)
	if len(names) <= AT_ONCE:
		return {"state": "Done", **look(criterion, [names])}
	token = frappe.generate_hash(length=20)
	frappe.enqueue(
		"crm_etapas.qualification.preview.execute",
		queue="long",
		timeout=TIMEOUT,
		token=token,
		values=criterion.as_dict(convert_dates_to_str=True),
	)
	return {"state": "Running", "token": token, "progress": 0}


def execute(token: str, values: dict) -> None:
	"""Look at all prospects that the user may read; how far it is and what came out is kept for an hour."""
	total = frappe.db.count(DOCTYPE, recalculation.open_prospects())

	def tell(done: int) -> None:
		_keep(token, {"state": "Running", "progress": round(100 * done / max(total, 1))})

	try:
		result = look(frappe.get_doc(values), _readable(), tell)
	except Exception:
		_keep(token, {"state": "Failed"})
		raise
	_keep(token, {"state": "Done", **result})


def result(token: str) -> dict | None:
	"""Return how far a preview of this user is."""
	return frappe.cache.get_value(_key(token), expires=True)


def look(
	criterion: Document, chunks: list[list[str]] | Iterator[list[str]], tell: Callable | None = None
) -> dict:
	"""Compare the rules of today with those that a criterion would make.

	:return: `looked_at`, `rise`, `fall`, `goes_back` (whether levels go back by themselves) and `examples`, a list
		of name, title, from and to.
	"""
	known = levels.kept().criteria
	others = [row for row in known if row.name != criterion.name]
	then = others if criterion.disabled else [*others, frappe._dict(criterion.as_dict())]
	rules_now, rules_then = ruleset.of(known), ruleset.of(then)
	wanted = facts.needs([*known, *then])
	positions, today = levels.positions(), getdate()
	looked_at, changes = 0, {"rise": [], "fall": []}
	for names in chunks:
		for row, prospect in facts.read(names, wanted, (LEVEL, HOLD, ACCEPTANCE)):
			accepted = row[ACCEPTANCE] == ACCEPTED
			now = rules_now.judge(rules_now.shares(prospect, today), accepted).reached
			new = rules_then.judge(rules_then.shares(prospect, today), accepted).reached
			current = rules_now.place(row[LEVEL], positions)
			before, after = (rules_now.decide(current, r, row[HOLD], may_go_back=True) for r in (now, new))
			if after != before:
				changes["rise" if after > before else "fall"].append((row.name, before, after))
		looked_at += len(names)
		if tell:
			tell(looked_at)
	return {
		"looked_at": looked_at,
		"rise": len(changes["rise"]),
		"fall": len(changes["fall"]),
		"goes_back": bool(frappe.get_cached_doc("CRM Etapas Settings").levels_may_go_back),
		"examples": _examples([*changes["rise"][:EXAMPLES], *changes["fall"][:EXAMPLES]], rules_now),
	}


def _examples(changes: list[tuple[str, int, int]], rules) -> list[dict]:
	names = [name for name, _before, _after in changes]
	title = frappe.get_meta(DOCTYPE).get_title_field()
	titles = dict(
		frappe.get_list(
			DOCTYPE,
			filters={"name": ["in", names or [""]]},
			fields=["name", title],
			as_list=True,
			limit_page_length=0,
		)
	)
	return [
		{
			"name": name,
			"title": titles.get(name) or name,
			"from": _(rules.levels[max(before, 0)].name),
			"to": _(rules.levels[max(after, 0)].name),
		}
		for name, before, after in changes
	]


def _readable() -> Iterator[list[str]]:
	last = ""
	while True:
		names = frappe.get_list(
			DOCTYPE,
			filters={**recalculation.open_prospects(), "name": [">", last]},
			pluck="name",
			order_by="name asc",
			limit_page_length=recalculation.CHUNK,
		)
		if names:
			yield names
		if len(names) < recalculation.CHUNK:
			return
		last = names[-1]


def _key(token: str) -> str:
	return f"crm_etapas_preview:{frappe.session.user}:{token}"


def _keep(token: str, value: dict) -> None:
	frappe.cache.set_value(_key(token), value, expires_in_sec=KEPT_FOR)
