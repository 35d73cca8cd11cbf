"""Who gets a prospect, and why the others do not."""

from datetime import date, datetime, timedelta

import pytest

from crm_etapas.assignment.rules import (
	Absence,
	Features,
	Load,
	Past,
	Reason,
	Rep,
	candidates,
	choose,
	lacks,
	replay,
	week_of,
)

TODAY = date(2026, 11, 24)


def rep(name="ana", **values):
	return Rep(name=name, user=f"{name}@example.com", **values)


def reasons(decision):
	return {seen.user.split("@")[0]: seen.reason for seen in decision.seen}


# F2
@pytest.mark.parametrize(
	("skills", "prospect", "reason"),
	[
		({}, {}, None),
		({"segments": frozenset({"Salud"})}, {"segment": "Salud"}, None),
		({"segments": frozenset({"Salud"})}, {"segment": "Comercio"}, Reason.SEGMENT),
		({"segments": frozenset({"Salud"})}, {}, Reason.SEGMENT),
		({"channels": frozenset({"Web"})}, {"channel": "Visita"}, Reason.CHANNEL),
		({"levels": frozenset({"Alto"})}, {"level": "Bajo"}, Reason.LEVEL),
		({"languages": frozenset({"en"})}, {"language": "es"}, Reason.LANGUAGE),
		({"territories": frozenset({"Zulia"})}, {"places": frozenset({"Lara"})}, Reason.TERRITORY),
		({"territories": frozenset({"Zulia", "Norte"})}, {"places": frozenset({"Todos", "Norte"})}, None),
		({"attributes": {"Tamaño": frozenset({"grande"})}}, {}, Reason.ATTRIBUTE),
		(
			{"attributes": {"Tamaño": frozenset({"grande", "mediano"})}},
			{"attributes": {"Tamaño": frozenset({"mediano"})}},
			None,
		),
		({}, {"email": "Ana@Example.com"}, Reason.OWN_EMAIL),
		({"enabled": False}, {}, Reason.DISABLED),
		({"away": Reason.USER_DISABLED}, {}, Reason.USER_DISABLED),
		({"absences": (Absence(TODAY, TODAY),)}, {}, Reason.ABSENT),
		({"absences": (Absence(TODAY + timedelta(1), TODAY + timedelta(2)),)}, {}, None),
	],
)
def test_what_somebody_lacks_for_a_prospect(skills, prospect, reason):
	assert lacks(rep(**skills), Features(**prospect), TODAY) is reason


# F2
def test_the_owner_of_the_customer_goes_before_skills_but_not_when_away_or_full():
	owner = rep("ana", segments=frozenset({"Salud"}), most_open=3)
	other = rep("beto")
	prospect = Features(segment="Comercio", owners=("ana@example.com",))
	assert choose(prospect, [owner, other], {}, TODAY).rep is owner
	assert reasons(choose(prospect, [owner, other], {}, TODAY)) == {
		"ana": Reason.OWNER,
		"beto": Reason.OWNED,
	}
	full = {"ana": Load(open=3), "beto": Load()}
	assert choose(prospect, [owner, other], full, TODAY).rep is other
	away = rep("ana", absences=(Absence(TODAY, TODAY),))
	assert choose(prospect, [away, other], {}, TODAY).rep is other
	assert owner in candidates(prospect, [owner, other], TODAY)
	assert away not in candidates(prospect, [away, other], TODAY)


# F2
def test_the_least_loaded_by_weight_gets_it_and_the_name_decides_between_equals():
	reps = [rep("beto"), rep("ana"), rep("carla", weight=2)]
	assert choose(Features(), reps, {"carla": Load(3)}, TODAY).rep.name == "ana"
	loads = {"ana": Load(2), "beto": Load(2), "carla": Load(3)}
	assert choose(Features(), reps, loads, TODAY).rep.name == "carla"
	assert loads["carla"] == Load(4, 1)


# F2
def test_nobody_is_given_more_than_they_can_take():
	reps = [rep("ana", most_open=5), rep("beto", most_new=4)]
	loads = {"ana": Load(), "beto": Load()}
	decisions = [choose(Features(), reps, loads, TODAY) for _number in range(12)]
	given = [decision.rep.name for decision in decisions if decision.rep]
	assert (given.count("ana"), given.count("beto")) == (5, 4)
	assert reasons(decisions[-1]) == {"ana": Reason.FULL, "beto": Reason.FULL_WEEK}
	assert decisions[-1].reason is None


# F2
def test_ten_thousand_prospects_are_spread_by_weight():
	reps = [rep(f"rep{number:02}", weight=1 + number % 5 / 2) for number in range(50)]
	loads = {one.name: Load() for one in reps}
	for _number in range(10_000):
		choose(Features(), reps, loads, TODAY)
	total = sum(one.weight for one in reps)
	for one in reps:
		assert loads[one.name].open == pytest.approx(10_000 * one.weight / total, rel=0.02)


# F2
def test_a_prospect_does_not_count_against_whoever_has_it():
	one = rep("ana", most_open=1)
	prospect = Features(holder="ana@example.com")
	assert choose(prospect, [one], {"ana": Load(1)}, TODAY).rep is one


# F2
def test_a_replay_lets_go_of_what_was_closed_and_counts_weeks():
	monday = datetime(2026, 11, 16, 9)
	assert week_of(monday.date() + timedelta(6)) == monday.date()
	reps = [rep("ana", most_open=1, most_new=2)]
	days = [0, 1, 2, 3, 7]
	prospects = [
		Past(Features(), monday + timedelta(days), monday + timedelta(days, hours=1)) for days in days
	]
	assert replay(prospects, reps) == {"ana@example.com": 3, None: 2}
	assert replay([Past(Features(), monday), Past(Features(), monday)], reps) == {
		"ana@example.com": 1,
		None: 1,
	}
