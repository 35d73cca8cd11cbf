"""What contacts add up to, in whatever order they are told of."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from crm_etapas.follow_up import tally
from crm_etapas.follow_up.tally import NOTHING, Contact, Tally

BEGIN = datetime(2026, 3, 1)
CONTACTS = st.lists(
	st.builds(
		Contact,
		on=st.integers(0, 20).map(lambda hours: BEGIN + timedelta(hours=hours)),
		ours=st.booleans(),
		answered=st.booleans(),
	),
	max_size=12,
)


def at(hours: int, ours: bool = True, answered: bool = False) -> Contact:
	return Contact(BEGIN + timedelta(hours=hours), ours, answered)


# D13
def test_nothing_has_happened():
	assert tally.of([]) == Tally(None, None, 0, 0, 0)


# D13, A2
def test_tries_begin_anew_with_an_answer():
	assert tally.of([at(1), at(2), at(3, ours=False, answered=True), at(4)]) == Tally(
		last_contact_on=BEGIN + timedelta(hours=4),
		last_answer_on=BEGIN + timedelta(hours=3),
		contact_attempts=3,
		contact_answers=1,
		tries_since_answer=1,
	)


# D13: what is told late moves nothing backwards
def test_a_call_noted_late_changes_the_numbers_and_not_the_moments():
	before = tally.of([at(5), at(6, answered=True)])
	after = before.plus(at(2))
	assert (after.last_contact_on, after.last_answer_on) == (before.last_contact_on, before.last_answer_on)
	assert (after.contact_attempts, after.tries_since_answer) == (3, 0)


# D13
def test_an_answer_between_tries_needs_all_of_them():
	assert tally.of([at(1), at(5)]).plus(at(3, answered=True)) is None
	assert tally.of([at(1), at(5), at(3, answered=True)]).tries_since_answer == 1


# D13
@given(CONTACTS)
def test_it_is_what_its_words_say(contacts):
	summed = tally.of(contacts)
	answers = [contact.on for contact in contacts if contact.answered]
	assert summed.last_contact_on == max((contact.on for contact in contacts), default=None)
	assert summed.last_answer_on == max(answers, default=None)
	assert summed.contact_attempts == sum(contact.ours for contact in contacts)
	assert summed.contact_answers == len(answers)
	since = max(answers, default=datetime.min)
	assert summed.tries_since_answer == sum(contact.is_try and contact.on > since for contact in contacts)


# D13
@given(CONTACTS)
def test_one_after_the_other_comes_to_the_same(contacts):
	counted, told = NOTHING, []
	for contact in contacts:
		told.append(contact)
		counted = counted.plus(contact) or tally.of(told)
		assert counted == tally.of(told)
