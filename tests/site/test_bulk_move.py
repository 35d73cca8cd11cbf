"""Moving many records at once: each through the door, some refused, all of it to be gone on with."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import frappe
import psutil
import pytest
from frappe.utils.background_jobs import get_job
from rq.job import JobStatus

from crm_etapas.api.stages import bulk_move, bulk_move_results, continue_bulk_move, history
from crm_etapas.exceptions import BulkMoveError, DisabledStageError, UnknownStageError
from crm_etapas.pipeline import bulk, bulk_job, transition
from crm_etapas.pipeline.bulk import Result
from crm_etapas.setup.backfill import give_stages
from tests.site.factories import change_stage, make_lead, make_opportunity, make_stage, make_user
from tests.site.invariants import assert_whole
from tests.site.test_query_counts import counted

STAGE = "Contactar en un Futuro"


def stage_of(lead) -> str:
	return frappe.db.get_value("Lead", lead.name, "prospect_stage")


def figures(name: str) -> dict:
	results = bulk_move_results(name)
	return {key: results[key] for key in ("total", "moved", "already_there", "refused")}


def reasons(name: str) -> dict[str, str]:
	return {row["name"]: row["reason"] for row in bulk_move_results(name, "Refused")["records"]}


# A6, F2
def test_records_move_through_the_door_and_the_result_is_kept():
	leads = [make_lead() for _ in range(3)]
	there = make_lead(prospect_stage=STAGE)
	stays = len(history("Lead", there.name))
	name = bulk_move("Lead", STAGE, [lead.name for lead in (*leads, there)], comment="Feria cancelada")
	results = bulk_move_results(name)
	assert (results["status"], results["progress"]) == ("Completed", 100)
	assert figures(name) == {"total": 4, "moved": 3, "already_there": 1, "refused": 0}
	for lead in leads:
		assert_whole(lead)
		stay = history("Lead", lead.name)[-1]
		assert (stay.stage, stay.comment, stay.cause) == (STAGE, "Feria cancelada", "Manual")
		assert (stay.cause_doctype, stay.cause_name) == ("Bulk Move", name)
	assert len(history("Lead", there.name)) == stays


def test_opportunities_move_as_well():
	opportunity = make_opportunity()
	name = bulk_move("Opportunity", "Análisis", [opportunity.name])
	assert figures(name)["moved"] == 1
	assert_whole(opportunity)


# F2: filters are settled at the start
def test_filters_choose_what_the_list_shows():
	territory = frappe.get_all("Territory", {"is_group": 0}, pluck="name")[0]
	leads = [make_lead(territory=territory, city="Villa Bulto") for _ in range(2)]
	other = make_lead(city="Otra")
	name = bulk_move("Lead", STAGE, filters=[["Lead", "city", "=", "Villa Bulto"]])
	assert {stage_of(lead) for lead in leads} == {STAGE}
	assert stage_of(other) == "Nuevo"
	assert figures(name) == {"total": 2, "moved": 2, "already_there": 0, "refused": 0}


# A6: asks once for all, and goes on
def test_what_is_missing_is_asked_once_and_the_refused_go_on():
	stage = make_stage(
		outcome="Lost",
		requirements=[{"kind": "Field", "fieldname": "job_title"}, {"kind": "Comment"}],
	).name
	whole, bare, other = make_lead(job_title="Compras"), make_lead(), make_lead()
	name = bulk_move("Lead", stage, [whole.name, bare.name, other.name])
	results = bulk_move_results(name)
	assert results["status"] == "Partly Refused"
	assert [(entry["fieldname"], entry["kind"], entry["count"]) for entry in results["missing"]] == [
		("comment", "Comment", 3),
		("job_title", "Field", 2),
	]
	assert continue_bulk_move(name, comment="No compran", values={"job_title": "Gerencia"}) == name
	assert figures(name) == {"total": 3, "moved": 3, "already_there": 0, "refused": 0}
	assert bulk_move_results(name)["missing"] == []
	titles = {lead.name: frappe.db.get_value("Lead", lead.name, "job_title") for lead in (whole, bare, other)}
	assert titles == {whole.name: "Compras", bare.name: "Gerencia", other.name: "Gerencia"}
	assert len(history("Lead", whole.name)) == 2


def test_values_given_at_once_fill_what_is_empty_only():
	stage = make_stage(requirements=[{"kind": "Field", "fieldname": "job_title"}]).name
	whole, bare = make_lead(job_title="Compras"), make_lead()
	name = bulk_move("Lead", stage, [whole.name, bare.name], values='{"job_title": "Gerencia"}')
	assert figures(name)["moved"] == 2
	assert frappe.db.get_value("Lead", whole.name, "job_title") == "Compras"
	assert frappe.db.get_value("Lead", bare.name, "job_title") == "Gerencia"


# A: one record that cannot move keeps no other from moving, and leaves nothing behind
def test_a_refused_record_is_left_as_it_was():
	change_stage("Nuevo", allowed_next_stages=[{"stage": STAGE}])
	good, elsewhere = make_lead(), make_lead()
	target = make_stage().name
	change_stage(STAGE, allowed_next_stages=[])
	bulk_move("Lead", STAGE, [elsewhere.name])
	name = bulk_move("Lead", target, [good.name, elsewhere.name], values={"city": "Mérida"})
	assert figures(name) == {"total": 2, "moved": 1, "already_there": 0, "refused": 1}
	assert set(reasons(name)) == {good.name}
	assert STAGE in reasons(name)[good.name] and "<" not in reasons(name)[good.name]
	assert not frappe.db.get_value("Lead", good.name, "city")
	assert_whole(good)
	assert_whole(elsewhere)
	assert not frappe.get_message_log()


# A: refused before anything starts
def test_a_wrong_stage_or_nothing_to_move_starts_nothing():
	lead = make_lead()
	disabled = make_stage(disabled=1).name
	before = frappe.db.count("Bulk Move")
	for arguments, error in (
		({"stage": "En Negociación", "names": [lead.name]}, UnknownStageError),
		({"stage": "Etapa Fantasma", "names": [lead.name]}, UnknownStageError),
		({"stage": disabled, "names": [lead.name]}, DisabledStageError),
		({"stage": STAGE, "names": []}, BulkMoveError),
		({"stage": STAGE, "filters": [["city", "=", "Ciudad Sin Nadie"]]}, BulkMoveError),
		({"stage": STAGE}, BulkMoveError),
		({"stage": STAGE, "names": [lead.name], "filters": []}, BulkMoveError),
		({"stage": STAGE, "names": [lead.name], "values": {"no_such": 1}}, frappe.ValidationError),
	):
		with pytest.raises(error):
			bulk_move("Lead", **arguments)
	with pytest.raises(frappe.ValidationError):
		bulk_move("Customer", STAGE, ["x"])
	assert frappe.db.count("Bulk Move") == before
	assert stage_of(lead) == "Nuevo"


# F7: who may not write a record neither moves it nor learns of it
def test_a_record_that_the_user_may_not_write():
	company = frappe.get_all("Company", pluck="name")[0]
	territories = frappe.get_all("Territory", {"is_group": 0}, pluck="name")[:2]
	mine = make_lead(territory=territories[0], company=company, city="Villa Bulto")
	secret = make_lead(territory=territories[1], company=company, city="Villa Bulto", last_name="Secreta")
	seller = make_user("Sales User")
	frappe.get_doc(
		{"doctype": "User Permission", "user": seller.name, "allow": "Territory", "for_value": territories[0]}
	).insert()

	frappe.set_user(seller.name)
	named = bulk_move("Lead", STAGE, [mine.name, secret.name, "CRM-LEAD-NINGUNO"])
	assert figures(named) == {"total": 3, "moved": 1, "already_there": 0, "refused": 2}
	said = reasons(named)
	assert said[secret.name].replace(secret.name, "X") == said["CRM-LEAD-NINGUNO"].replace(
		"CRM-LEAD-NINGUNO", "X"
	)
	assert "Secreta" not in str(bulk_move_results(named))
	filtered = bulk_move("Lead", "Nuevo", filters={"city": "Villa Bulto"})
	assert figures(filtered)["total"] == 1
	assert [row["name"] for row in bulk_move_results(filtered)["records"]] == [mine.name]

	frappe.set_user("Administrator")
	assert stage_of(secret) == "Nuevo"
	# asked for by somebody who may see both, and looked at by a manager who may not
	whole = bulk_move("Lead", STAGE, [mine.name, secret.name])
	seller.add_roles("Sales Manager")
	frappe.set_user(seller.name)
	assert [row["name"] for row in bulk_move_results(whole)["records"]] == [mine.name]
	with pytest.raises(frappe.PermissionError):
		frappe.get_list("Bulk Move Record")


def test_a_record_that_stops_being_the_users_while_it_waits():
	lead = make_lead()
	seller = make_user("Sales User")
	frappe.set_user(seller.name)
	name = bulk_move("Lead", STAGE, [lead.name])
	assert figures(name)["moved"] == 1
	frappe.set_user("Administrator")
	frappe.delete_doc("Lead", lead.name)
	bulk._rewrite(name, bulk_rows(name), [bulk.Outcome(Result.WAITING)])
	frappe.set_user(seller.name)
	continue_bulk_move(name)
	assert figures(name) == {"total": 1, "moved": 0, "already_there": 0, "refused": 1}
	assert lead.name in reasons(name)[lead.name]


def bulk_rows(name: str) -> dict[str, str]:
	return dict(
		frappe.get_all(
			"Bulk Move Record", {"bulk_move": name}, ["name", "reference_name"], as_list=True, limit=0
		)
	)


# F7
def test_who_may_read_a_bulk_move():
	name = bulk_move("Lead", STAGE, [make_lead().name])
	stranger, manager, visitor = make_user("Sales User"), make_user("Sales Manager"), make_user()
	frappe.set_user(stranger.name)
	with pytest.raises(frappe.PermissionError) as hidden:
		bulk_move_results(name)
	with pytest.raises(frappe.PermissionError) as unknown:
		bulk_move_results("BULK-MOVE-NADA")
	assert str(hidden.value).replace(name, "X") == str(unknown.value).replace("BULK-MOVE-NADA", "X")
	with pytest.raises(frappe.PermissionError):
		continue_bulk_move(name)
	assert frappe.get_list("Bulk Move") == []
	own = bulk_move("Lead", "Nuevo", [make_lead(prospect_stage=STAGE).name])
	assert frappe.get_list("Bulk Move", pluck="name") == [own]
	frappe.set_user(manager.name)
	assert bulk_move_results(name)["moved"] == 1
	frappe.set_user(visitor.name)
	with pytest.raises(frappe.PermissionError):
		bulk_move("Lead", STAGE, filters=[])


# A: one record that breaks keeps no other from moving
def test_an_unexpected_error_of_one_record_is_that_records_own(monkeypatch):
	good, bad = make_lead(), make_lead(last_name="Rompe")
	frappe.get_doc(
		{
			"doctype": "Server Script",
			"name": "Rompe",
			"script_type": "DocType Event",
			"reference_doctype": "Lead",
			"doctype_event": "Before Save",
			"script": "if doc.last_name == 'Rompe':\n\t1 / 0",
		}
	).insert()
	monkeypatch.setitem(frappe.local.conf, "server_script_enabled", 1)
	monkeypatch.setattr("frappe.utils.safe_exec.is_safe_exec_enabled", lambda: True)
	name = bulk_move("Lead", STAGE, [good.name, bad.name])
	assert figures(name)["moved"] == 1
	log = frappe.get_last_doc("Error Log", {"reference_name": bad.name})
	assert log.name in reasons(name)[bad.name] and "ZeroDivisionError" in log.error
	assert stage_of(bad) == "Nuevo"


def test_deleting_a_bulk_move_takes_its_results_along():
	name = bulk_move("Lead", STAGE, [make_lead().name])
	frappe.delete_doc("Bulk Move", name)
	assert not frappe.db.exists("Bulk Move Record", {"bulk_move": name})
	kept, old = (bulk_move("Lead", "Nuevo", [make_lead().name]) for _ in range(2))
	frappe.db.set_value("Bulk Move", old, "modified", "2020-01-01", update_modified=False)
	frappe.get_doc("Bulk Move", kept).clear_old_logs(days=30)
	assert frappe.db.exists("Bulk Move", kept) and not frappe.db.exists("Bulk Move", old)


# C2, F2: queries beyond those of Frappe's own bulk edit
def test_a_record_costs_at_most_eight_queries_beyond_frappes_bulk_edit():
	from frappe.desk.doctype.bulk_update.bulk_update import _bulk_action

	names = [make_lead().name for _ in range(20)]
	_bulk_action("Lead", names[:1], "update", {"city": "Nada"})  # fills the caches
	bulk_move("Lead", STAGE, names[:1])
	with counted() as plain:
		assert not _bulk_action("Lead", names[1:], "update", {"city": "Mérida"})
	with counted() as ours:
		name = bulk_move("Lead", STAGE, names[1:])
	assert figures(name)["moved"] == 19
	assert len(plain) / 19 > 5
	assert (len(ours) - len(plain)) / 19 <= 8


def many_leads(count: int) -> list[str]:
	"""Leads from before the app: written in one statement, then given a stage as at its installation."""
	names = [f"BULTO-{number:05}" for number in range(count)]
	columns = ["name", "creation", "modified", "owner", "status", "first_name", "lead_name"]
	now = frappe.utils.now_datetime()
	rows = [(name, now, now, "Administrator", "Lead", "Ana", name) for name in names]
	frappe.db.bulk_insert("Lead", columns, rows)
	give_stages()
	frappe.db.commit()
	return names


def start_worker(site, name: str) -> subprocess.Popen:
	"""Have a real worker, with the process of its own that it makes for a job, work on a Bulk Move."""
	script = Path(__file__).with_name("work_one_job.py")
	return subprocess.Popen(
		[sys.executable, str(script), site.name, f"bulk_move::{name}"],
		cwd=site.sites_path,
		stdout=subprocess.DEVNULL,
		stderr=subprocess.DEVNULL,
	)


def wait_until(condition, seconds: int = 120) -> None:
	deadline = time.monotonic() + seconds
	while time.monotonic() < deadline:
		frappe.db.rollback()  # to see what others have committed
		if condition():
			return
		time.sleep(0.05)
	pytest.fail("It did not happen in time")


def moves(stage: str = STAGE) -> Counter:
	"""How often each lead has entered a stage."""
	return Counter(frappe.get_all("Stage Log", {"stage": stage}, pluck="reference_name"))


def assert_each_moved_once(names: list[str]) -> None:
	assert moves() == Counter(names)
	assert frappe.db.count("Lead", {"prospect_stage": STAGE}) == len(names)
	stays = frappe.get_all("Stage Log", {"pipeline": "prospect"}, ["sequence", "left_on", "stage"])
	assert Counter((stay.sequence, stay.stage, bool(stay.left_on)) for stay in stays) == {
		(1, "Nuevo", True): len(names),
		(2, STAGE, False): len(names),
	}


# F2: a worker that is killed in the middle; run again it finishes, nothing twice
def test_a_killed_worker(throwaway_site):
	names = many_leads(2000)
	name = bulk_move("Lead", STAGE, filters=[], comment="Feria")
	assert bulk_move_results(name)["status"] == "Queued" and not moves()
	frappe.db.commit()
	with pytest.raises(BulkMoveError):
		continue_bulk_move(name)  # it is in the queue

	worker = start_worker(throwaway_site, name)
	wait_until(lambda: len(moves()) >= 300)
	with pytest.raises(BulkMoveError):
		continue_bulk_move(name)  # it is running
	frappe.db.rollback()
	bulk_job.execute(name)  # another worker that takes it up finds nothing to do
	assert 0 < bulk_move_results(name)["progress"] < 100
	assert worker.poll() is None
	family = [psutil.Process(worker.pid), *psutil.Process(worker.pid).children(recursive=True)]
	assert len(family) == 2
	for process in family:
		os.kill(process.pid, signal.SIGKILL)
	worker.wait()

	throwaway_site.reconnect()
	assert get_job(f"bulk_move::{name}").get_status() == JobStatus.STARTED  # nobody has told the queue
	landed = figures(name)["moved"]
	assert 300 <= landed < len(names)
	results = frappe.get_all(
		"Bulk Move Record", {"bulk_move": name, "result": "Moved"}, pluck="reference_name"
	)
	assert set(results) == set(moves()) and len(results) == landed

	assert continue_bulk_move(name) == name
	frappe.db.commit()
	assert start_worker(throwaway_site, name).wait() == 0
	throwaway_site.reconnect()
	assert bulk_move_results(name)["status"] == "Completed"
	assert figures(name) == {"total": 2000, "moved": 2000, "already_there": 0, "refused": 0}
	assert_each_moved_once(names)


# F2: the same records moved by two people at once, one of them twice
def test_two_at_once(throwaway_site):
	names = many_leads(300)
	jobs = [bulk_move("Lead", STAGE, names=chosen) for chosen in (names, reversed(names))]
	frappe.db.commit()
	workers = [start_worker(throwaway_site, name) for name in jobs]
	wait_until(lambda: len(moves()) > 0)
	bulk_job.execute(jobs[0])
	assert [worker.wait() for worker in workers] == [0, 0]
	throwaway_site.reconnect()
	one, other = (figures(name) for name in jobs)
	assert one["refused"] == other["refused"] == 0
	assert one["moved"] + other["moved"] == one["already_there"] + other["already_there"] == len(names)
	assert_each_moved_once(names)


class Elsewhere:
	"""Somebody else's transaction."""

	def __init__(self):
		conf = frappe.conf
		self.database = frappe.database.get_db(
			host=conf.db_host,
			port=conf.db_port,
			user=conf.db_name,
			password=conf.db_password,
			cur_db_name=conf.db_name,
		)
		self.database.connect()
		self.database.begin()

	def touch(self, *names: str) -> None:
		self.run(self.touching(*names))

	def touching(self, *names: str) -> str:
		lead = frappe.qb.DocType("Lead")
		return frappe.qb.update(lead).set(lead.city, "Otra").where(lead.name.isin(names)).get_sql()

	def run(self, *statements: str) -> None:
		"""Without Frappe in between, which knows one transaction a thread."""
		for statement in statements:
			self.database._cursor.execute(statement)


# F2: what others hold, a deadlock, and one that somebody has swallowed
def test_conflicts(throwaway_site, monkeypatch):
	names = many_leads(1500)
	conflicts = []
	move_chunk = bulk._move_chunk

	def watched(*arguments):
		try:
			return move_chunk(*arguments)
		except Exception as error:
			conflicts.append(type(error))
			raise

	monkeypatch.setattr(bulk, "_move_chunk", watched)
	monkeypatch.setattr(bulk, "ATTEMPTS", 2)
	frappe.db.sql("set session innodb_lock_wait_timeout = 1")

	held = Elsewhere()
	held.touch(names[2])
	name = bulk_move("Lead", STAGE, names[:4])
	assert set(conflicts) == {frappe.QueryTimeoutError}
	assert figures(name) == {"total": 4, "moved": 3, "already_there": 0, "refused": 1}
	assert list(reasons(name)) == [names[2]]
	held.run("commit")
	continue_bulk_move(name)
	assert figures(name) == {"total": 4, "moved": 4, "already_there": 0, "refused": 0}

	# a deadlock, in which the database takes the transaction back that has changed less: ours
	frappe.db.sql("set session innodb_lock_wait_timeout = 50")
	conflicts.clear()
	big = Elsewhere()
	big.touch(*names[5:105])  # few enough to be found by their names: a scan would lock them all
	crossing = threading.Timer(2, big.run, [big.touching(names[4]), "commit"])
	crossing.start()
	name = bulk_move("Lead", STAGE, names[4:6])
	crossing.join()
	assert conflicts == [frappe.QueryDeadlockError]
	assert figures(name)["moved"] == 2

	# code on the way that keeps quiet about a deadlock, as many an `except Exception` does
	conflicts.clear()
	move, lost = transition.move, []

	def swallow(doc, *arguments):
		move(doc, *arguments)
		if doc.name == names[7] and not lost:
			lost.append(doc.name)
			frappe.db.sql("rollback")

	monkeypatch.setattr(transition, "move", swallow)
	name = bulk_move("Lead", STAGE, names[6:9])
	assert lost and conflicts == [bulk.TransactionLostError]
	assert figures(name)["moved"] == 3
	assert moves() == Counter(names[:9])
