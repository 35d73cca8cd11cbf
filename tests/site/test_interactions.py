"""Calls, mails, meetings and visits, noted from the record and from the contact that was planned."""

import frappe
import pytest
from frappe.utils import add_to_date, now_datetime

from crm_etapas.api import follow_up as api
from crm_etapas.api import stages
from crm_etapas.exceptions import FollowUpError
from tests.site.factories import make_event, make_interaction, make_lead, make_opportunity

ATTEMPT, ESTABLISHED = "Intento de Contacto", "Contacto Establecido"


def tomorrow():
	return add_to_date(now_datetime().replace(microsecond=0), days=1)


# D13
def test_an_interaction_stands_on_the_timeline():
	lead = make_lead()
	name = api.log_interaction("Lead", lead.name, "Phone", result="No Contestó", note="Llamar <después>")
	call = frappe.get_doc("Communication", name)
	assert (call.reference_name, call.communication_medium, call.interaction_result) == (
		lead.name,
		"Phone",
		"No Contestó",
	)
	assert "&lt;después&gt;" in call.content
	(told,) = api.recent("Lead", lead.name)
	assert (told["name"], told["result"], told["medium"]) == (name, "No Contestó", "Phone")


# A2, A3: what the result says moves the prospect
def test_an_attempt_and_an_answer_enter_their_stages():
	lead = make_lead()
	api.log_interaction("Lead", lead.name, "Phone", result="No Contestó")
	assert lead.reload().prospect_stage == ATTEMPT
	api.log_interaction("Lead", lead.name, "Phone", result="Contestó")
	assert lead.reload().prospect_stage == ESTABLISHED
	causes = [stay["cause"] for stay in stages.history("Lead", lead.name)]
	assert causes.count("Interaction") == 2


# D13, C5
def test_an_interaction_leaves_what_is_planned_and_may_plan():
	lead = make_lead(next_contact_date=tomorrow(), next_contact_subject="Demostración")
	api.log_interaction("Lead", lead.name, "Email", note="Folleto enviado")
	assert lead.reload().next_contact_subject == "Demostración"
	later = add_to_date(tomorrow(), days=2)
	api.log_interaction(
		"Lead", lead.name, "Email", next_contact={"date": str(later), "medium": "Visit", "subject": "Visita"}
	)
	assert (lead.reload().next_contact_date, lead.next_contact_medium) == (later, "Visit")


# C5, D13: the event is completed, not cancelled; its record asks for the next one
def test_completing_a_contact_asks_for_the_next_one():
	opportunity = make_opportunity(next_contact_date=tomorrow())
	event = opportunity.next_contact_event
	api.complete("Opportunity", opportunity.name, "Phone", result="Contestó")
	assert frappe.db.get_value("Event", event, "status") == "Completed"
	assert not opportunity.reload().next_contact_date
	opportunity.next_contact_date = tomorrow()
	opportunity.save()
	api.complete(
		"Opportunity", opportunity.name, "Phone", next_contact={"date": str(tomorrow()), "subject": "Cerrar"}
	)
	assert opportunity.reload().next_contact_subject == "Cerrar"
	assert opportunity.next_contact_event not in (None, event)


# A2: what is only planned is no attempt
@pytest.mark.parametrize("category", ["Call", "Meeting"])
def test_a_planned_call_or_meeting_is_no_contact_yet(category):
	lead = make_lead()
	make_event(lead, event_category=category)
	assert lead.reload().prospect_stage == "Nuevo"
	assert not api.recent("Lead", lead.name)


# D13: nothing is half-written
@pytest.mark.parametrize(
	"wrong",
	[
		{"medium": "Paloma"},
		{"medium": "Phone", "direction": "Hacia arriba"},
		{"medium": "Phone", "result": "Nada de Nada"},
		{"medium": "Phone", "on": "2999-01-01 00:00:00"},
		{"medium": "Phone", "next_contact": {"date": "2001-01-01 00:00:00"}},
	],
)
def test_what_cannot_have_happened_is_refused(wrong):
	lead = make_lead()
	frappe.db.savepoint("nothing_logged")
	with pytest.raises(FollowUpError, match=lead.get_title()):
		api.log_interaction("Lead", lead.name, **wrong)
	frappe.db.rollback(save_point="nothing_logged")
	assert not api.recent("Lead", lead.name)


# A2, A3: a visit where nobody was there is an attempt
def test_the_result_says_whether_somebody_answered():
	lead = make_lead()
	api.log_interaction("Lead", lead.name, "Visit", result="No Contestó")
	assert lead.reload().prospect_stage == ATTEMPT
	api.log_interaction("Lead", lead.name, "Visit")
	assert lead.reload().prospect_stage == ESTABLISHED


# D13: the newest of its own and of those it is linked to, each once, and none is looked for among all there are
def test_the_newest_of_its_own_and_of_linked_ones(monkeypatch):
	lead, other = make_lead(), make_lead()
	link = {"timeline_links": [{"link_doctype": "Lead", "link_name": lead.name}]}
	names = [
		make_interaction(about, communication_date=f"2026-01-0{day} 10:00:00", **links).name
		for day, about, links in ((4, lead, {}), (3, other, link), (2, lead, link), (1, lead, {}))
	]
	columns = ["name", "communication_type", "reference_doctype", "reference_name"]
	others = [(f"otra-{n}", "Communication", "Lead", f"OTRO-{n}") for n in range(500)]
	frappe.db.bulk_insert("Communication", columns, others)
	asked, sql = [], frappe.db.sql

	def noting(query, values=(), *args, **kwargs):
		asked.append((str(query), values))
		return sql(query, values, *args, **kwargs)

	with monkeypatch.context() as patched:
		patched.setattr(frappe.db, "sql", noting)
		told = api.recent("Lead", lead.name, limit=3)
	assert [row["name"] for row in told] == names[:3]
	read = [(query, values) for query, values in asked if "`tabCommunication`" in query]
	assert len(read) == 2
	for query, values in read:
		plans = frappe.db.sql(f"explain {query}", values, as_dict=True)
		assert all(plan.key for plan in plans), plans


# D13: beside the record one line of what was said
def test_the_first_line_of_what_was_noted():
	lead = make_lead()
	said = {"Quiere <precios> & plazos\nVolver a llamar": "Quiere <precios> & plazos", "": None}
	for note, first_line in said.items():
		name = api.log_interaction("Lead", lead.name, "Phone", result="Contestó", note=note)
		told = {row["name"]: row["note"] for row in api.recent("Lead", lead.name)}
		assert told[name] == first_line
	mail = make_interaction(
		lead, communication_medium="Email", subject="Precios", content="<p>Buenos días</p>" + "<b>" * 300
	)
	assert api.recent("Lead", lead.name)[0]["note"] == "Precios", mail.name
