"""Prospects find the salesperson who fits, once, and nobody who is not there gets one."""

import frappe
import pytest
from frappe.desk.doctype.notification_log import notification_log
from frappe.utils import add_days, today

from crm_etapas.api import assignment as api
from crm_etapas.assignment import HANDED_TO, QUEUE, load, run, waiting
from crm_etapas.capture import ways
from crm_etapas.exceptions import AssignmentError
from crm_etapas.qualification import levels
from tests.site.factories import make_customer, make_lead, make_user
from tests.site.reps import assign_by_skill, change_rep, load_of, make_rep, make_team, todos_of
from tests.site.test_prospect_import import bring_in, notes
from tests.site.test_query_counts import counted, queries_of_a_save


@pytest.fixture(autouse=True)
def no_mails(monkeypatch):
	"""Frappe tells of to-dos by mail too, and the site has no account to send from."""
	monkeypatch.setattr(notification_log, "send_notification_email", lambda doc: None)


@pytest.fixture
def by_skill():
	"""Two salespeople, one for Salud and one for anything, and a team for what fits nobody."""
	health = make_rep(segments=[{"business_segment": segment()}])
	anything = make_rep()
	team = assign_by_skill()
	return frappe._dict(health=health, anything=anything, team=team)


def segment():
	name = "Salud de Prueba"
	if not frappe.db.exists("Business Segment", name):
		frappe.get_doc({"doctype": "Business Segment", "segment_name": name}).insert()
	return name


def absent_today(**values):
	return {"absences": [{"from_date": today(), "until_date": today()}], **values}


# F2, C9
def test_a_new_prospect_goes_to_the_least_loaded_who_fits_with_a_todo(by_skill):
	first = make_lead(business_segment=segment())
	second = make_lead(business_segment=segment())
	third = make_lead()
	owners = {by_skill.health.user, by_skill.anything.user}
	assert {first.lead_owner, second.lead_owner} == owners
	assert third.lead_owner == by_skill.anything.user
	assert todos_of(first) == [first.lead_owner]
	assert load_of(by_skill.health) == (1, 1)
	assert load_of(by_skill.anything) == (2, 2)
	assert first.reload().lead_owner in owners


# F2
def test_whoever_was_chosen_keeps_it_and_so_does_a_salesperson_who_enters_one(by_skill):
	chosen = make_user("Sales User").name
	assert make_lead(lead_owner=chosen).lead_owner == chosen
	mine = make_rep("Sales User", "Sales Manager")
	frappe.set_user(mine.user)
	assert make_lead(lead_owner=mine.user, business_segment=segment()).lead_owner == mine.user
	frappe.set_user("Administrator")
	assert load_of(mine) == (1, 0)
	frappe.db.set_single_value("CRM Etapas Settings", "stay_with_creator", 0)
	frappe.clear_document_cache("CRM Etapas Settings", "CRM Etapas Settings")
	frappe.set_user(mine.user)
	change = [make_lead(lead_owner=mine.user).lead_owner for _number in range(3)]
	assert set(change) != {mine.user}


# F2
def test_nothing_happens_while_it_is_off():
	make_rep()
	lead = make_lead()
	assert lead.lead_owner in (None, "Administrator")
	assert not frappe.db.exists("Assignment Log", {"lead": lead.name})
	assert not todos_of(lead)


# F2
def test_whoever_looks_after_the_customer_goes_first(by_skill):
	make_customer(
		email_id="compras@hospital.example.com",
		account_manager=by_skill.health.user,
		customer_name="Hospital",
	)
	for _number in range(3):
		make_lead(business_segment=segment())
	lead = make_lead(email_id="compras@hospital.example.com")
	assert lead.lead_owner == by_skill.health.user
	assert frappe.db.get_value("Assignment Log", {"lead": lead.name}, "reason") == "owner"


# F2
def test_whoever_had_an_earlier_prospect_of_the_company_goes_first(by_skill):
	make_lead(company_name="Clínica La Paz, C.A.", lead_owner=by_skill.health.user)
	assert make_lead(company_name="CLINICA LA PAZ CA").lead_owner == by_skill.health.user


# F2
def test_territories_count_with_what_lies_in_them(by_skill):
	root = frappe.get_all("Territory", {"is_group": 1}, pluck="name", order_by="lft")[0]
	region = frappe.get_doc(
		{"doctype": "Territory", "territory_name": "Región X", "is_group": 1, "parent_territory": root}
	).insert()
	town = frappe.get_doc(
		{"doctype": "Territory", "territory_name": "Pueblo X", "parent_territory": region.name}
	).insert()
	change_rep(by_skill.anything.name, territories=[{"territory": region.name}])
	assert make_lead(territory=town.name).lead_owner == by_skill.anything.user
	assert make_lead(territory=root, lead_owner=None).assignment_queue == by_skill.team


# F2
def test_nobody_absent_or_disabled_gets_one_not_through_the_rule_either(by_skill):
	change_rep(by_skill.anything.name, **absent_today())
	lead = make_lead()
	assert not lead.lead_owner and lead.assignment_queue == by_skill.team
	assert not todos_of(lead)
	chosen = make_lead(lead_owner=by_skill.anything.user)
	assert chosen.lead_owner == by_skill.anything.user
	assert not todos_of(chosen)
	change_rep(by_skill.anything.name, absences=[])
	assert make_lead().lead_owner == by_skill.anything.user


# F2
def test_a_todo_that_was_taken_off_does_not_come_back_while_its_owner_is_away(by_skill):
	lead = make_lead()
	assert todos_of(lead) == [by_skill.anything.user]
	frappe.desk.form.assign_to.remove("Lead", lead.name, by_skill.anything.user)
	change_rep(by_skill.anything.name, **absent_today())
	lead.reload()
	lead.website = "example.com"
	lead.save()
	assert not todos_of(lead)


# F2
def test_a_holiday_of_the_company_counts_unless_the_settings_say_otherwise(by_skill):
	company = frappe.get_all("Company", pluck="name")[0]
	holidays = frappe.get_doc(
		{
			"doctype": "Holiday List",
			"holiday_list_name": "Feriados de prueba",
			"from_date": add_days(today(), -1),
			"to_date": add_days(today(), 1),
			"holidays": [{"holiday_date": today(), "description": "Hoy"}],
		}
	).insert()
	frappe.get_doc(
		{
			"doctype": "Employee",
			"first_name": "Prueba",
			"user_id": by_skill.anything.user,
			"company": company,
			"holiday_list": holidays.name,
			"gender": frappe.get_all("Gender", pluck="name")[0],
			"date_of_birth": "1990-01-01",
			"date_of_joining": "2020-01-01",
			"create_user_permission": 0,
		}
	).insert()
	assert make_lead().assignment_queue == by_skill.team
	settings = frappe.get_doc("CRM Etapas Settings")
	settings.respect_holidays = 0
	settings.save()
	assert make_lead().lead_owner == by_skill.anything.user


# F2
def test_a_skill_that_is_renamed_stays_one(by_skill):
	assert make_lead(business_segment=segment()).lead_owner
	frappe.rename_doc("Business Segment", segment(), "Sanidad de Prueba")
	change_rep(by_skill.anything.name, **absent_today())
	assert make_lead(business_segment="Sanidad de Prueba").lead_owner == by_skill.health.user
	territory = frappe.get_doc(
		{
			"doctype": "Territory",
			"territory_name": "Isla de Prueba",
			"parent_territory": frappe.get_all("Territory", {"is_group": 1}, pluck="name", order_by="lft")[0],
		}
	).insert()
	change_rep(by_skill.anything.name, absences=[], territories=[{"territory": territory.name}])
	frappe.rename_doc("Territory", territory.name, "Península de Prueba")
	assert make_lead(territory="Península de Prueba").lead_owner == by_skill.anything.user


# F2
def test_of_whom_nobody_fits_the_team_is_told_and_so_is_whoever_saves(by_skill):
	change_rep(by_skill.anything.name, enabled=0)
	lead = make_lead()
	assert lead.assignment_queue == by_skill.team
	member = waiting.members(by_skill.team)[0]
	assert frappe.db.exists("Notification Log", {"for_user": member, "document_name": lead.name})
	assert any(by_skill.team in str(message) for message in frappe.local.message_log)
	lead.lead_owner = member
	lead.save()
	assert not lead.assignment_queue


# F2
def test_the_queue_is_looked_at_again_when_somebody_fits(by_skill):
	change_rep(by_skill.anything.name, enabled=0)
	lead = make_lead()
	run.review()
	assert not frappe.db.exists("Assignment Run", {"kind": "Queue"})  # nobody would get it
	change_rep(by_skill.anything.name, enabled=1)
	run.review()
	execute("Queue")
	lead.reload()
	assert lead.lead_owner == by_skill.anything.user and not lead.assignment_queue
	assert todos_of(lead) == [by_skill.anything.user]
	run.review()
	assert frappe.db.count("Assignment Run", {"kind": "Queue"}) == 1  # nothing waits any more


def execute(kind):
	name = frappe.get_all("Assignment Run", {"kind": kind, "status": "Queued"}, pluck="name")[0]
	run.execute(name)
	doc = frappe.get_doc("Assignment Run", name)
	assert doc.status == "Completed", doc.as_dict()
	return doc


# F2
def test_a_disabled_user_hands_over_openly(by_skill):
	lead = make_lead()
	closed = make_lead(prospect_stage="Spam", lead_owner=by_skill.anything.user)
	colleague = make_rep()
	user = frappe.get_doc("User", by_skill.anything.user)
	user.enabled = 0
	user.save()
	done = execute("Hand Over")
	lead.reload()
	assert lead.lead_owner == colleague.user
	assert closed.reload().lead_owner == by_skill.anything.user
	assert todos_of(lead) == [colleague.user]
	assert (done.total, done.assigned) == (1, 1)
	comment = frappe.get_all(
		"Comment", {"reference_name": lead.name, "comment_type": "Info"}, pluck="content", limit=1
	)[0]
	assert "Prueba" in comment and "→" not in comment
	assert load_of(by_skill.anything) == (0, 1)
	assert load_of(colleague) == (1, 1)


# F2
def test_a_prospect_that_cannot_be_saved_does_not_stay_with_whoever_is_gone(by_skill, monkeypatch):
	lead = make_lead()
	frappe.db.set_value("Lead", lead.name, "email_id", "no es un correo")
	colleague = make_rep()
	run.hand_over_at_once(by_skill.anything.user, "prueba")
	# both are there: whoever had it may get it again, and then nothing changes
	assert frappe.db.get_value("Lead", lead.name, "lead_owner") in (by_skill.anything.user, colleague.user)
	change_rep(by_skill.anything.name, enabled=0)
	run.hand_over_at_once(by_skill.anything.user, "prueba")
	assert frappe.db.get_value("Lead", lead.name, "lead_owner") == colleague.user
	assert todos_of(lead) == [colleague.user]
	assert load_of(colleague)[0] == 1


# F2
def test_a_user_who_is_deleted_hands_over_first(by_skill):
	lead = make_lead()
	frappe.delete_doc("User", by_skill.anything.user)
	lead.reload()
	assert not lead.lead_owner and lead.assignment_queue == by_skill.team
	assert not frappe.db.exists("Sales Rep Profile", by_skill.anything.name)


# F2
def test_an_absence_hands_over_only_where_the_profile_says_so(by_skill):
	lead = make_lead()
	colleague = make_rep()
	change_rep(by_skill.anything.name, **absent_today())
	run.review()
	assert not frappe.db.exists("Assignment Run", {"kind": "Hand Over"})
	change_rep(by_skill.anything.name, hand_over_while_absent=1)
	run.review()
	execute("Hand Over")
	assert lead.reload().lead_owner == colleague.user


# F2
def test_nobody_gets_more_than_they_can_take(by_skill):
	change_rep(by_skill.anything.name, most_new=2)
	leads = [make_lead() for _number in range(3)]
	assert [bool(lead.lead_owner) for lead in leads] == [True, True, False]
	leads[0].reload()
	leads[0].prospect_stage = "Spam"
	leads[0].save()
	assert load_of(by_skill.anything) == (1, 2)
	change_rep(by_skill.anything.name, most_new=0, most_open=2)
	assert make_lead().lead_owner
	assert not make_lead().lead_owner


# F2
def test_loads_follow_owner_and_stage_and_are_repaired(by_skill):
	lead = make_lead()
	lead.reload()
	lead.lead_owner = by_skill.health.user
	lead.save()
	assert (load_of(by_skill.anything), load_of(by_skill.health)) == ((0, 1), (1, 0))
	assert todos_of(lead) == [by_skill.health.user]
	lead.delete()
	assert load_of(by_skill.health) == (0, 0)
	other = make_lead()
	frappe.db.set_value("Lead", other.name, "lead_owner", by_skill.health.user)
	assert load.repair() == 2  # the log of the deleted one went with it
	assert load_of(by_skill.health) == (1, 0)


# F2
def test_an_admins_own_rule_wins(by_skill):
	other = make_user("Sales User").name
	frappe.get_doc(
		{
			"doctype": "Assignment Rule",
			"name": "La de la casa",
			"document_type": "Lead",
			"description": "Prospecto",
			"rule": "Round Robin",
			"assign_condition": "1",
			"users": [{"user": other}],
			"assignment_days": [{"day": frappe.utils.get_weekday()}],
		}
	).insert()
	assert todos_of(make_lead()) == [other]


# F2
def test_a_save_that_changes_neither_owner_nor_stage_costs_no_query(by_skill):
	lead = make_lead()
	queries_of_a_save(lead)
	on = queries_of_a_save(lead, website="a.example.com")
	frappe.db.set_single_value("CRM Etapas Settings", "assign_by_skill", 0)
	frappe.clear_document_cache("CRM Etapas Settings", "CRM Etapas Settings")
	queries_of_a_save(lead)
	assert queries_of_a_save(lead, website="b.example.com") == on


# F2
def test_many_are_matched_in_the_same_few_queries_as_one(by_skill):
	from crm_etapas.assignment import match

	names = [make_lead(company_name=f"Empresa {number}").name for number in range(12)]
	match.match_names(names[:1])  # fills the caches
	with counted() as few:
		match.match_names(names[:1])
	with counted() as many:
		match.match_names(names)
	assert len(many) == len(few) <= 6


# F2
@pytest.mark.parametrize(
	"values",
	[
		{"weight": 0},
		{"weight": -1},
		{"absences": [{"from_date": "2026-02-02", "until_date": "2026-02-01"}]},
		{
			"absences": [
				{"from_date": "2026-02-01", "until_date": "2026-02-05"},
				{"from_date": "2026-02-05", "until_date": "2026-02-06"},
			]
		},
		{"levels": [{"potential_level": "Alto"}, {"potential_level": "Alto"}]},
	],
)
def test_a_profile_that_cannot_be_is_refused_with_its_reason(values):
	if "levels" in values:
		level = frappe.get_all("Potential Level", pluck="name")[0]
		values = {"levels": [{"potential_level": level}, {"potential_level": level}]}
	with pytest.raises(AssignmentError) as refused:
		make_rep(**values)
	assert "{" not in str(refused.value)


# F2
def test_a_profile_needs_a_user_who_is_enabled_and_may_edit_prospects():
	with pytest.raises(AssignmentError, match="Prueba"):
		make_rep("Accounts User")
	user = make_user("Sales User", enabled=0)
	with pytest.raises(AssignmentError):
		make_rep(user=user.name)
	with pytest.raises(frappe.DuplicateEntryError):
		make_rep(user=make_rep().user)


# F2
def test_it_is_switched_on_only_with_a_salesperson_and_a_team_to_tell():
	with pytest.raises(AssignmentError):
		assign_by_skill()
	make_rep()
	with pytest.raises(AssignmentError):
		assign_by_skill(make_team(make_user("Sales User", enabled=0).name))
	settings = frappe.get_doc("CRM Etapas Settings")
	settings.assign_by_skill = 1
	with pytest.raises(AssignmentError):
		settings.save()
	assign_by_skill()
	rule = frappe.db.get_single_value("CRM Etapas Settings", "assignment_rule")
	assert not frappe.db.get_value("Assignment Rule", rule, "disabled")
	settings = frappe.get_doc("CRM Etapas Settings")
	settings.assign_by_skill = 0
	settings.save()
	assert frappe.db.get_value("Assignment Rule", rule, "disabled")


# F2
def test_it_explains_why_this_one_and_why_not_the_others(by_skill):
	away = make_rep(**absent_today())
	lead = make_lead()
	said = api.explain(lead.name)["assigned"]
	assert said["user"] == by_skill.anything.user and said["cause"] == "New"
	codes = {row["user"]: row["code"] for row in said["others"]}
	assert codes == {by_skill.health.user: "segment", away.user: "absent"}
	assert all(row["reason"] and "{" not in row["reason"] for row in said["others"])
	change_rep(away.name, absences=[])
	assert api.explain(lead.name)["assigned"] == said  # true of that moment
	assert api.explain(make_lead(lead_owner="Administrator", prospect_stage="Spam").name)["assigned"] is None


# F2
def test_a_user_asks_for_it_anew_where_they_may_write(by_skill):
	lead = make_lead(lead_owner=make_user("Sales User").name)
	assert api.assign(lead.name)["lead_owner"] == by_skill.anything.user
	closed = make_lead(prospect_stage="Spam")
	with pytest.raises(AssignmentError):
		api.assign(closed.name)
	frappe.set_user(make_user("Blogger").name)
	with pytest.raises(frappe.PermissionError):
		api.assign(lead.name)
	with pytest.raises(frappe.PermissionError):
		api.explain(lead.name)
	with pytest.raises(frappe.PermissionError):
		api.assign_many([lead.name])


# F2
def test_chosen_prospects_of_the_list_find_somebody(by_skill):
	leads = [make_lead(lead_owner=make_user("Sales User").name) for _number in range(3)]
	closed = make_lead(prospect_stage="Spam")
	done = frappe.get_doc("Assignment Run", api.assign_many([doc.name for doc in (*leads, closed)]))
	assert (done.status, done.total, done.assigned) == ("Completed", 3, 3)
	owners = {frappe.db.get_value("Lead", lead.name, "lead_owner") for lead in leads}
	assert owners == {by_skill.anything.user}


# F2
def test_a_dry_run_shows_the_spread_before_and_after_and_writes_nothing(by_skill):
	for number in range(6):
		make_lead(business_segment=segment() if number % 2 else None)
	before = frappe.db.count("Assignment Log")
	change = {**by_skill.health.as_dict(), "segments": [], "weight": 2}
	result = api.dry_run(frappe.as_json([change]))
	assert result["total"] >= 6
	rows = {row["user"]: row for row in result["rows"]}
	assert rows[by_skill.health.user]["changed"] > rows[by_skill.health.user]["today"]
	assert rows[by_skill.anything.user]["actual"] >= 3
	assert frappe.db.count("Assignment Log") == before
	assert sum(row["changed"] for row in result["rows"]) == result["total"]


# F2
def test_many_prospects_are_tried_out_in_the_background(by_skill, monkeypatch):
	make_lead()
	monkeypatch.setattr("crm_etapas.assignment.dry_run.MOST_AT_ONCE", 0)
	answer = api.dry_run()
	run.execute(answer["run"])
	doc = frappe.get_doc("Assignment Run", answer["run"])
	assert doc.status == "Completed" and frappe.parse_json(doc.result)["total"] == doc.total > 0


# F1, F2
def test_an_import_gives_prospects_to_the_same_as_a_form_would(by_skill, monkeypatch):
	rows = [{"Nombre": f"Persona {n}", "Apellido": "Reparto", "Segmento": segment()} for n in range(5)]
	rows += [{"Nombre": f"Otra {n}", "Apellido": "Reparto", "Segmento": ""} for n in range(3)]
	change_rep(by_skill.anything.name, most_new=4)

	def outcome():
		leads = frappe.get_all(
			"Lead",
			{"last_name": "Reparto"},
			["first_name", "lead_owner", QUEUE, HANDED_TO, "name", "_assign"],
		)
		todos = [todos_of(frappe._dict(name=lead.name)) for lead in leads]
		logged = [
			frappe.db.get_value("Assignment Log", {"lead": lead.pop("name")}, "reason") for lead in leads
		]
		stays = frappe.get_all("Stage Log", {"cause": "Import"}, pluck="responsible", order_by="responsible")
		told = frappe.db.count("Notification Log", {"type": "Alert"}) > 0
		found = sorted(zip(map(str, leads), todos, logged, strict=True), key=str)
		return found, stays, told, load_of(by_skill.health), load_of(by_skill.anything)

	frappe.db.savepoint("before_the_import")
	fast = bring_in(*rows)
	assert not fast.refused and not any("uno por uno" in note for note in notes(fast)), notes(fast)
	in_sets = outcome()
	frappe.db.rollback(save_point="before_the_import")
	monkeypatch.setattr(ways, "reasons_for_documents", lambda *_args: ["prueba"])
	bring_in(*rows)
	assert outcome() == in_sets
	assert in_sets[3] in ((2, 2), (3, 3)) and in_sets[4] == (4, 4)
	assert load.repair() == 0


# F2, E6: a level that hands over finds a salesperson, in the save that reaches it
def test_a_level_that_hands_over_finds_a_salesperson_once(by_skill):
	qualifier = make_user("Sales User").name
	lead = make_lead(lead_owner=qualifier)
	level = frappe.get_all("Qualification Level", pluck="name", order_by="position desc")[0]
	frappe.db.set_value("Qualification Level", level, "hand_over", 1)
	levels.clear_cache()
	lead.qualification_level = level
	lead.save()
	assert lead.lead_owner in (by_skill.health.user, by_skill.anything.user)
	log = frappe.get_last_doc("Assignment Log", {"lead": lead.name})
	assert (log.cause, log.comment) == ("Level Reached", level)
	owner = lead.lead_owner
	lead.qualification_level = frappe.get_all("Qualification Level", pluck="name", order_by="position")[0]
	lead.save()
	lead.qualification_level = level
	lead.save()
	assert (lead.lead_owner, frappe.db.count("Assignment Log", {"lead": lead.name})) == (owner, 1)


# F2, F4
def test_a_closed_prospect_leaves_the_queue(by_skill):
	change_rep(by_skill.anything.name, enabled=0)
	lead, other = make_lead(), make_lead()
	assert {lead.name, other.name} <= set(waiting.names())
	lead.prospect_stage = "Spam"
	lead.save()
	assert not lead.get(QUEUE)
	frappe.db.set_value("Lead", other.name, "prospect_stage", "Spam")
	assert not {lead.name, other.name} & set(waiting.names())


# C9: asking again changes nothing and counts nothing
def test_whoever_has_it_already_gets_it_once(by_skill):
	lead = make_lead(business_segment=segment())
	change_rep(
		(by_skill.anything if lead.lead_owner == by_skill.health.user else by_skill.health).name, enabled=0
	)
	holder = by_skill.health if lead.lead_owner == by_skill.health.user else by_skill.anything
	before = load_of(holder)
	api.assign(lead.name)
	assert load_of(holder) == before
	assert frappe.db.count("Assignment Log", {"lead": lead.name}) == 1
