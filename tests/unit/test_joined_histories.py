"""Two histories that become one keep what makes a history whole."""

import itertools
from datetime import datetime, timedelta

import frappe
from hypothesis import given
from hypothesis import strategies as st

from crm_etapas.pipeline.history import join

BEGIN = datetime(2024, 1, 1)
STAGES = st.sampled_from(["Nuevo", "Contacto", "Cerrado"])


@st.composite
def histories(draw):
	"""The stays of one record, oldest first, the last one open."""
	hours = sorted(draw(st.sets(st.integers(0, 1000), min_size=1, max_size=6)))
	moments = [BEGIN + timedelta(hours=hour) for hour in hours]
	stays, previous = [], None
	for number, moment in enumerate(moments):
		stage = draw(STAGES)
		left_on = moments[number + 1] if number + 1 < len(moments) else None
		stays.append(
			frappe._dict(
				sequence=number + 1,
				stage=stage,
				previous_stage=previous,
				entered_on=moment,
				left_on=left_on,
				company=None,
			)
		)
		previous = stage
	return stays


# D15
@given(histories(), histories())
def test_joined_histories_have_no_gap_and_no_overlap(earlier, later):
	joined = join(earlier, later)
	assert joined[-len(later) :][-1].stage == later[-1].stage
	assert [stay.sequence for stay in joined] == list(range(1, len(joined) + 1))
	assert [bool(stay.left_on) for stay in joined] == [True] * (len(joined) - 1) + [False]
	for before, after in itertools.pairwise(joined):
		assert before.left_on == after.entered_on > before.entered_on
		assert after.previous_stage == before.stage


# D15
@given(histories())
def test_a_record_without_stays_takes_the_others_history(stays):
	assert [stay.stage for stay in join(stays, [])] == [stay.stage for stay in stays]
