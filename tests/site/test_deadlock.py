"""A request that the database turned away is tried again, unless that would lose something."""

import frappe
import pytest

from crm_etapas.pipeline.deadlock import ATTEMPTS, tried_again
from tests.site.factories import make_lead


def failing(times: int):
	"""A piece of work that is turned away so many times, and how often it was tried."""
	tried = []

	@tried_again
	def work():
		tried.append(True)
		if len(tried) <= times:
			raise frappe.QueryDeadlockError("deadlock")
		return len(tried)

	return work, tried


# two processes that move the same records
def test_work_that_was_turned_away_is_tried_again():
	frappe.db.rollback()
	work, _tried = failing(times=ATTEMPTS - 1)
	assert work() == ATTEMPTS


def test_it_gives_up_and_says_so():
	frappe.db.rollback()
	work, tried = failing(times=ATTEMPTS)
	with pytest.raises(frappe.QueryDeadlockError):
		work()
	assert len(tried) == ATTEMPTS


def test_nothing_is_tried_again_that_would_lose_what_was_written_before():
	make_lead()
	work, tried = failing(times=1)
	with pytest.raises(frappe.QueryDeadlockError):
		work()
	assert len(tried) == 1
