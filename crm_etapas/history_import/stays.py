"""Turns the dates of a row into stays: which stages it went through and when it entered each."""

from dataclasses import dataclass
from datetime import datetime

from frappe import _

from crm_etapas.exceptions import HistoryImportError
from crm_etapas.history_import.mapping import Mapping
from crm_etapas.identity.names import fold
from crm_etapas.pipeline.stages import Stage
from crm_etapas.tabular.fields import Reading
from crm_etapas.tabular.reader import Line, Table, as_text
from crm_etapas.tabular.values import DateColumn, Unreadable, check_plausible


@dataclass(frozen=True)
class Stay:
	"""A stay ends where the next one begins."""

	stage: Stage
	entered_on: datetime


@dataclass(frozen=True)
class _Step:
	"""A date column that says when some stages were entered.

	A single open stage is a way-point: rows that stand further on went through it as well.
	"""

	stages: tuple[Stage, ...]
	column: str

	@property
	def is_way_point(self) -> bool:
		return len(self.stages) == 1 and not self.stages[0].outcome.is_closed


class HistoryReader:
	"""Reads the history of each row of a file."""

	def __init__(self, mapping: Mapping, table: Table, stages: dict[str, Stage], site):
		"""
		:param stages: by the file's own names, folded.
		:raises HistoryImportError: if the mapping dates a stage that it does not name.
		"""
		self.now = site.now
		self.steps = [
			_Step(tuple(_named(name, number, stages) for name in entry.stages), entry.column)
			for number, entry in enumerate(mapping.history, 1)
		]
		self.dates = {
			step.column: DateColumn(
				[line.cells.get(step.column) for line in table.lines], mapping.date_format, site.timezone
			)
			for step in self.steps
		}
		self.stage_column = mapping.column("stage")

	def read(self, line: Line, stage: Stage, reading: Reading) -> list[Stay]:
		"""Return the stays of a row that stands in `stage`; problems and guesses go into `reading`."""
		own = max((i for i, step in enumerate(self.steps) if stage in step.stages), default=None)
		dated: list[tuple[Stay, str]] = []
		for index, step in enumerate(self.steps):
			if index != own and not step.is_way_point:
				continue
			text = as_text(line.cells.get(step.column))
			if not text:
				continue
			if own is not None and index > own:
				reason = _("the row stands in {0}, which comes before").format(_(stage.name))
				reading.guesses.append((step.column, text, _("(left out)"), reason))
				continue
			moment = self._moment(line, step.column, reading)
			if moment and self._in_order(moment, dated, step.column, text, reading):
				dated.append((Stay(stage if index == own else step.stages[0], moment), step.column))
		stays = [stay for stay, _column in dated]
		if not reading.problems and (not stays or stays[-1].stage != stage):
			self._add_undated(stays, stage, own, line, reading)
		return _merged(stays)

	def _moment(self, line: Line, column: str, reading: Reading) -> datetime | None:
		cell = line.cells[column]
		try:
			found = self.dates[column].read(cell)
			check_plausible(found.value, self.now)
		except Unreadable as error:
			reading.problems.append((column, as_text(cell), str(error)))
			return None
		if found.guess:
			reading.guesses.append((column, as_text(cell), found.value.date().isoformat(), found.guess))
		return found.value

	def _in_order(self, moment: datetime, dated: list, column: str, text: str, reading: Reading) -> bool:
		if not dated or moment >= dated[-1][0].entered_on:
			return True
		before, before_column = dated[-1]
		reason = _("This lies before {0}, which is {1}").format(
			before_column, before.entered_on.date().isoformat()
		)
		reading.problems.append((column, text, reason))
		return False

	def _add_undated(
		self, stays: list[Stay], stage: Stage, own: int | None, line: Line, reading: Reading
	) -> None:
		"""Let a row that says not when it entered its stage enter it now, or where its history ends."""
		if stage.outcome.is_closed and own is not None:
			reason = _("A row in {0} needs this date").format(_(stage.name))
			reading.problems.append((self.steps[own].column, "", reason))
			return
		moment = stays[-1].entered_on if stays and stage.outcome.is_closed else self.now
		reason = _("the row has no date for its stage")
		column = self.steps[own].column if own is not None else self.stage_column
		value = "" if own is not None else line.text(self.stage_column)
		reading.guesses.append((column, value, moment.date().isoformat(), reason))
		stays.append(Stay(stage, moment))


def _named(name: str, number: int, stages: dict[str, Stage]) -> Stage:
	if stage := stages.get(fold(name)):
		return stage
	raise HistoryImportError(
		_("{0} dates the stage {1}, which is not among the stages of the mapping").format(
			f"history.{number}", name
		)
	)


def _merged(stays: list[Stay]) -> list[Stay]:
	"""Join stays that follow each other in the same stage: two names there may be one here."""
	return [stay for i, stay in enumerate(stays) if i == 0 or stay.stage != stays[i - 1].stage]
