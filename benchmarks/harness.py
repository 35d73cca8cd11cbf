"""What the benchmarks share: a site, plain ERPNext on it, medians and query counts.

"Plain ERPNext" is the same site in the same process with the app's doc_events handlers taken out.
"""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from statistics import median

import frappe


def connect(site: str) -> None:
	"""Be on a site as Administrator, from the sites folder of the bench."""
	frappe.init(site=site, sites_path=".")
	frappe.connect()
	frappe.set_user("Administrator")
	frappe.local.lang = "es"  # the site's own; ERPNext names its default records in it
	frappe.flags.mute_emails = True
	_ask_no_one_for_pictures()


def _ask_no_one_for_pictures() -> None:
	"""Saving a lead with an address asks gravatar.com for a picture: seconds, and the same for both sides."""
	from erpnext.crm.doctype.lead import lead

	lead.has_gravatar = lambda email: ""


@contextmanager
def without_handlers(beginning: str) -> Iterator[None]:
	"""Take the handlers whose path begins like that out of the doc_events for a while."""
	hooks = frappe.get_doc_hooks()
	frappe.local.doc_events_hooks = {
		doctype: {
			event: [handler for handler in handlers if not handler.startswith(beginning)]
			for event, handlers in events.items()
		}
		for doctype, events in hooks.items()
	}
	try:
		yield
	finally:
		frappe.local.doc_events_hooks = hooks


def plain_erpnext() -> AbstractContextManager[None]:
	"""Take the app's handlers out of the doc_events for a while."""
	return without_handlers("crm_etapas.")


@contextmanager
def counted() -> Iterator[list[str]]:
	"""Collect the statements that go to the database."""
	statements, original = [], frappe.db.sql

	def sql(query, *args, **kwargs):
		statements.append(str(query))
		return original(query, *args, **kwargs)

	frappe.db.sql = sql
	try:
		yield statements
	finally:
		del frappe.db.sql


def plans(work: Callable[[], object]) -> list[tuple[str, list[frappe._dict]]]:
	"""Return every SELECT that it sends to the database with MariaDB's plan for it; the query builder has no EXPLAIN."""
	statements, original = [], frappe.db.sql

	def sql(*args, **kwargs):
		found = original(*args, **kwargs)
		statements.append(str(frappe.db.last_query))
		return found

	frappe.db.sql = sql
	try:
		work()
	finally:
		del frappe.db.sql
	return [
		(statement, frappe.db.sql(f"explain {statement}", as_dict=True))
		for statement in statements
		if statement.lstrip("(").lower().startswith("select")
	]


def show_plans(work: Callable[[], object]) -> None:
	"""Say which indexes its statements use."""
	for statement, tables in plans(work):
		print("   ", statement[:300])
		for plan in tables:
			if plan.table and not plan.table.startswith("<"):
				print(f"    {plan.table:16} {plan.type:8} {plan.key or '-':64} {plan.rows} {plan.Extra}")


@dataclass
class Figure:
	"""What one thing took, again and again."""

	label: str
	seconds: list[float] = field(default_factory=list)
	queries: list[int] = field(default_factory=list)

	def take(self, work: Callable[[], object], counts: bool = True) -> None:
		"""Do it once more; the first times, which fill the caches, need not count."""
		gc.collect(0)
		gc.disable()  # or it would strike one side and not the other
		try:
			with counted() as statements:
				started = time.perf_counter()
				work()
				seconds = time.perf_counter() - started
		finally:
			gc.enable()
		if counts:
			self.seconds.append(seconds)
			self.queries.append(len(statements))

	@property
	def milliseconds(self) -> float:
		return median(self.seconds) * 1000

	@property
	def median_queries(self) -> float:
		return median(self.queries)

	def __str__(self) -> str:
		queries, times = f"{self.median_queries:g} queries", len(self.seconds)
		return f"{self.label:44} {self.milliseconds:9.2f} ms {queries:>12}, median of {times}"


class Targets:
	"""Prints each figure's target with whether it was met, and says at the end whether all were."""

	def __init__(self):
		self.missed = []

	def check(self, label: str, value: float, *, at_most: float | None = None, at_least: float | None = None):
		met = (at_most is None or value <= at_most) and (at_least is None or value >= at_least)
		target = f"at most {at_most:g}" if at_most is not None else f"at least {at_least:g}"
		print(f"  {'met   ' if met else 'MISSED'} {label}: {value:.3f} ({target})", flush=True)
		if not met:
			self.missed.append(label)

	def exit_code(self) -> int:
		return len(self.missed) and 1


def save(doc, **values) -> None:
	"""Save as a request does: with the commit."""
	doc.update(values)
	doc.save()
	frappe.db.commit()  # a script: the save of a request ends with it
