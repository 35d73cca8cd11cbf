"""Working hours between two moments."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_etapas.analytics.opening_hours import OpeningHours
from crm_etapas.pipeline.working_time import after_working_time

NINE, SIX = time(9), time(18)
SATURDAY, SUNDAY = date(2026, 6, 6), date(2026, 6, 7)
WEEKEND = [SATURDAY, SUNDAY]
HOUR = 3600


@pytest.mark.parametrize(
	("start", "end", "hours"),
	[
		("2026-06-05 10:00", "2026-06-05 12:30", 2.5),
		("2026-06-05 07:00", "2026-06-05 10:00", 1),
		("2026-06-05 17:00", "2026-06-08 10:00", 2),
		("2026-06-06 11:00", "2026-06-08 09:00", 0),
		("2026-06-06 11:00", "2026-06-08 11:00", 2),
		("2026-06-05 19:00", "2026-06-05 23:00", 0),
		("2026-06-05 10:00", "2026-06-05 09:00", 0),
	],
)
def test_only_the_working_day_counts(start, end, hours):
	opened = OpeningHours(WEEKEND, NINE, SIX)
	assert opened.between(datetime.fromisoformat(start), datetime.fromisoformat(end)) == hours * HOUR


def test_a_day_without_hours_is_whole():
	opened = OpeningHours([], time(0), time(0))
	start = datetime(2026, 6, 5, 10)
	assert opened.between(start, start + timedelta(days=2)) == 48 * HOUR


# it is the way back of what plans the next contact
@given(
	st.datetimes(datetime(2026, 5, 1), datetime(2026, 7, 1)),
	st.integers(1, 60 * HOUR),
	st.sets(st.dates(date(2026, 5, 1), date(2026, 8, 1)), max_size=30),
)
def test_it_agrees_with_after_working_time(start, seconds, off):
	holidays = sorted(off)
	end = after_working_time(start, seconds, holidays, NINE, SIX)
	assert OpeningHours(holidays, NINE, SIX).between(start, end) == pytest.approx(seconds, abs=1e-3)
