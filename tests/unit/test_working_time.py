"""Working time of a stay: what falls on no holiday."""

from datetime import date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from crm_etapas.pipeline.working_time import after_working_days, working_seconds

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


# A2
@given(MOMENTS, st.integers(1, 20), HOLIDAYS)
def test_working_days_ahead_are_worked_and_open(start, days, holidays):
	opens, closes = time(9), time(18)
	moment = after_working_days(start, days, holidays, opens, closes)
	assert moment.date() not in holidays
	assert opens <= moment.time() < closes
	between = (start.date() + timedelta(days=n) for n in range(1, (moment - start).days + 2))
	assert sum(day not in holidays for day in between if day <= moment.date()) == days


# A2: the same time of the day, or when the next one opens
def test_a_working_day_later():
	friday, weekend = datetime(2024, 3, 1, 11, 30), [date(2024, 3, 2), date(2024, 3, 3)]
	day = time(9), time(18)
	assert after_working_days(friday, 1, weekend, *day) == datetime(2024, 3, 4, 11, 30)
	assert after_working_days(friday.replace(hour=20), 1, weekend, *day) == datetime(2024, 3, 4, 9)
	assert after_working_days(datetime(2024, 3, 2, 10), 0, weekend, *day) == datetime(2024, 3, 4, 10)
