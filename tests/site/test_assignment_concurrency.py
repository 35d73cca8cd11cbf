"""Prospects that arrive in the same moment: nobody gets more than they can take, nor more than their weight."""

import frappe
import pytest

from crm_etapas.assignment import load
from tests.site import crowd
from tests.site.conftest import connect
from tests.site.factories import make_lead
from tests.site.reps import assign_by_skill, change_rep, make_rep
from tests.site.throwaway import ThrowawaySite

PROCESSES, EACH = 6, 10


@pytest.fixture(scope="module")
def site_of_reps(bench):
	"""A throwaway site for all tests of this file, with three salespeople of weights 1, 2 and 3."""
	site = ThrowawaySite(bench)
	site.create()
	frappe.destroy()
	connect(site.name, bench.sites_path)
	frappe.db.set_single_value("System Settings", "disable_system_update_notification", 1)
	site.reps = [make_rep(weight=weight) for weight in (1, 2, 3)]
	for rep in site.reps:  # the site has no account to mail from
		frappe.db.set_value("Notification Settings", rep.user, "enable_email_notifications", 0)
	assign_by_skill(frappe.get_doc(team_of_nobody_to_mail()).insert().name)
	frappe.db.commit()
	yield site
	frappe.destroy()
	site.drop()
	connect(bench.site, bench.sites_path)


def team_of_nobody_to_mail():
	frappe.db.set_value("Notification Settings", "Administrator", "enable_email_notifications", 0)
	return {
		"doctype": "User Group",
		"name": "Mesa de entrada",
		"user_group_members": [{"user": "Administrator"}],
	}


@pytest.fixture
def committed(site_of_reps, rolled_back, monkeypatch):
	"""Commit what a test has made, so that other processes see it."""
	monkeypatch.undo()
	return frappe.db.commit


def enter_at_once(site):
	results = crowd.run(site, *[("Administrator", "enter", {"count": EACH})] * PROCESSES)
	frappe.db.rollback()  # see what the others have committed
	assert not sum(result["given up"] for result in results)
	return sum(result["given"] for result in results), sum(result["queued"] for result in results)


def owned(site):
	return [frappe.db.count("Lead", {"lead_owner": rep.user}) for rep in site.reps]


# F2
def test_prospects_that_arrive_at_once_are_spread_by_weight_and_never_beyond_a_capacity(
	site_of_reps, committed
):
	given, queued = enter_at_once(site_of_reps)
	assert (given, queued) == (PROCESSES * EACH, 0)
	assert owned(site_of_reps) == [10, 20, 30]
	assert load.repair() == 0
	for rep, most in zip(site_of_reps.reps, (15, 22, 33), strict=True):
		change_rep(rep.name, most_open=most)
	committed()

	given, queued = enter_at_once(site_of_reps)
	assert (given, queued) == (10, 50)
	assert owned(site_of_reps) == [15, 22, 33]
	assert load.repair() == 0
	for rep in site_of_reps.reps:
		change_rep(rep.name, most_open=0)
	committed()


# F2
def test_loads_stay_true_while_prospects_come_and_change_hands(site_of_reps, committed):
	users = [rep.user for rep in site_of_reps.reps]
	names = [make_lead(lead_owner=users[0]).name for _number in range(20)]
	committed()
	crowd.run(
		site_of_reps,
		("Administrator", "give_away", {"names": names[:10], "owners": users}),
		("Administrator", "give_away", {"names": names[10:], "owners": users[::-1]}),
		("Administrator", "enter", {"count": EACH}),
		("Administrator", "enter", {"count": EACH}),
	)
	frappe.db.rollback()
	assert load.repair() == 0
