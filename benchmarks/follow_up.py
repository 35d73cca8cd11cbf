"""What nobody looks after among a million leads: a night's marks, worklists, moves; and what planning costs a save.

Usage: script/benchmark --memory 4G follow_up [--leads 1000000] [--due 50000] [--moves 2000] [--times 100]

The site is filled as for `large`, once, and used again. Everything has been contacted yesterday, but as many records
as are due, 9 leads to 1 opportunity, and as many leads are expired. Then comes the night: records are marked; a second
one, when nothing has happened; a third one, when half of them were contacted past their documents. Some are moved on
through the door, in this process.
"""

import argparse
import os
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO

import frappe
from frappe.utils import add_days, add_to_date, getdate, now_datetime
from harness import Figure, Targets, connect, counted, plain_erpnext, save
from large import some_leads
from large_data import make_data
from pypika.functions import Count

from crm_etapas.follow_up.attention import moves, rotting, worklist
from crm_etapas.pipeline import bulk_job
from crm_etapas.setup import indexes

SECONDS = 60
MEGABYTES = 50
CHUNK = 20_000
OPEN = "Nuevo"
TARGET = "Contactar en un Futuro"
USER = "vendedor3@example.com"
QUIET = 40  # days


def main() -> int:
	parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
	parser.add_argument("site")
	parser.add_argument("--leads", type=int, default=1_000_000)
	parser.add_argument("--due", type=int, default=50_000)
	parser.add_argument("--moves", type=int, default=2000)
	parser.add_argument("--times", type=int, default=100)
	options = parser.parse_args()

	connect(options.site)
	if frappe.db.count("Lead") < options.leads:
		with redirect_stdout(StringIO()):  # Frappe says of each that it is gone
			indexes.drop()  # rows come in faster without them
	make_data(options.leads)
	indexes.create()
	frappe.db.set_value("User", USER, "enabled", 1)
	frappe.clear_document_cache("User", USER)
	print(f"Load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
	targets = Targets()
	with measured("the first night on a site from before"):
		print(f"  {dict(rotting.mark_all())}")
	prepare(options.due)

	for which in ("marks", "a night when nothing has happened", "half of them were contacted"):
		if which.startswith("half"):
			contact_half()
		with measured(which, targets):
			print(f"  {dict(rotting.mark_all())}")
	read_worklists(targets)
	move_on(options.moves)
	measure_saves(some_leads(options.leads, options.times), targets)
	frappe.destroy()
	return targets.exit_code()


def prepare(due: int) -> None:
	"""Let everything have been contacted yesterday but what is due, without a mark, and expire some leads."""
	yesterday, today = add_days(now_datetime(), -1), getdate()
	calm = {
		"rotting_since": None,
		"last_contact_on": yesterday,
		"valid_until": None,
		"next_contact_date": None,
	}
	for doctype in ("Lead", "Opportunity"):
		for names in chunks_of(doctype):
			write(doctype, names, calm)
	leads = names_of("Lead", {"prospect_stage": OPEN}, due)
	opportunities = names_of("Opportunity", {"opportunity_stage": "En Negociación"}, due // 10)
	for doctype, names in (("Lead", leads[: due - len(opportunities)]), ("Opportunity", opportunities)):
		entered_on = "prospect_stage_entered_on" if doctype == "Lead" else "opportunity_stage_entered_on"
		for day in range(5):  # what was left alone on one of five days
			long_ago = add_days(now_datetime(), -QUIET - day)
			for part in in_parts(names[day::5]):
				write(doctype, part, {"last_contact_on": long_ago, entered_on: add_days(long_ago, -30)})
	for part in in_parts(names_of("Lead", {"prospect_stage": "Contacto Establecido"}, due)):
		write("Lead", part, {"valid_until": add_days(today, -3)})


def contact_half() -> None:
	for doctype in ("Lead", "Opportunity"):
		marked = names_of(doctype, {"rotting_since": [">=", "2000-01-01"]}, 1_000_000)
		for part in in_parts(marked[::2]):
			write(doctype, part, {"last_contact_on": now_datetime()})


def chunks_of(doctype: str) -> Iterator[list[str]]:
	last = ""
	while names := frappe.get_all(
		doctype, filters={"name": [">", last]}, pluck="name", order_by="name asc", limit=CHUNK
	):
		yield names
		last = names[-1]


def names_of(doctype: str, filters: dict, limit: int) -> list[str]:
	return frappe.get_all(doctype, filters=filters, pluck="name", order_by="name asc", limit=limit)


def in_parts(names: list[str]) -> Iterator[list[str]]:
	yield from (names[start : start + CHUNK] for start in range(0, len(names), CHUNK))


def write(doctype: str, names: list[str], values: dict) -> None:
	table = frappe.qb.DocType(doctype)
	query = frappe.qb.update(table).where(table.name.isin(names))
	for fieldname, value in values.items():
		query = query.set(table[fieldname], value)
	query.run()
	frappe.db.commit()  # a script


@contextmanager
def measured(label: str, targets: Targets | None = None) -> Iterator[None]:
	"""Tell how long something took, with how many statements, and how much memory it added."""
	before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
	with counted() as statements:
		yield
	seconds = time.perf_counter() - started
	grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
	print(f"{label}: {seconds:.1f} s, {len(statements)} statements, memory grew by {grown:.0f} MB")
	if targets:
		targets.check(f"{label}: seconds", seconds, at_most=SECONDS)
		targets.check(f"{label}: MB", grown, at_most=MEGABYTES)


def read_worklists(targets: Targets) -> None:
	print("\nWorklists")
	figure = Figure("counted for each user")
	for number in range(6):
		figure.take(worklist.counts_by_user, counts=number > 0)
	print(f"  {figure}")
	for doctype in ("Lead", "Opportunity"):
		for which in worklist.LISTS:
			for owner in (None, USER):
				read_one(doctype, which, owner)
	targets.check("counting for each user: seconds", figure.milliseconds / 1000, at_most=SECONDS)


def read_one(doctype: str, which: str, owner: str | None) -> None:
	filters = worklist.filters_of(doctype, which)
	if owner:
		filters[{"Lead": "lead_owner", "Opportunity": "opportunity_owner"}[doctype]] = owner
	page = Figure(f"{doctype}, {which}{', of a salesperson' if owner else ''}: a page")
	query = frappe.qb.get_query(doctype, fields=["name"], filters=filters, order_by="creation desc", limit=20)
	count = Figure(f"{page.label.removesuffix('a page')}counted")
	counting = frappe.qb.get_query(doctype, fields=[Count("*")], filters=filters)
	for number in range(6):
		page.take(query.run, counts=number > 0)
		count.take(counting.run, counts=number > 0)
	# the query builder has no EXPLAIN
	plans = [frappe.db.sql(f"explain {q.get_sql()}", as_dict=True)[0] for q in (query, counting)]
	for figure, plan in zip((page, count), plans, strict=True):
		print(f"  {figure}, {plan.type} {plan.key or ''}")


def move_on(count: int) -> None:
	"""Move neglected leads through the door, as the night does, in this process."""
	stage = frappe.get_doc("Prospect Stage", OPEN)
	stage.update({"stage_when_rotten": TARGET, "days_until_moved": 0}).save()
	marked = names_of("Lead", {"rotting_since": [">=", "2000-01-01"], "prospect_stage": OPEN}, 1_000_000)
	for part in in_parts(marked[count:]):
		write("Lead", part, {"rotting_since": None})
	bulk_job.AT_ONCE = count
	started = time.perf_counter()
	(job,) = moves.move_all()
	seconds = time.perf_counter() - started
	moved, refused = frappe.db.get_value("Bulk Move", job, ["moved", "refused"])
	print(f"\n{moved} moved, {refused} refused in {seconds:.0f} s: {moved / seconds:.0f} a second")
	stage.reload().update({"stage_when_rotten": None}).save()
	frappe.db.commit()  # a script


def measure_saves(leads: list[str], targets: Targets) -> None:
	"""What a next contact costs a save, beside the event, share and reminder that Frappe would insert for it."""
	print("\nSaving")
	half = len(leads) // 2
	untouched, plain, planned, theirs = (
		Figure(label)
		for label in (
			"a save that leaves the next contact alone",
			"the same in plain ERPNext",
			"a save that plans the next contact",
			"a save, and Frappe's own event, share, reminder",
		)
	)
	for number, name in enumerate(leads):
		counts = number not in (0, half)  # the first of each fill the caches
		doc, title = frappe.get_doc("Lead", name), f"{time.time():.4f}"
		save(doc)  # gives it the level that the data left out
		if number < half:
			with plain_erpnext():
				plain.take(lambda doc=doc, title=title: save(doc, fax=title), counts)
			untouched.take(lambda doc=doc, title=title: save(doc, fax=f"{title}."), counts)
			continue
		moment = add_to_date(now_datetime().replace(microsecond=0), hours=1 + number)  # not far ahead
		with plain_erpnext():
			theirs.take(lambda doc=doc, moment=moment: by_hand(doc, moment), counts)
		doc.reload()
		planned.take(
			lambda doc=doc, moment=moment: save(doc, next_contact_date=moment, next_contact_by=USER), counts
		)
	for figure in (plain, untouched, theirs, planned):
		print(f"  {figure}")
	targets.check(
		"queries beyond plain ERPNext, contact left alone",
		untouched.median_queries - plain.median_queries,
		at_most=0,
	)
	targets.check(
		"queries beyond Frappe's own inserts, contact planned",
		planned.median_queries - theirs.median_queries,
		at_most=10,
	)


def by_hand(doc, moment) -> None:
	save(doc, fax=f"{time.time():.4f}")
	event = frappe.get_doc(
		{
			"doctype": "Event",
			"subject": "Llamar",
			"starts_on": moment,
			"event_participants": [{"reference_doctype": "Lead", "reference_docname": doc.name}],
		}
	).insert()
	frappe.share.add("Event", event.name, USER, read=1, write=1)
	frappe.get_doc(
		{
			"doctype": "Reminder",
			"user": USER,
			"remind_at": moment,
			"description": "Llamar",
			"reminder_doctype": "Lead",
			"reminder_docname": doc.name,
		}
	).insert()
	frappe.db.commit()  # a script


if __name__ == "__main__":
	sys.exit(main())
