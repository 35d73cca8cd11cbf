"""One of several processes that work on the same site at once; run by `crowd.py`.

A step is a request: its own transaction, committed or rolled back. What came of each step is printed as JSON.
"""

import json
import random
import sys
from collections import Counter
from itertools import cycle

import frappe
from factories import (  # a script finds its neighbours
	WHY_WON,
	change_stage,
	make_interaction,
	make_lead,
	make_opportunity,
)

from crm_etapas.api import conversion, follow_up
from crm_etapas.api import stages as api
from crm_etapas.cycle import wake
from crm_etapas.cycle.loyalty import job as loyalty
from crm_etapas.events import coming_back
from crm_etapas.exceptions import DuplicateIdentification
from crm_etapas.pipelines import OPPORTUNITY, PROSPECT

PIPELINES = {"Lead": PROSPECT, "Opportunity": OPPORTUNITY}
TRIES = 10
# what stages ask for that nobody has to have thought of here
ASKED_FOR = {
	"No Interesado": {"disqualification_reason": "Sin Necesidad"},
	"Cerrado Ganado": {"won_reason": WHY_WON["won_reason"]},
}


def main() -> None:
	site, sites_path, user, task, arguments = sys.argv[1:]
	frappe.init(site=site, sites_path=sites_path)
	frappe.connect()
	frappe.flags.in_test = frappe.flags.mute_emails = True
	frappe.set_user(user)
	frappe.local.lang = "es"
	print("ready", flush=True)
	sys.stdin.readline()  # all begin together
	print(json.dumps(TASKS[task](**json.loads(arguments))))
	frappe.destroy()


def move_at_random(records: list, counters: dict, steps: int, seed: int) -> Counter:
	chance, results = random.Random(seed), Counter()
	for _step in range(steps):
		doctype, name = chance.choice(records)
		if chance.random() < 0.25:
			step(results, lambda doctype=doctype, name=name: count_up(doctype, name, counters[doctype]))
		else:
			stage = chance.choice(list(api.stages.get_stages(PIPELINES[doctype])))
			step(results, lambda doctype=doctype, name=name, stage=stage: move(doctype, name, stage))
	return results


def step(results: Counter, request) -> None:
	"""Carry a request through, again if the database asks for that, and count what came of it."""
	for _try in range(TRIES):
		try:
			outcome = request()
			frappe.db.commit()
		except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
			frappe.db.rollback()
			results["deadlocked"] += 1
		except (frappe.TimestampMismatchError, DuplicateIdentification):
			frappe.db.rollback()
			results["refused"] += 1
			return
		else:
			results[outcome] += 1
			return
		finally:
			frappe.local.message_log = []
	results["given up"] += 1


def move(doctype: str, name: str, stage: str) -> str:
	before = own_stays(doctype, name)
	api.move(doctype, name, stage, values=ASKED_FOR.get(stage))
	return "moved" if own_stays(doctype, name) == before + 1 else "stayed"


def own_stays(doctype: str, name: str) -> int:
	mine = {"reference_doctype": doctype, "reference_name": name, "moved_by": frappe.session.user}
	return frappe.db.count("Stage Log", mine)


def count_up(doctype: str, name: str, counter: str) -> str:
	doc = frappe.get_doc(doctype, name)
	doc.set(counter, (doc.get(counter) or 0) + 1)
	doc.save()
	return "counted"


def make_opportunities(lead: str, count: int) -> Counter:
	results = Counter()

	def request():
		make_opportunity(frappe.get_doc("Lead", lead))
		return "made"

	for _number in range(count):
		step(results, request)
	return results


def make_default(doctype: str, names: list, times: int) -> Counter:
	results = Counter()

	def request(name):
		change_stage(name, doctype, is_default=1)
		return "made"

	for number in range(times):
		name = names[number % len(names)]
		step(results, lambda name=name: request(name))
	return results


def write(doctype: str, name: str, fieldname: str, value: str) -> dict:
	frappe.db.set_value(doctype, name, fieldname, value)
	frappe.db.commit()
	return {"written": 1}


def move_one(doctype: str, name: str, stage: str) -> dict:
	path = api.move(doctype, name, stage)
	frappe.db.commit()
	return {"stage": path["stage"]}


def identify(doctype: str, names: list, numbers: list) -> Counter:
	"""Give each record its number."""
	results = Counter()

	def request(name, number):
		doc = frappe.get_doc(doctype, name)
		doc.update({"identification_type": "RIF", "identification_number": number})
		doc.save()
		return "identified"

	for name, number in zip(names, numbers, strict=True):
		step(results, lambda name=name, number=number: request(name, number))
	return results


def enter(count: int, segment: str | None = None) -> Counter:
	"""Enter prospects, as a web form does: nobody says whose they are."""
	results = Counter()
	for _number in range(count):
		step(results, lambda: "given" if make_lead(business_segment=segment).lead_owner else "queued")
	return results


def give_away(names: list, owners: list) -> Counter:
	"""Give prospects to others, one after the other."""
	results = Counter()

	def request(name, owner):
		doc = frappe.get_doc("Lead", name)
		doc.lead_owner = owner
		doc.save()
		return "changed"

	for name, owner in zip(names, cycle(owners), strict=False):
		step(results, lambda name=name, owner=owner: request(name, owner))
	return results


def plan(doctype: str, name: str, dates: list) -> Counter:
	"""Plan the next contact with a record again and again."""
	results = Counter()

	def request(date):
		follow_up.schedule(doctype, name, date)
		return "planned"

	for date in dates:
		step(results, lambda date=date: request(date))
	return results


def call(doctype: str, name: str, count: int) -> Counter:
	"""Note calls that nobody answered."""
	results = Counter()

	def request():
		make_interaction(frappe.get_doc(doctype, name))
		return "called"

	for _number in range(count):
		step(results, request)
	return results


def come_back() -> Counter:
	"""Bring back what is due, as the hourly job does."""
	return wake.wake_due(coming_back.give)


def follow_up_customers() -> Counter:
	"""Follow customers up, as the daily job does."""
	return loyalty.follow_up(coming_back.is_there)


def convert(leads: list) -> Counter:
	"""Convert prospects that others are converting too."""
	results = Counter()

	def request(lead):
		return "made" if conversion.convert(lead)["made"] else "taken"

	for lead in leads:
		step(results, lambda lead=lead: request(lead))
	return results


TASKS = {
	"plan": plan,
	"call": call,
	"come_back": come_back,
	"follow_up": follow_up_customers,
	"convert": convert,
	"enter": enter,
	"give_away": give_away,
	"move_at_random": move_at_random,
	"move": move_one,
	"write": write,
	"make_opportunities": make_opportunities,
	"make_default": make_default,
	"identify": identify,
}


if __name__ == "__main__":
	main()
