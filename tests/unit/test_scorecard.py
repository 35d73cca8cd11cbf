"""The mathematics of the scorecard: by hand, on cases whose odds are known, and on real deals."""

import csv
import random
from datetime import datetime
from math import log

import pytest

from crm_etapas.qualification.scorecard import calibration, evidence, learning
from crm_etapas.qualification.scorecard.evidence import Case, Seen


def cases_of(*groups: tuple[str | None, int, int]) -> list[Case]:
	"""Cases of one feature: value, how many won, how many lost; mixed as time would mix them."""
	found = [
		Case((value,), outcome) for value, won, lost in groups for outcome in [True] * won + [False] * lost
	]
	random.Random(1).shuffle(found)
	return found


# E7: by hand. 60 of 80 against 20 of 80, half of all won; with 10 more cases of each, (60+5)/(20+5) = 2.6
def test_weights_are_those_calculated_by_hand():
	counts = evidence.count(cases_of(("web", 60, 20), ("radio", 20, 60)), 1)
	assert counts == [{"web": Seen(80, 60), "radio": Seen(80, 20)}]
	(weights,) = evidence.weights(counts, smoothing=10)
	assert weights["web"] == pytest.approx(log(65 / 25))
	assert weights["radio"] == pytest.approx(-log(65 / 25))


# E7
def test_what_is_unknown_rare_or_was_never_seen_gives_nothing():
	model = learning.learn(
		cases_of(("web", 60, 20), ("radio", 20, 60), ("fax", 4, 0), (None, 10, 10)), 1, 60, 10
	).model
	assert model.score((None,)) == model.score(("telepathy",)) == model.score(("fax",)) == model.start
	assert model.score(("web",)) > model.start > model.score(("radio",))


# E7: a channel that is mostly known of those who bought must not count for being known
def test_that_a_value_is_known_does_not_count():
	model = learning.learn(cases_of(("web", 90, 10), (None, 10, 90)), 1, 60, 10).model
	assert model.points[0]["web"] == 0


# E7
def test_twenty_points_double_the_odds():
	assert learning.probability(0) == 0.5
	assert learning.probability(20) == pytest.approx(2 / 3)
	assert learning.probability(-40) == pytest.approx(1 / 5)


# E7: the score and the probability are sums and steps of what is shown
def test_points_add_up_to_the_probability():
	rows = [Case((a, b), won) for a, b, won in random_cases(2000)]
	model = learning.learn(rows, 2, 60, 10).model
	for values in (("a0", "b1"), ("a3", None), (None, None)):
		points = [of.get(value, 0) for of, value in zip(model.points, values, strict=True)]
		assert model.score(values) == round(model.start + sum(points), 1)
		assert model.probability(values) == learning.probability(model.score(values))


# E7: a better win rate never gives fewer points
def test_points_rise_with_the_win_rate():
	groups = [(str(rate), rate, 100 - rate) for rate in range(5, 100, 10)]
	(points,) = learning.learn(cases_of(*groups), 1, 60, 10).model.points
	ordered = [points[str(rate)] for rate in range(5, 100, 10)]
	assert ordered == sorted(ordered) and ordered[0] < 0 < ordered[-1]


# E7: what is expected is what comes of it, features that say the same twice included
def test_probabilities_are_those_that_come_true():
	rows = [Case((a, a, b), won) for a, b, won in random_cases(20_000)]
	holdout = learning.learn(rows, 3, 60, 10).holdout
	assert holdout.cases == 5000 and 5 <= len(holdout.bins) <= 10
	assert holdout.auc > 0.65
	for group in holdout.bins:
		assert group.observed == pytest.approx(group.predicted, abs=0.07)


# E7: where there is nothing to learn, nobody gets points
def test_chance_teaches_nothing():
	source = random.Random(3)
	rows = [Case((source.choice("abcd"),), source.random() < 0.3) for _ in range(3000)]
	lesson = learning.learn(rows, 1, 60, 10)
	assert lesson.holdout.auc == pytest.approx(0.5, abs=0.05)
	assert all(0.2 < lesson.model.probability((value,)) < 0.4 for value in "abcd")


# E7: told by the newest, learned from the older: a habit that has turned shows
def test_the_newest_cases_are_the_test():
	rows = [
		Case(("web" if won == (month <= 9) else "radio",), won, datetime(2025, month, day))
		for month in range(1, 13)
		for day in range(1, 29)
		for won in (True, False)
	]
	random.Random(4).shuffle(rows)
	assert learning.learn(rows, 1, 60, 10).holdout.auc < 0.1


# E7
@pytest.mark.parametrize("won, lost, minimum", [(29, 500, 60), (500, 29, 60), (100, 99, 200)])
def test_too_few_cases_are_refused(won, lost, minimum):
	with pytest.raises(learning.TooFewCases) as error:
		learning.learn(cases_of(("web", won, lost)), 1, minimum, 10)
	assert (error.value.won, error.value.lost) == (won, lost)


# E7
def test_the_line_finds_the_odds_that_made_the_cases():
	source = random.Random(5)
	totals = [source.gauss(0, 1.5) for _ in range(40_000)]
	won = [source.random() < calibration.sigmoid(-1 + 0.6 * total) for total in totals]
	line = calibration.fit(totals, won)
	assert (line.intercept, line.slope) == (pytest.approx(-1, abs=0.05), pytest.approx(0.6, abs=0.05))


# E7: neither all sums the same, nor a perfect split, nor evidence that points the wrong way breaks it
@pytest.mark.parametrize("totals", [[0.0] * 100, [1.0] * 50 + [-1.0] * 50, [-1.0] * 50 + [1.0] * 50])
def test_a_line_is_found_whatever_the_sums(totals):
	line = calibration.fit(totals, [True] * 50 + [False] * 50)
	assert line.slope >= 0 and 0 < line.probability(3) < 1
	assert (line.slope > 0) == (totals[0] > 0)


# E7: by hand
def test_figures_of_the_test():
	predicted, won = [0.1, 0.4, 0.4, 0.8], [False, True, False, True]
	assert calibration.auc(predicted, won) == pytest.approx(3.5 / 4)
	assert calibration.brier(predicted, won) == pytest.approx((0.01 + 0.36 + 0.16 + 0.04) / 4)
	assert calibration.auc(predicted, [True] * 4) is None
	assert [group.cases for group in calibration.bins(predicted, won)] == [1, 2, 1]


# E7: 6,711 closed deals of a public data set, by product, account, sector and seller
def test_real_deals_are_learned_from(public_data):
	rows = real_cases(public_data / "crm_sales")
	assert len(rows) == 6711
	lesson = learning.learn(rows, 5, 200, 10)
	assert (lesson.won, lesson.lost) == (4238, 2473)
	predicted = [lesson.model.probability(case.values) for case in rows]
	assert sum(predicted) / len(predicted) == pytest.approx(lesson.rate, abs=0.01)
	assert sum(group.cases for group in lesson.holdout.bins) == 6711 // 4
	assert 0.4 < lesson.holdout.auc < 0.6  # these deals were made up: nothing tells the won from the lost


def random_cases(count: int):
	"""Two features with known effects on the odds, for 35 % of all."""
	source = random.Random(2)
	for _ in range(count):
		a, b = source.randrange(4), source.randrange(3)
		yield f"a{a}", f"b{b}", source.random() < calibration.sigmoid(-1.5 + 0.6 * a - 0.4 * b)


def real_cases(folder) -> list[Case]:
	def table(name: str) -> list[dict]:
		with (folder / name).open(encoding="utf-8") as file:
			return list(csv.DictReader(file))

	accounts = {row["account"]: row for row in table("accounts.csv")}
	teams = {row["sales_agent"]: row for row in table("sales_teams.csv")}
	found = []
	for deal in table("sales_pipeline.csv"):
		if deal["deal_stage"] in ("Won", "Lost"):
			account = accounts.get(deal["account"], {})
			values = (
				deal["product"],
				account.get("sector"),
				account.get("office_location"),
				deal["sales_agent"],
				teams[deal["sales_agent"]]["regional_office"],
			)
			closed = datetime.fromisoformat(deal["close_date"])
			found.append(Case(values, deal["deal_stage"] == "Won", closed))
	return found
