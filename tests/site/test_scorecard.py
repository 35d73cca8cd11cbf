"""A score learned from the past: from which prospects, when a lead is scored, who learns what of it."""

import frappe
import pytest

from crm_etapas.api import scorecard as api
from crm_etapas.exceptions import ScorecardError
from crm_etapas.qualification.scorecard import cases, features, job, learning, scoring
from crm_etapas.qualification.scorecard.features import Feature
from tests.site.factories import WHY_LOST, WHY_WON, make_customer, make_lead, make_opportunity, make_user
from tests.site.test_query_counts import counted

CHANNEL = Feature("sales_channel")
GOOD, BAD = "Referido", "Campaña"


def past(channel: str, won: int, lost: int, segment: str = "Comercio") -> None:
	"""Leads that were won or lost, written at once: what makes them is tested elsewhere."""
	rows = [("Convertido a Oportunidad", "Customer")] * won + [("No Interesado", "Prospect")] * lost
	for stage, condition in rows:
		lead = frappe.get_doc(
			{
				"doctype": "Lead",
				"name": frappe.generate_hash(length=12),
				"first_name": "Pasado",
				"prospect_stage": stage,
				"prospect_stage_entered_on": frappe.utils.add_days(None, -len(stage)),
				"party_condition": condition,
				"sales_channel": channel,
				"business_segment": segment,
			}
		)
		lead.db_insert()


def make_scorecard(*fieldnames: str, **values):
	rows = [{"fieldname": fieldname} for fieldname in fieldnames]
	values = {"minimum_cases": 60, "won_is": cases.DEAL, **values}
	return frappe.get_doc({"doctype": "Scorecard", "features": rows, **values}).insert()


def trained(*fieldnames: str, **values):
	doc = make_scorecard(*(fieldnames or ("sales_channel", "business_segment")), **values)
	job.execute(doc.name)
	doc.reload()
	assert doc.status == job.TRAINED, doc.error
	return doc


@pytest.fixture
def active():
	"""A scorecard by which referred prospects are worth more, in use."""
	past(GOOD, won=80, lost=20)
	past(BAD, won=20, lost=80, segment="Industria")
	doc = trained()
	api.activate(doc.name)
	doc.reload()
	return doc


# E7: learned, with the sample behind it and how good it is
def test_a_scorecard_learns_from_closed_prospects(active):
	assert (active.sample_size, active.won, active.lost, active.base_rate) == (200, 100, 100, 50)
	assert active.holdout_cases == 50 and sum(group.cases for group in active.calibration) == 50
	points = {row.value: row for row in active.points if row.fieldname == "sales_channel"}
	assert points[GOOD].points > 0 > points[BAD].points
	assert (points[GOOD].cases, points[GOOD].won, points[GOOD].win_rate) == (100, 80, 80)


# E7: the starting features are there, and anything else may be chosen
def test_a_new_scorecard_looks_at_the_usual_fields():
	doc = make_scorecard()
	assert [row.fieldname for row in doc.features] == list(features.USUAL)
	assert (doc.status, doc.is_active) == ("Draft", 0)


# E7: never below a minimum, with what there is and what it takes
def test_too_few_closed_prospects_are_refused():
	past(GOOD, won=20, lost=70)
	doc = make_scorecard("sales_channel")
	job.execute(doc.name)
	doc.reload()
	assert (doc.status, doc.won, doc.lost) == ("Refused", 20, 70)
	assert "20" in doc.error and str(learning.FEWEST_WON) in doc.error
	assert not doc.points
	with pytest.raises(ScorecardError, match=doc.name):
		api.activate(doc.name)
	with pytest.raises(ScorecardError, match="60"):
		make_scorecard("sales_channel", minimum_cases=59)


# E7: what cannot be counted, or is only known when it is over
@pytest.mark.parametrize(
	"row",
	[
		{"fieldname": "company_name"},
		{"fieldname": "prospect_stage"},
		{"fieldname": "disqualification_reason"},
		{"fieldname": "no_existe"},
		{},
		{"fieldname": "industry", "attribute": "Flota de Prueba"},
		{"attribute": "Flota de Prueba"},
	],
)
def test_what_cannot_be_learned_from_is_refused(row):
	attribute = {"doctype": "Customer Attribute", "attribute_name": "Flota de Prueba", "data_type": "Number"}
	frappe.get_doc(attribute).insert()
	with pytest.raises(ScorecardError):
		frappe.get_doc({"doctype": "Scorecard", "features": [row]}).insert()
	with pytest.raises(ScorecardError):
		make_scorecard("industry", "industry")


# E7: off by default
def test_nobody_is_scored_before_a_scorecard_is_activated():
	past(GOOD, won=80, lost=40)
	trained("sales_channel")
	lead = make_lead(sales_channel=GOOD, learned_score=77)
	assert not lead.learned_score
	assert api.explain(lead.name) == {}


# E7: what is shown adds up to the score
def test_the_score_explains_itself(active):
	lead = make_lead(sales_channel=GOOD, business_segment="Comercio")
	told = api.explain(lead.name)
	assert told["score"] == round(told["start"] + sum(line["points"] for line in told["features"]), 1)
	assert told["probability"] == lead.learned_score
	assert lead.learned_score == round(100 * learning.probability(told["score"]), 1)
	channel = told["features"][0]
	assert (channel["value"], channel["cases"], channel["win_rate"]) == (GOOD, 100, 80)
	assert (told["sample_size"], told["won"], told["lost"]) == (200, 100, 100)
	assert lead.learned_score > make_lead(sales_channel=BAD, business_segment="Industria").learned_score
	unseen = make_lead(sales_channel="WhatsApp", business_segment="Servicios")
	assert api.explain(unseen.name)["score"] == told["start"]


# E7: scored anew when something changed that it depends on, and not otherwise; without a query
def test_a_save_scores_in_memory(active, monkeypatch):
	lead = make_lead(sales_channel=BAD)
	low = lead.learned_score
	for changed in (False, True):
		lead.reload()
		lead.update({"job_title": "Compras", "learned_score": 99})
		if changed:
			lead.sales_channel = GOOD
		scoring.active()
		lead.load_doc_before_save()
		with counted() as statements:
			scoring.validate(lead)
		assert not statements
		lead.save()
		assert (lead.learned_score > low) == changed


# E7: a closed prospect keeps the score that it had; junk never has one
def test_closed_prospects_keep_their_score(active):
	lead = make_lead(sales_channel=GOOD)
	score = lead.learned_score
	lead.update({"prospect_stage": "Spam", "sales_channel": BAD}).save()
	assert lead.learned_score == score
	assert not make_lead(prospect_stage="Spam", sales_channel=GOOD).learned_score
	lead.update({"prospect_stage": "Contacto Establecido"}).save()
	assert lead.learned_score < score


# E7: all open ones after activation and by night, in few statements; taken out again afterwards
def test_all_open_prospects_are_scored_in_sets(active):
	leads = [make_lead(sales_channel=channel) for channel in (GOOD, BAD) for _ in range(10)]
	expected = {lead.name: lead.learned_score for lead in leads}
	names = {"name": ["in", list(expected)]}
	frappe.db.set_value("Lead", names, "learned_score", 0, update_modified=False)
	with counted() as statements:
		job.score_by_night()
	assert len(statements) < 15
	assert dict(frappe.get_all("Lead", names, ["name", "learned_score"], as_list=True)) == expected
	assert not scoring.score_all()
	api.deactivate(active.name)
	job.score_all()
	assert not frappe.get_all("Lead", {"learned_score": [">", 0]})


# E7: at most one
def test_activating_another_one_takes_the_place_of_the_first(active):
	other = trained("sales_channel")
	api.activate(other.name)
	assert frappe.get_all("Scorecard", {"is_active": 1}, pluck="name") == [other.name]
	assert scoring.active().name == other.name
	with pytest.raises(ScorecardError, match=other.name):
		frappe.delete_doc("Scorecard", other.name)


# E7: attributes of a list and of yes or no count as fields do
def test_attributes_are_learned_from():
	attribute = {"doctype": "Customer Attribute", "attribute_name": "Con Tienda", "data_type": "Yes/No"}
	frappe.get_doc(attribute).insert()
	past(GOOD, won=60, lost=60)
	for name, condition in frappe.get_all(
		"Lead", {"first_name": "Pasado"}, ["name", "party_condition"], as_list=True
	):
		value = "Yes" if condition == "Customer" else "No"
		row = {"doctype": "Customer Attribute Value", "parent": name, "parenttype": "Lead"}
		row |= {"parentfield": "customer_attributes", "attribute": "Con Tienda", "value": value}
		frappe.get_doc(row).db_insert()
	doc = frappe.get_doc(
		{"doctype": "Scorecard", "minimum_cases": 60, "features": [{"attribute": "Con Tienda"}]}
	).insert()
	job.execute(doc.name)
	api.activate(doc.name)
	with_shop = make_lead(customer_attributes=[{"attribute": "Con Tienda", "value": "Sí"}])
	frappe.rename_doc("Customer Attribute", "Con Tienda", "Tiene Tienda")
	assert with_shop.learned_score > make_lead().learned_score
	assert api.explain(with_shop.name)["features"][0]["value"] == "Sí"


def ends(won_is: str = cases.DEAL) -> list[bool]:
	return sorted(case.won for case in cases.read(won_is, None, [CHANNEL]))


# E7: who counts as won or lost
def test_which_prospects_are_closed():
	won, lost, both, open_deal, junk, bought, customer_deal = (make_lead() for _ in range(7))
	make_lead()
	for lead, *closed in (
		(won, "Cerrado Ganado"),
		(lost, "Cerrado Perdido"),
		(both, "Cerrado Perdido", "Cerrado Ganado"),
		(open_deal, None),
	):
		for stage in closed:
			deal = make_opportunity(lead)
			if stage:
				deal.reload()
				why = WHY_WON if stage == "Cerrado Ganado" else WHY_LOST
				deal.update({"opportunity_stage": stage, **why}).save()
	junk.update({"prospect_stage": "Spam"}).save()
	make_customer(lead_name=bought.name)
	customer = make_customer(lead_name=customer_deal.name)
	deal = make_opportunity(
		opportunity_from="Customer",
		party_name=customer.name,
		opportunity_stage="Cerrado Perdido",
		**WHY_LOST,
	)
	frappe.db.before_commit.run()
	found = ends()
	assert found == [False, False, True, True, True]
	assert ends(cases.CONVERSION) == [True] * 6


# E7: what was put right after the end is not learned from
def test_only_what_was_known_while_it_was_open_counts():
	lead = make_lead(sales_channel=BAD)
	lead.update({"disqualification_reason": "Sin Necesidad"}).save()
	lead.update({"sales_channel": GOOD}).save()
	(case,) = cases.read(cases.DEAL, None, [CHANNEL])
	assert case.values == (BAD,) and not case.won
	assert not cases.read(cases.DEAL, frappe.utils.add_days(frappe.utils.now_datetime(), 1), [CHANNEL])


# E7: a training is a record: what was learned is not written by hand, nor something else asked afterwards
def test_what_was_learned_stays(active):
	active.update({"auc": 1, "won": 5, "status": "Draft", "is_active": 0, "points": []}).save()
	active.reload()
	assert (active.won, active.status, active.is_active) == (100, "Trained", 1) and active.points
	with pytest.raises(ScorecardError, match=active.name):
		active.update({"minimum_cases": 100}).save()
	with pytest.raises(ScorecardError, match=active.name):
		api.train(active.name)
	copy = frappe.copy_doc(active).insert()
	assert (copy.status, copy.is_active, copy.points) == ("Draft", 0, []) and not copy.won


# E7: who may learn and decide, and who only reads why
def test_who_may_do_what(active):
	lead = make_lead(sales_channel=GOOD)
	frappe.set_user(make_user("Sales User").name)
	assert api.explain(lead.name)["probability"] == lead.learned_score
	for call in (api.train, api.activate, api.deactivate):
		with pytest.raises(frappe.PermissionError):
			call(active.name)
	with pytest.raises(frappe.PermissionError):
		frappe.get_list("Scorecard")
	frappe.set_user("Administrator")
	frappe.set_user(make_user("Sales User", "Sales Manager").name)
	assert frappe.get_list("Scorecard")
	with pytest.raises(frappe.PermissionError):
		api.deactivate(active.name)


# E7: nor what fields say that the user may not see
def test_hidden_fields_are_not_told(active):
	frappe.make_property_setter(
		{"doctype": "Lead", "fieldname": "sales_channel", "property": "permlevel", "value": 3},
		is_system_generated=False,
	)
	lead = make_lead(sales_channel=GOOD)
	frappe.set_user(make_user("Sales User").name)
	line = api.explain(lead.name)["features"][0]
	assert (line["value"], line["cases"], line["win_rate"]) == (None, None, None)


# E7: a renamed channel keeps its points
def test_renaming_a_value_keeps_its_points(active):
	frappe.rename_doc("Sales Channel", GOOD, "Recomendado")
	lead = make_lead(sales_channel="Recomendado", business_segment="Comercio")
	frappe.db.set_value("Lead", {"sales_channel": BAD}, "sales_channel", None)
	frappe.delete_doc("Sales Channel", BAD)
	assert api.explain(lead.name)["features"][0]["points"] > 0
