"""The rules of qualification and what criteria see, without a database."""

from datetime import date, datetime, time, timedelta

import pytest

from crm_etapas.pipeline.working_time import after_working_time
from crm_etapas.qualification import looks
from crm_etapas.qualification.levels import fields_of_expression
from crm_etapas.qualification.looks import BehaviourLook, Contact, FieldLook, Prospect, View, make_test
from crm_etapas.qualification.rules import NOT_HIGHER, NOT_LOWER, Criterion, Level, Ruleset

TODAY = date(2026, 11, 24)
NAMES, PROFILE, MQL, SAL, SQL = range(5)
LADDER = (
	Level("Nombres", 1, is_default=True),
	Level("Perfilación", 2, minimum_points=10),
	Level("MQL", 3),
	Level("SAL", 4, asks_for_acceptance=True),
	Level("SQL", 5),
)


def criterion(level: str, field: str, must: bool = False, points: float = 0) -> Criterion:
	look = FieldLook("values", field, make_test("is set", "text", None))
	return Criterion(field, level, look, must, points)


RULES = Ruleset(
	LADDER,
	[
		criterion("SQL", "budget", must=True),
		criterion("Perfilación", "company", points=6),
		criterion("Perfilación", "size", points=4),
		criterion("Perfilación", "competitor", points=-5),
		criterion("MQL", "asked", must=True),
		criterion("SAL", "need", must=True),
	],
)


def judge(accepted: bool = False, **values):
	return RULES.judge(RULES.shares(Prospect("x", values=values), TODAY), accepted)


FULL = {"company": "x", "size": "x", "asked": "x", "need": "x", "budget": "x"}


# E1
@pytest.mark.parametrize(
	("without", "reached"),
	[((), SAL), (("need",), MQL), (("asked",), PROFILE), (("size",), NAMES), (("company", "asked"), NAMES)],
)
def test_a_level_is_reached_when_every_one_below_is(without, reached):
	assert judge(**{key: value for key, value in FULL.items() if key not in without}).reached == reached


# E5
def test_a_level_above_one_that_sales_accept_waits_for_that():
	assert judge(**FULL).reached == SAL
	assert judge(accepted=True, **FULL).reached == SQL


# E2
def test_points_against_a_prospect_count():
	verdict = judge(**FULL, competitor="x")
	assert (verdict.reached, verdict.score) == (NAMES, 5)


# E1
def test_a_level_that_asks_for_nothing_is_entered_by_hand_and_stands_in_nobodys_way():
	levels = (*LADDER[:3], Level("A Mano", 3.5), LADDER[4])
	rules = Ruleset(levels, [criterion("SQL", "budget", must=True), criterion("MQL", "asked", must=True)])
	levels_free = Ruleset((levels[0], *levels[2:]), rules.criteria)
	shares = levels_free.shares(Prospect("x", values=FULL), TODAY)
	assert levels_free.levels[levels_free.judge(shares).reached].name == "SQL"
	shares = levels_free.shares(Prospect("x", values={"asked": "x"}), TODAY)
	assert levels_free.levels[levels_free.judge(shares).reached].name == "MQL"


# E1
@pytest.mark.parametrize(
	("current", "reached", "hold", "may_go_back", "to"),
	[
		(NAMES, MQL, None, False, MQL),
		(NAMES, MQL, NOT_HIGHER, True, NAMES),
		(MQL, NAMES, None, False, MQL),
		(MQL, NAMES, None, True, NAMES),
		(MQL, NAMES, NOT_LOWER, True, MQL),
		(MQL, SAL, NOT_LOWER, False, SAL),
		(MQL, MQL, NOT_HIGHER, True, MQL),
	],
)
def test_levels_move_forwards_by_themselves_and_back_only_by_rule(current, reached, hold, may_go_back, to):
	assert RULES.decide(current, reached, hold, may_go_back) == to


# E1
def test_a_disabled_level_counts_as_the_one_before_it():
	assert RULES.place("Deshabilitado", {"Deshabilitado": 2.5}) == PROFILE
	assert RULES.place(None) == -1


# E2
@pytest.mark.parametrize(
	("operator", "kind", "value", "seen", "met"),
	[
		("is set", "text", None, "", False),
		("is set", "text", None, "x", True),
		("is set", "number", None, 0, False),
		("is not set", "date", None, None, True),
		("is", "text", "Caracas", " caracas ", True),
		("is", "number", "1", 1, True),
		("is not", "text", "a", None, True),
		("is one of", "text", "uno\n dos \n", "Dos", True),
		("is one of", "number", "1\n2", 3, False),
		("contains", "text", "S.A.", "Comercial, s.a. de c.v.", True),
		("greater than", "number", "10,5", 10.6, True),
		("greater than", "number", "10", None, False),
		("less than", "number", "10", None, False),
		("less than", "number", "10", "9", True),
		("greater than", "date", "2026-11-23", TODAY, True),
		("less than", "date", "today+30", datetime(2026, 12, 23, 23), True),
		("less than", "date", "hoy + 30", "2026-12-25", False),
		("less than", "date", "hoy", None, False),
	],
)
def test_operators(operator, kind, value, seen, met):
	assert make_test(operator, kind, value)(seen, TODAY) is met


# E2
@pytest.mark.parametrize(
	("operator", "kind", "value"),
	[
		("is", "text", ""),
		("is one of", "text", " \n"),
		("greater than", "number", "mucho"),
		("less than", "date", "mañana"),
		("less than", "date", "hoy+x"),
	],
)
def test_a_value_of_another_kind_is_no_test(operator, kind, value):
	with pytest.raises(ValueError):
		make_test(operator, kind, value)


def contact(days_ago: int, count: int = 1, medium: str = "Email", received=True, opened=False) -> Contact:
	return Contact(TODAY - timedelta(days=days_ago), medium, received, opened, count)


# E3
def test_behaviour_counts_how_often_and_how_lately():
	prospect = Prospect("x", contacts=[contact(1), contact(40, 2), contact(2, medium="Phone")])
	look = BehaviourLook(looks.contacts("Email", received=True), minimum_count=3)
	assert (look.share(prospect, TODAY), look.seen(prospect, TODAY)) == (1, (3, TODAY - timedelta(days=1)))
	assert BehaviourLook(look.moments, 3, within_days=30).share(prospect, TODAY) == 0
	assert BehaviourLook(look.moments, 1, within_days=30).share(prospect, TODAY) == 1
	assert BehaviourLook(looks.contacts(None, None), 4).share(prospect, TODAY) == 1
	assert BehaviourLook(looks.contacts("Email", False)).share(prospect, TODAY) == 0


# E3
@pytest.mark.parametrize(("days_ago", "share"), [(0, 1), (10, 0.5), (20, 0.25), (-1, 1)])
def test_points_halve_with_the_time(days_ago, share):
	look = BehaviourLook(looks.contacts("Email", True), half_life_days=10)
	assert look.share(Prospect("x", contacts=[contact(days_ago)]), TODAY) == pytest.approx(share)


# E3
def test_pages_and_forms_count():
	prospect = Prospect("x", views=[View(TODAY, "es/Precios", 2), View(TODAY, "blog", 9)], forms=(TODAY,))
	assert BehaviourLook(looks.views("precios")).seen(prospect, TODAY) == (2, TODAY)
	assert BehaviourLook(looks.views(None)).seen(prospect, TODAY) == (11, TODAY)
	assert BehaviourLook(looks.forms).share(prospect, TODAY) == 1


# E7
@pytest.mark.parametrize(
	("expression", "fields"),
	[
		("doc.city == 'x' and doc.get('country')", {"city", "country"}),
		("doc['city']", {"city"}),
		("len(doc) > 1", None),
		("1 +", set()),
	],
)
def test_the_fields_of_an_expression(expression, fields):
	assert fields_of_expression(expression) == fields


# E4
@pytest.mark.parametrize(
	("start", "hours", "end"),
	[
		("2026-11-24 10:00", 4, "2026-11-24 14:00"),
		("2026-11-24 16:00", 4, "2026-11-25 11:00"),
		("2026-11-24 20:00", 1, "2026-11-25 10:00"),
		("2026-11-24 06:00", 1, "2026-11-24 10:00"),
		("2026-11-27 17:00", 2, "2026-11-30 10:00"),
		("2026-11-28 12:00", 9, "2026-11-30 18:00"),
	],
)
def test_a_deadline_counts_working_hours(start, hours, end):
	weekend = [date(2026, 11, 28), date(2026, 11, 29)]
	found = after_working_time(datetime.fromisoformat(start), hours * 3600, weekend, time(9), time(18))
	assert found == datetime.fromisoformat(end)


# E4
def test_without_hours_of_opening_the_whole_day_counts():
	start = datetime(2026, 11, 24, 20)
	assert after_working_time(start, 8 * 3600, [], time(0), time(0)) == datetime(2026, 11, 25, 4)
	assert after_working_time(start, 8 * 3600, [date(2026, 11, 25)], time(0), time(0)) == datetime(
		2026, 11, 26, 4
	)
