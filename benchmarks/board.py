"""The board among a million leads and 200,000 opportunities, beside ERPNext's Kanban on the same data.

Usage: script/benchmark --memory 3G board [--leads 1000000] [--times 20] [--without-kanban]

Kanban's first view asks the list's `reportview` for all cards, as its page does, and is measured once.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import frappe
from frappe.desk import reportview
from harness import Figure, Targets, connect, show_plans
from large_data import make_data
from my_day import busiest_enough

from crm_etapas.api import board, stages
from crm_etapas.setup import indexes

MOST_MILLISECONDS, MOST_QUERIES, MOST_BYTES = 200, 10, 200_000
MOST_FOR_A_MOVE = 100
# what Kanban's page asks for each card, see frappe/public/js/frappe/views/kanban/kanban_view.js
OF_A_CARD = ["name", "modified", "_assign", "_user_tags", "_comments", "_liked_by", "status", "docstatus"]


def main() -> int:
	parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
	parser.add_argument("site")
	parser.add_argument("--leads", type=int, default=1_000_000)
	parser.add_argument("--times", type=int, default=20)
	parser.add_argument("--without-kanban", action="store_true")
	parser.add_argument("--explain", action="store_true", help="say which indexes the statements use")
	options = parser.parse_args()

	connect(options.site)
	make_data(options.leads)
	indexes.create()
	for doctype in ("Lead", "Opportunity"):
		frappe.db.sql_ddl(f"analyze table `tab{doctype}`")
	print(f"{frappe.db.count('Lead')} leads, {frappe.db.count('Opportunity')} opportunities")
	print(f"Load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")

	targets = Targets()
	user, open_ones = busiest_enough(5_000)
	print(f"{open_ones} open leads of {user}")
	frappe.db.set_value("User", user, "enabled", 1)  # those of the data are not, as they come in by an import
	frappe.set_user(user)
	for doctype in ("Lead", "Opportunity"):
		check(targets, f"{doctype}: first view", options, doctype)
		stage = "Nuevo" if doctype == "Lead" else "En Negociación"
		figure = Figure(f"{doctype}: the tenth page of a column")
		repeat(figure, lambda d=doctype, s=stage: board.get_cards(d, s, start=180), options.times)
		report(targets, figure)
	with restricted(user):
		for doctype in ("Lead", "Opportunity"):
			check(targets, f"{doctype}: restricted to three territories", options, doctype)
	print("\nFiltered, or in another order; no target")
	channel = frappe.get_all("Lead", limit=1, pluck="sales_channel", order_by="creation")[0]
	for label, arguments in (
		("Lead: only mine", {"doctype": "Lead", "mine": True}),
		("Lead: by next contact", {"doctype": "Lead", "sort": "next_contact"}),
		("Opportunity: by next contact", {"doctype": "Opportunity", "sort": "next_contact"}),
		(
			f"Lead: channel {channel}",
			{"doctype": "Lead", "filters": [["Lead", "sales_channel", "=", channel]]},
		),
		("Lead: a name", {"doctype": "Lead", "text": "García"}),
		("Opportunity: a name", {"doctype": "Opportunity", "text": "ana garcía 0a1"}),
	):
		figure = Figure(label)
		repeat(figure, lambda given=arguments: board.get_board(**given), 5)
		print(f"  {figure}")
	moves(targets, options.times)
	if not options.without_kanban:
		kanban()
	frappe.set_user("Administrator")
	frappe.destroy()
	return targets.exit_code()


def check(targets: Targets, label: str, options, doctype: str, **arguments) -> None:
	figure = Figure(label)
	repeat(figure, lambda: board.get_board(doctype, **arguments), options.times)
	report(targets, figure)
	size = len(frappe.as_json(board.get_board(doctype, **arguments), indent=None).encode())
	targets.check("bytes of the answer", size, at_most=MOST_BYTES)
	if options.explain:
		show_plans(lambda: board.get_board(doctype, **arguments))


def repeat(figure: Figure, work, times: int) -> None:
	for number in range(times + 2):
		figure.take(work, counts=number >= 2)


def report(targets: Targets, figure: Figure, most: float = MOST_MILLISECONDS) -> None:
	print(f"  {figure}")
	# the machine has other work
	targets.check("milliseconds of the quickest", min(figure.seconds) * 1000, at_most=most)
	if most == MOST_MILLISECONDS:
		targets.check("queries", max(figure.queries), at_most=MOST_QUERIES)


@contextmanager
def restricted(user: str) -> Iterator[None]:
	"""Let a user see three of the territories that the leads are in."""
	territories = list(
		dict.fromkeys(frappe.get_all("Lead", limit=50, pluck="territory", order_by="creation"))
	)
	for territory in territories[:3]:
		permission = {
			"doctype": "User Permission",
			"user": user,
			"allow": "Territory",
			"for_value": territory,
		}
		frappe.get_doc(permission).insert(ignore_permissions=True)  # as an administrator does
	frappe.clear_cache(user=user)
	try:
		yield
	finally:
		frappe.db.rollback()
		frappe.clear_cache(user=user)


def moves(targets: Targets, times: int) -> None:
	"""Drop cards into another column and put them back, each a request with its commit."""
	for doctype, here, there in (
		("Lead", "Nuevo", "Intento de Contacto"),
		("Opportunity", "En Negociación", "En Propuesta"),
	):
		cards = board.get_cards(doctype, here, limit=times + 2)["cards"]
		figure = Figure(f"{doctype}: a move")
		for number, card in enumerate(cards):
			figure.take(partial(move, doctype, card["name"], there), counts=number >= 2)
		report(targets, figure, MOST_FOR_A_MOVE)
		for card in cards:
			stages.move(doctype, card["name"], here)
		frappe.db.commit()  # as above


def move(doctype: str, name: str, stage: str) -> None:
	stages.move(doctype, name, stage)
	frappe.db.commit()  # a script: the request ends with it


def kanban() -> None:
	print("\nERPNext's Kanban, its first view")
	shown = {"Lead": ["title", "company_name", "lead_owner"], "Opportunity": ["title", "opportunity_owner"]}
	for doctype, fields in shown.items():
		frappe.local.form_dict = frappe._dict(
			doctype=doctype,
			fields=json.dumps([f"`tab{doctype}`.`{field}`" for field in OF_A_CARD + fields]),
			filters="[]",
			order_by=f"`tab{doctype}`.`modified` desc",
			start=0,
			page_length=0,
			view="Kanban",
		)
		started = time.perf_counter()
		answer = frappe.as_json(reportview.get(), indent=None)
		print(
			f"  {doctype}: {time.perf_counter() - started:.1f} s, {len(answer.encode()) / 1e6:.0f} MB",
			flush=True,
		)


if __name__ == "__main__":
	sys.exit(main())
