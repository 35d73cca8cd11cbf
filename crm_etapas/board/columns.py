"""What a column of the board is, apart from the database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from crm_etapas.pipeline.stages import Stage
from crm_etapas.pipeline.vocabulary import Outcome

MOST_COUNTED = 10_000  # records of a column; beyond that it is said that there are more


@dataclass
class Total:
	"""How many records a column has and what they are worth, by currency.

	:param is_exact: false if there are more than were counted.
	"""

	count: int = 0
	is_exact: bool = True
	values: dict[str, float] = field(default_factory=dict)

	def add(self, count: int, currency: str, value: float) -> None:
		self.count += count
		if value:
			self.values[currency] = self.values.get(currency, 0) + value

	def weighted(self, probability: float | None) -> dict[str, float]:
		"""Return what the records are worth if of every hundred as many are won as the stage says."""
		if probability is None:
			return {}
		return {currency: value * probability / 100 for currency, value in self.values.items()}


def in_order(known: Mapping[str, Stage]) -> list[Stage]:
	"""Return the stages that are columns: where work is done first, then what waits, then what is closed.

	A disabled stage is one too: records may still stand there.
	"""
	order = {Outcome.OPEN: 0, Outcome.ON_HOLD: 1, Outcome.WON: 2}
	return sorted(known.values(), key=lambda stage: (order.get(stage.outcome, 3), stage.position))


def is_folded(stage: Stage) -> bool:
	"""Tell whether a column shows only its figures until somebody opens it."""
	return stage.outcome is not Outcome.OPEN


def totals(
	rows: Iterable[tuple[str, str | None, int, float]], currencies: Mapping[str | None, str]
) -> dict[str, Total]:
	"""Add up rows of (stage, company, count, value), of which `MOST_COUNTED` + 1 mean that there are more."""
	found: dict[str, Total] = {}
	for stage, company, count, value in rows:
		found.setdefault(stage, Total()).add(count, currencies[company], value or 0)
	for total in found.values():
		if total.count > MOST_COUNTED:
			total.count, total.is_exact = MOST_COUNTED, False
	return found
