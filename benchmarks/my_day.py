"""My Day of a salesperson with 5,000 open leads among a million leads.

Usage: script/benchmark --memory 4G my_day [--leads 1000000] [--open 5000] [--times 50]

The same is measured without the indexes that it needs, which are dropped for that and created again.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import frappe
from frappe.query_builder.functions import Count
from harness import Figure, Targets, connect, show_plans
from large_data import make_data

from crm_etapas.api import my_day
from crm_etapas.pipeline import stages
from crm_etapas.pipelines import OPPORTUNITY, PROSPECT
from crm_etapas.setup import indexes

MANAGER = "gerente@example.com"
TARGET = 150  # milliseconds on the server

# what is to be done with a salesperson's open records, by the last digits of a number of theirs
FOLLOW_UP = {
	"last_contact_on": "if(n mod 10 < 4, null, now() - interval n mod 60 day)",
	"next_contact_by": "if(n mod 10 between 4 and 6, %(user)s, null)",
	"next_contact_date": "if(n mod 10 between 4 and 6, now() + interval (n mod 700) - 350 hour, null)",
	"next_contact_medium": "if(n mod 10 between 4 and 6, 'Phone', null)",
	"rotting_since": "if(n mod 10 in (3, 7), curdate() - interval n mod 90 day, null)",
	"snoozed_until": "if(n mod 100 = 7, curdate() + interval 3 day, null)",
	"woken_on": "if(n mod 20 = 8, now() - interval n mod 5 day, null)",
	"valid_until": "if(n mod 10 = 9, curdate() + interval (n mod 60) - 30 day, null)",
}


def main() -> int:
	parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
	parser.add_argument("site")
	parser.add_argument("--leads", type=int, default=1_000_000)
	parser.add_argument("--open", type=int, default=5_000, help="open leads of the salesperson, at least")
	parser.add_argument("--times", type=int, default=50)
	parser.add_argument("--with-indexes-only", action="store_true", help="do not measure without them")
	options = parser.parse_args()

	connect(options.site)
	make_data(options.leads)
	indexes.create()
	user, open_ones = busiest_enough(options.open)
	frappe.db.set_value("User", user, "enabled", 1)  # those of the data are not, as they come in by an import
	give_follow_up(user)
	make_manager()
	for doctype in ("Lead", "Opportunity", "Customer"):
		frappe.db.sql_ddl(f"analyze table `tab{doctype}`")
	print(f"{frappe.db.count('Lead')} leads, {open_ones} open ones of {user}")
	print(f"Load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")

	targets = Targets()
	frappe.set_user(user)
	print({section["name"]: section["count"] for section in my_day.get()["sections"]})
	for label, work in (
		("my day", my_day.get),
		("the second page of the neglected", lambda: my_day.section("rotting", start=20)),
		("the last page of the neglected", lambda: my_day.section("rotting", start=900)),
	):
		check(targets, label, work, options.times)
	show_plans(my_day.get)
	with restricted(user):
		check(targets, "my day, restricted to three territories", my_day.get, options.times)
	frappe.set_user(MANAGER)
	check(targets, "the same day for a manager", lambda: my_day.get(user), options.times)
	check(targets, "whose day a manager may look at", my_day.salespeople, options.times)
	frappe.set_user(user)
	if not options.with_indexes_only:
		with without_its_indexes():
			print("\nWithout the indexes of My Day")
			print(f"  {measured('my day', my_day.get, 5)}")
	frappe.set_user("Administrator")
	frappe.destroy()
	return targets.exit_code()


def check(targets: Targets, label: str, work, times: int) -> None:
	figure = measured(label, work, times)
	print(f"  {figure}")
	# the machine has other work
	targets.check("milliseconds of the quickest", min(figure.seconds) * 1000, at_most=TARGET)
	targets.check("queries", max(figure.queries), at_most=8)


def measured(label: str, work, times: int) -> Figure:
	figure = Figure(label)
	for number in range(times + 2):
		figure.take(work, counts=number >= 2)
	return figure


def busiest_enough(least: int) -> tuple[str, int]:
	"""Return the salesperson with the fewest open leads above so many, and how many they have."""
	table = frappe.qb.DocType("Lead")
	query = (
		frappe.qb.from_(table)
		.select(table.lead_owner, Count("*").as_("count"))
		.where(table.prospect_stage.isin(open_stages(PROSPECT)))
		.groupby(table.lead_owner)
	)
	enough = [(count, user) for user, count in query.run() if user and count >= least]
	count, user = min(enough)
	return user, count


def open_stages(pipeline) -> list[str]:
	known = stages.get_stages(pipeline).values()
	return [stage.name for stage in known if not stage.outcome.is_closed]


def give_follow_up(user: str) -> None:
	"""Plan contacts with a salesperson's open records and leave marks on them; the query builder knows no variables."""
	entrance = {"prospect_stage": "if(n mod 10 < 3, 'Nuevo', prospect_stage)"}
	for pipeline, stage in ((PROSPECT, entrance), (OPPORTUNITY, {})):
		values = ", ".join(f"{field} = {value}" for field, value in {**FOLLOW_UP, **stage}.items())
		frappe.db.sql(
			f"""update `tab{pipeline.doctype}`,
				(select name, row_number() over (order by name) as n from `tab{pipeline.doctype}`
				where {pipeline.responsible_field} = %(user)s and {pipeline.stage_field} in %(stages)s) numbered
			set {values} where `tab{pipeline.doctype}`.name = numbered.name""",
			{"user": user, "stages": open_stages(pipeline)},
		)
	frappe.db.commit()  # a script


def make_manager() -> None:
	if not frappe.db.exists("User", MANAGER):
		frappe.flags.in_import = True  # Frappe lets nobody else make so many in an hour
		values = {"email": MANAGER, "first_name": "Gerente", "send_welcome_email": 0}
		frappe.get_doc({"doctype": "User", **values}).insert().add_roles("Sales User", "Sales Manager")
		frappe.flags.in_import = False
		frappe.db.commit()  # a script


@contextmanager
def restricted(user: str) -> Iterator[None]:
	"""Let a user see three territories only."""
	names = []
	for territory in frappe.get_all("Territory", {"is_group": 0}, pluck="name", limit=3):
		permission = {
			"doctype": "User Permission",
			"user": user,
			"allow": "Territory",
			"for_value": territory,
		}
		names.append(frappe.get_doc(permission).insert(ignore_permissions=True).name)
	frappe.clear_cache(user=user)
	try:
		yield
	finally:
		frappe.db.rollback()
		frappe.clear_cache(user=user)


@contextmanager
def without_its_indexes() -> Iterator[None]:
	ours = [
		(doctype, columns)
		for doctype, wanted in indexes.INDEXES.items()
		for columns in wanted
		if "next_contact_by" in columns
	]
	for doctype, columns in ours:
		frappe.db.sql_ddl(f"drop index if exists `{indexes.name_of(columns)}` on `tab{doctype}`")
	try:
		yield
	finally:
		indexes.create()


if __name__ == "__main__":
	sys.exit(main())
