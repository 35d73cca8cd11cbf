"""Moving many records at once: each through the door, some refused, all of it to be gone on with."""

import frappe
import pytest

from crm_etapas.api.stages import bulk_move, bulk_move_results, continue_bulk_move, history
from crm_etapas.exceptions import BulkMoveError, DisabledStageError, UnknownStageError
from crm_etapas.pipeline import bulk
from crm_etapas.pipeline.bulk import Result
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
