"""How customers behave, from their purchases alone."""

from datetime import date, timedelta

import pytest

from crm_etapas.analytics import rfm
from crm_etapas.analytics.rfm import Day, State

FIRST, LAST = date(2026, 1, 1), date(2026, 6, 30)
BEFORE = FIRST - (LAST - FIRST) - timedelta(days=1)


def purchases(*days_ago: int, value: float = 100) -> list[Day]:
	return [Day(LAST - timedelta(days=days), 1, value) for days in days_ago]


def behaviour(days: list[Day], overdue: float = 1.5) -> rfm.Behaviour | None:
	return rfm.behaviour(days, FIRST, LAST, BEFORE, overdue)


# D18: recency, frequency, value
def test_what_is_counted():
	found = behaviour(
		[*purchases(10, 40, 70), Day(LAST - timedelta(days=5), 0, -30), *purchases(250, value=7)]
	)
	assert (found.recency, found.frequency, found.value, found.value_before) == (10, 3, 270, 7)
	assert found.last_on == LAST - timedelta(days=10)


# D18: a return is no purchase, and what comes after the period is not known in it
def test_returns_and_later_days_are_no_purchase():
	later = Day(LAST + timedelta(days=1), 1, 50)
	assert behaviour([later]) is None
	assert behaviour([Day(LAST, 0, -30)]) is None
	assert behaviour([*purchases(20), later]).value == 100


# D18: who slips away, by their own rhythm
@pytest.mark.parametrize(
	("days_ago", "state"),
	[
		((10, 40, 70, 300), State.ACTIVE),
		((44, 74, 104, 300), State.ACTIVE),
		((46, 76, 106, 300), State.SLIPPING),
		((91, 121, 151, 300), State.GONE),
		((10, 300), State.OCCASIONAL),
		((10,), State.NEW),
		((80, 100, 120), State.SLIPPING),
	],
)
def test_the_state_follows_the_rhythm(days_ago, state):
	assert behaviour(purchases(*days_ago)).state is state


def test_the_rhythm_is_the_median_of_the_gaps():
	assert behaviour(purchases(5, 35, 45, 345)).rhythm == 30
	assert behaviour(purchases(5, 35)).rhythm is None
	assert behaviour(purchases(46, 76, 106), overdue=2).state is not State.SLIPPING


# D18: fifths; equals are equal
def test_scores_are_fifths():
	figures = {str(number): float(number) for number in range(10)}
	assert [rfm.scores(figures)[str(number)] for number in range(10)] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
	assert rfm.scores(figures, higher_is_better=False)["0"] == 5
	assert rfm.scores({"a": 1, "b": 1, "c": 9}) == {"a": 1, "b": 1, "c": 4}
	assert rfm.scores({}) == {}
