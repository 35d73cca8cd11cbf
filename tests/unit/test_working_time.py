"""Working time of a stay: what falls on no holiday."""

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from crm_etapas.pipeline.working_time import working_seconds

DAY = 86400
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2024, 12, 31))
HOLIDAYS = st.lists(st.dates(date(2023, 12, 1), date(2025, 1, 31)), unique=True).map(sorted)


# A2, D18
def test_a_weekend_in_between_does_not_count():
	friday, monday = datetime(2024, 3, 1, 18), datetime(2024, 3, 4, 9)
	weekend = [date(2024, 3, 2), date(2024, 3, 3)]
	assert working_seconds(friday, monday, weekend) == 15 * 3600


# D18
def test_a_stay_within_a_holiday_has_no_working_time():
	day = datetime(2024, 3, 2)
	assert working_seconds(day + timedelta(hours=1), day + timedelta(hours=5), [day.date()]) == 0


# D18
@given(MOMENTS, MOMENTS, MOMENTS, HOLIDAYS)
def test_working_time_adds_up(a, b, c, holidays):
	start, middle, end = sorted((a, b, c))
	whole = working_seconds(start, end, holidays)
	assert 0 <= whole <= (end - start).total_seconds()
	parts = working_seconds(start, middle, holidays) + working_seconds(middle, end, holidays)
	assert abs(whole - parts) < 1e-3
