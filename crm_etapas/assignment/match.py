"""Decides for any number of prospects at once who gets them, in the same few statements for all.

The loads of whoever may get one are locked meanwhile, and stay so until the transaction ends.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import frappe
from frappe.utils import getdate, today

from crm_etapas.assignment import features, known, load, log, reps, rules
from crm_etapas.assignment.rules import Decision, Features


def match(prospects: Sequence[Mapping], attributes: Mapping[str, list] | None = None) -> list[Decision]:
	"""Decide who gets each of some prospects, in their order.

	Nothing is written. The loads count the prospects of this call as given, so that they are spread.

	:param prospects: documents, or rows with `features.columns()`.
	:param attributes: of rows, by name; documents have their own.
	"""
	wanted = [
		features.of(one, None if attributes is None else attributes.get(one.get("name"), ()))
		for one in prospects
	]
	owners = known.owners([features.clues_of(one) for one in prospects])
	return decide([features.with_owners(one, of) for one, of in zip(wanted, owners, strict=True)])


def decide(wanted: Sequence[Features]) -> list[Decision]:
	"""Lock the loads of whoever may get one of them, and choose."""
	everybody, day = list(reps.all_reps().values()), getdate(today())
	lacked = [rules.lacking(one, everybody, day) for one in wanted]
	may_get = {
		rep.name
		for one, of in zip(wanted, lacked, strict=True)
		for rep in rules.candidates(one, everybody, day, of)
	}
	loads = {**load.read({rep.name for rep in everybody} - may_get), **load.lock(may_get)}
	return [rules.choose(one, everybody, loads, day, of) for one, of in zip(wanted, lacked, strict=True)]


def match_names(names: Sequence[str]) -> list[Decision]:
	"""Decide who gets some prospects that are on the site, by their names."""
	rows = {
		row.name: row for row in frappe.get_all("Lead", {"name": ["in", list(names)]}, features.columns())
	}
	return match([rows[name] for name in names], features.attributes_of(list(names)))


def settle(decided: Iterable[log.Entry]) -> None:
	"""Write loads and log of many new prospects that were written in a set."""
	entries = list(decided)
	given = Counter(entry.decision.rep.name for entry in entries if entry.decision.rep)
	load.add(given, given)
	log.write(entries)
