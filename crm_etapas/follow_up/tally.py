"""What the contacts with somebody add up to. No database.

A contact is a call, mail, meeting or visit that has happened. Nobody has to tell of them in their order.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Contact:
	"""`ours`: we began; `answered`: the client has spoken."""

	on: datetime
	ours: bool
	answered: bool

	@property
	def is_try(self) -> bool:
		return self.ours and not self.answered


@dataclass(frozen=True)
class Tally:
	"""`contact_attempts` are all that we began; `tries_since_answer` those since the last answer, in vain."""

	last_contact_on: datetime | None = None
	last_answer_on: datetime | None = None
	contact_attempts: int = 0
	contact_answers: int = 0
	tries_since_answer: int = 0

	def plus(self, contact: Contact) -> "Tally | None":
		"""Return what it is with one more; None if only all of them can say, for tries lie on both sides of an answer."""
		answer, last = self.last_answer_on, self.last_contact_on
		ends_tries = contact.answered and (not answer or contact.on >= answer)
		if ends_tries and last and contact.on < last:
			return None
		is_new_try = contact.is_try and (not answer or contact.on > answer)
		return Tally(
			last_contact_on=max(filter(None, (last, contact.on))),
			last_answer_on=contact.on if ends_tries else answer,
			contact_attempts=self.contact_attempts + contact.ours,
			contact_answers=self.contact_answers + contact.answered,
			tries_since_answer=0 if ends_tries else self.tries_since_answer + is_new_try,
		)


NOTHING = Tally()


def of(contacts: Iterable[Contact]) -> Tally:
	"""Return what contacts add up to, in whatever order they come."""
	tally = NOTHING
	for contact in sorted(contacts, key=lambda contact: contact.on):
		tally = tally.plus(contact)
	return tally
