"""When a record rots: forwards from its last activity, and backwards from today, which must say the same."""

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from crm_etapas.follow_up.attention.rules import quiet_since, rots_on
from crm_etapas.pipeline.working_time import working_day

MONDAY = date(2024, 3, 4)
WEEKENDS = [MONDAY + timedelta(days=7 * week + day) for week in range(-60, 60) for day in (5, 6)]
DAYS = st.dates(date(2024, 1, 1), date(2024, 6, 30))


# A2: after so many working days without activity
def test_a_record_rots_on_the_working_day_after_its_days():
	assert rots_on([datetime(2024, 3, 4, 23, 59)], None, 3, WEEKENDS) == date(2024, 3, 8)
	assert rots_on([date(2024, 3, 6)], None, 3, WEEKENDS) == date(2024, 3, 12)
	assert rots_on([date(2024, 3, 9)], None, 1, WEEKENDS) == date(2024, 3, 12)  # begun on a Saturday


# A2
def test_the_last_activity_counts():
	assert rots_on([MONDAY, None, date(2024, 3, 5)], None, 1, []) == date(2024, 3, 7)


# A7: what is planned is no activity, but nothing rots before it
def test_a_planned_contact_stops_the_clock_until_it_is_past():
	assert rots_on([MONDAY], datetime(2024, 5, 2, 9), 1, []) == date(2024, 5, 3)
	assert rots_on([MONDAY], datetime(2024, 3, 4, 9), 3, []) == date(2024, 3, 8)


# A
def test_some_never_rot():
	assert rots_on([MONDAY], None, 0, []) is None
	assert rots_on([None], None, 3, []) is None
	always_off = [MONDAY + timedelta(days=day) for day in range(-4000, 4000)]
	assert rots_on([MONDAY], None, 3, always_off) is None
	assert quiet_since(MONDAY, 3, always_off) is None


# A: the night looks backwards, a save forwards
@given(DAYS, DAYS, st.integers(1, 20), st.lists(DAYS, unique=True).map(sorted))
def test_both_ways_say_the_same(activity, today, days, holidays):
	assert (rots_on([activity], None, days, holidays) <= today) == (
		activity < quiet_since(today, days, holidays)
	)


# D18
def test_working_days_are_counted_in_both_directions():
	assert working_day(MONDAY, 5, WEEKENDS) == date(2024, 3, 11)
	assert working_day(MONDAY, -1, WEEKENDS) == date(2024, 3, 1)
