"""What stands beside the form of a record, read in one request."""

import pytest

from crm_etapas.api import follow_up, qualification
from crm_etapas.api.record_panel import about
from crm_etapas.exceptions import FollowUpError
from tests.site.factories import make_interaction, make_lead, make_opportunity
from tests.site.test_query_counts import counted


# D13, E7
def test_it_says_what_each_part_would_say():
	lead = make_lead()
	made = make_interaction(lead)
	known = about("Lead", lead.name)
	assert made.name in [row["name"] for row in known["interactions"]]
	assert known["interactions"] == follow_up.recent("Lead", lead.name)
	assert known["qualification"] == qualification.explain(lead.name)
	assert known["score"] is None  # no scorecard is active


# D13
def test_only_leads_are_qualified():
	opportunity = make_opportunity()
	assert about("Opportunity", opportunity.name) == {
		"interactions": [],
		"qualification": None,
		"score": None,
	}


def test_what_is_not_followed_up_has_no_panel():
	with pytest.raises(FollowUpError):
		about("User", "Administrator")


def test_it_costs_no_more_queries_than_its_parts():
	lead = make_lead()
	about("Lead", lead.name)  # fills the caches
	with counted() as together:
		about("Lead", lead.name)
	with counted() as apart:
		follow_up.recent("Lead", lead.name)
		qualification.explain(lead.name)
	assert len(together) < len(apart)
