"""Assignment by skill beside Frappe's own rules: in a batch, one by one, handed over.

Usage: script/benchmark assignment [--prospects 10000] [--todos 100000] [--times 60]
"""

import argparse
import sys
import time
from collections import Counter

import frappe
from frappe.desk.form import assign_to
from frappe.utils import now_datetime, today
from harness import Figure, Targets, connect, counted, without_handlers

from crm_etapas.assignment import PROFILE, SETTINGS, handover, load, match, reps
from crm_etapas.assignment.log import Cause, Entry
from crm_etapas.pipeline import bulk_insert

PEOPLE, CHUNK, BLOCK = 50, 500, 10
RULES = "Assignment Rule"
OURS = "crm_etapas.assignment."


def main() -> int:
	parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
	parser.add_argument("site")
	parser.add_argument("--prospects", type=int, default=10_000)
	parser.add_argument("--todos", type=int, default=100_000)
	parser.add_argument("--times", type=int, default=60)
	options = parser.parse_args()

	connect(options.site)
	targets, users = Targets(), make_people()
	in_a_batch(options.prospects, targets)
	make_todos(options.todos, users)
	one_by_one(users, options.times, targets)
	handed_over(options.times, targets)
	switch(None)
	frappe.destroy()
	return targets.exit_code()


def make_people() -> list[str]:
	"""Make 50 users with profiles, a team and the rules to compare with; return the users."""
	users = [f"vendedor{number:02}@example.com" for number in range(PEOPLE)]
	for user in users:
		if not frappe.db.exists("User", user):
			doc = frappe.get_doc(
				{"doctype": "User", "email": user, "first_name": user.split("@")[0], "send_welcome_email": 0}
			).insert()
			doc.add_roles("Sales User")
		if not frappe.db.exists(PROFILE, user):
			frappe.get_doc({"doctype": PROFILE, "user": user}).insert()
	if not frappe.db.exists("User Group", "Mesa de Entrada"):
		members = [{"user": "Administrator"}]
		frappe.get_doc(
			{"doctype": "User Group", "name": "Mesa de Entrada", "user_group_members": members}
		).insert()
	for rule in ("Round Robin", "Load Balancing"):
		if not frappe.db.exists(RULES, rule):
			frappe.get_doc(
				{
					"doctype": RULES,
					"name": rule,
					"document_type": "Lead",
					"description": "{{ lead_name or '' }} {{ company_name or '' }}",  # as ours
					"rule": rule,
					"disabled": 1,
					"assign_condition": "1",
					"users": [{"user": user} for user in users],
					"assignment_days": [{"day": frappe.utils.get_weekday()}],
				}
			).insert()
	frappe.db.commit()  # a script
	return users


def switch(to: str | None) -> None:
	"""Let prospects be assigned by one of Frappe's rules, by skill, or by nobody."""
	for rule in ("Round Robin", "Load Balancing"):
		doc = frappe.get_doc(RULES, rule)
		doc.disabled = int(rule != to)
		doc.save()
	settings = frappe.get_doc(SETTINGS)
	settings.update({"assign_by_skill": int(to == "by skill"), "assignment_team": "Mesa de Entrada"})
	settings.save()
	frappe.db.commit()  # a script


def in_a_batch(count: int, targets: Targets) -> None:
	"""Spread many prospects over people of different weights, a few of whom can take only so many."""
	switch("by skill")
	segments = frappe.get_all("Business Segment", pluck="name")
	for number, name in enumerate(frappe.get_all(PROFILE, pluck="name", order_by="name")):
		doc = frappe.get_doc(PROFILE, name)
		doc.weight = 1 + number % 4 / 2
		doc.most_open = 100 if number % 10 == 9 else 0
		doc.save()
	clear()
	names = make_prospects(count, segments)
	reps.all_reps()
	given: Counter = Counter()
	with counted() as statements:
		started = time.perf_counter()
		for start in range(0, count, CHUNK):
			chunk = names[start : start + CHUNK]
			decisions = match.match_names(chunk)
			match.settle(Entry(one, Cause.NEW, lead=name) for name, one in zip(chunk, decisions, strict=True))
			frappe.db.commit()  # a script
			given.update(one.rep.name for one in decisions if one.rep)
		seconds = time.perf_counter() - started
	print(f"\n{count:,} prospects to {PEOPLE} people: {seconds:.1f} s, {len(statements)} queries")
	targets.check("queries a prospect", len(statements) / count, at_most=0.1)
	check_spread(given, targets)


def check_spread(given: Counter, targets: Targets) -> None:
	everybody = {rep.name: rep for rep in reps.all_reps().values()}
	over = sum(given[name] > rep.most_open for name, rep in everybody.items() if rep.most_open)
	free = {name: rep.weight for name, rep in everybody.items() if not rep.most_open}
	total, weights = sum(given[name] for name in free), sum(free.values())
	off = max(abs(given[name] / (total * weight / weights) - 1) for name, weight in free.items())
	targets.check("people over their capacity", over, at_most=0)
	targets.check("farthest from the weights", off, at_most=0.02)


def make_prospects(count: int, segments: list[str]) -> list[str]:
	names = [f"PROSPECTO-{number:06}" for number in range(count)]
	now = now_datetime()
	rows = [
		{
			"name": name,
			"creation": now,
			"modified": now,
			"owner": "Administrator",
			"first_name": name,
			"lead_name": name,
			"title": name,
			"status": "Lead",
			"company_name": f"Empresa {number // 2}",
			"company_key": f"empresa {number // 2}",
			"email_id": f"{name.lower()}@example.com",
			"business_segment": segments[number % len(segments)],
			"prospect_stage": load.open_stages()[0],
			"process_status": "En Gestión",
		}
		for number, name in enumerate(names)
	]
	bulk_insert.insert("Lead", list(rows[0]), rows)
	frappe.db.commit()  # a script
	return names


def clear() -> None:
	"""Take away what an earlier run has made."""
	table = frappe.qb.DocType("Lead")
	frappe.qb.from_(table).where(table.name.like("PROSPECTO-%")).delete().run()
	frappe.db.delete("Assignment Log")
	load.repair()
	frappe.db.commit()  # a script


def make_todos(count: int, users: list[str]) -> None:
	there = frappe.db.count("ToDo", {"status": "Open", "reference_type": "Lead"})
	now, names = now_datetime(), frappe.get_all("Lead", pluck="name", limit=1000)
	rows = [
		{
			"name": frappe.generate_hash(length=10),
			"creation": now,
			"modified": now,
			"owner": "Administrator",
			"status": "Open",
			"priority": "Medium",
			"date": today(),
			"description": "Prospecto",
			"allocated_to": users[number % PEOPLE],
			"assigned_by": "Administrator",
			"reference_type": "Lead",
			"reference_name": names[number % len(names)],
		}
		for number in range(max(count - there, 0))
	]
	if rows:
		bulk_insert.insert("ToDo", list(rows[0]), rows)
		frappe.db.commit()  # a script
		frappe.db.sql_ddl("analyze table `tabToDo`")


def one_by_one(users: list[str], times: int, targets: Targets) -> None:
	"""Insert prospects in blocks that take turns, so that what else the machine does touches all."""
	for name in frappe.get_all(PROFILE, {"most_open": [">", 0]}, pluck="name"):
		doc = frappe.get_doc(PROFILE, name)
		doc.most_open = 0
		doc.save()
	ways = {
		"nobody": "not assigned",
		"Round Robin": "Frappe's Round Robin",
		"Load Balancing": "Frappe's Load Balancing",
		"by skill": "by skill",
	}
	figures = {way: Figure(label) for way, label in ways.items()}
	for _block in range(max(times // BLOCK, 1)):
		for way, figure in figures.items():
			switch(None if way == "nobody" else way)
			for user in users:  # what Frappe remembers of a user it gives to; each way gives to others
				frappe.get_cached_doc("User", user)
				frappe.has_permission("Lead", user=user)
			for number in range(-3, BLOCK):  # the first ones fill the caches
				figure.take(insert, counts=number >= 0)
	todos = frappe.db.count("ToDo", {"status": "Open"})
	print(f"\nA prospect inserted, with {todos:,} open to-dos")
	for figure in figures.values():
		print(f"  {figure}")
	ours, robin = figures["by skill"], figures["Round Robin"]
	targets.check("times as long as Round Robin", ours.milliseconds / robin.milliseconds, at_most=1.05)
	targets.check("more queries than Round Robin", ours.median_queries - robin.median_queries, at_most=5)


def insert() -> None:
	number = frappe.generate_hash(length=8)
	frappe.get_doc(
		{
			"doctype": "Lead",
			"first_name": "Ana",
			"last_name": number,
			"company_name": f"Empresa {number}",
			"email_id": f"{number}@example.com",
		}
	).insert()
	frappe.db.commit()  # a script: a request ends with it


def handed_over(times: int, targets: Targets) -> None:
	"""Give prospects to a colleague: by hand with Frappe's assignment, and with ours once it is decided to whom."""
	switch("by skill")
	# those who come and go in turn
	names = frappe.get_all(
		"Lead", {"lead_owner": ["like", "vendedor%"], "last_name": ["is", "set"]}, pluck="name"
	)
	frappes, ours = Figure("Frappe: owner, to-do, comment"), Figure("ours: the same, load and log")
	for number, name in enumerate(names[: 2 * times + 10]):
		figure = (frappes, ours)[number % 2]
		doc = frappe.get_doc("Lead", name)
		decision = match.match([doc])[0]
		if decision.rep.user == doc.lead_owner:
			others = [rep for rep in reps.all_reps().values() if rep.user != doc.lead_owner]
			decision = decision.__class__(others[number % len(others)], decision.reason, decision.seen)
		if figure is ours:
			work = lambda doc=doc, decision=decision: hand_over(doc, decision)  # noqa: E731
			figure.take(work, counts=number >= 10)
		else:
			with without_handlers(OURS):
				user = decision.rep.user
				figure.take(lambda doc=doc, user=user: give_by_hand(doc, user), counts=number >= 10)
	load.repair()
	frappe.db.commit()  # a script
	print(f"\nA prospect handed over to a colleague\n  {frappes}\n  {ours}")
	targets.check("times as long", ours.milliseconds / frappes.milliseconds, at_most=1.05)
	targets.check("more queries", ours.median_queries - frappes.median_queries, at_most=4)


def hand_over(doc, decision) -> None:
	handover.hand(doc, decision, Cause.RETURNED, "prueba")
	frappe.db.commit()  # a script


def give_by_hand(doc, user: str) -> None:
	"""What Frappe's own assignment does: the old to-do goes, the rule makes the new one, a comment says so."""
	previous = doc.lead_owner
	assign_to.remove("Lead", doc.name, previous, ignore_permissions=True)
	doc.reload()
	doc.lead_owner = doc.handed_to = user
	doc.save()
	doc.add_comment("Info", f"{previous} {user}")
	frappe.db.commit()  # a script


if __name__ == "__main__":
	sys.exit(main())
