"""What a column of the board is, without a database."""

from types import SimpleNamespace

from crm_etapas.board import columns
from crm_etapas.pipeline.vocabulary import Outcome


def stage(name, position, outcome):
	return SimpleNamespace(name=name, position=position, outcome=outcome)


# A1, B5
def test_work_comes_first_then_what_waits_then_what_is_closed():
	known = [
		stage("Ganado", 1, Outcome.WON),
		stage("Spam", 2, Outcome.JUNK),
		stage("Perdido", 3, Outcome.LOST),
		stage("Más tarde", 4, Outcome.ON_HOLD),
		stage("Segunda", 6, Outcome.OPEN),
		stage("Primera", 5, Outcome.OPEN),
	]
	found = columns.in_order({one.name: one for one in known})
	assert [one.name for one in found] == ["Primera", "Segunda", "Más tarde", "Ganado", "Spam", "Perdido"]
	assert [one.name for one in found if not columns.is_folded(one)] == ["Primera", "Segunda"]


# E6
def test_values_add_up_by_currency():
	rows = [("Análisis", "Una", 2, 300.0), ("Análisis", "Otra", 1, 50.0), ("Análisis", "Tercera", 1, None)]
	found = columns.totals(rows, {"Una": "MXN", "Otra": "USD", "Tercera": "MXN"})["Análisis"]
	assert (found.count, found.is_exact, found.values) == (4, True, {"MXN": 300.0, "USD": 50.0})
	assert found.weighted(50) == {"MXN": 150.0, "USD": 25.0}
	assert found.weighted(0) == {"MXN": 0.0, "USD": 0.0}


# A
def test_a_stage_without_a_probability_weighs_nothing():
	assert columns.Total(1, True, {"MXN": 10.0}).weighted(None) == {}


# A, B
def test_more_than_are_counted_is_said_to_be_more():
	rows = [("Nuevo", None, columns.MOST_COUNTED, 0.0), ("Spam", None, columns.MOST_COUNTED + 1, 0.0)]
	found = columns.totals(rows, {None: "MXN"})
	assert (found["Nuevo"].count, found["Nuevo"].is_exact) == (columns.MOST_COUNTED, True)
	assert (found["Spam"].count, found["Spam"].is_exact) == (columns.MOST_COUNTED, False)
