"""What an import found out: what was created, guessed and refused, for people and for programs."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

from frappe import _
from frappe.utils import escape_html

GUESSED, REFUSED, NOTE = "guessed", "refused", "note"


@dataclass(frozen=True)
class Finding:
	"""Something a person should know about a value. `file` is empty for the main file."""

	kind: str
	row: int | None
	column: str
	value: str
	taken_as: str
	reason: str
	file: str = ""


@dataclass
class Group:
	"""Findings that differ in their row only."""

	kind: str
	file: str
	column: str
	value: str
	taken_as: str
	reason: str
	count: int = 0
	rows: list[int] = field(default_factory=list)


@dataclass
class Report:
	source: str
	dry_run: bool
	rows: int = 0
	created: Counter = field(default_factory=Counter)
	already_there: int = 0
	refused_rows: set[int] = field(default_factory=set)
	findings: list[Finding] = field(default_factory=list)

	@property
	def guessed(self) -> int:
		return sum(finding.kind == GUESSED for finding in self.findings)

	@property
	def refused(self) -> int:
		return len(self.refused_rows)

	def guess(self, row, column, value, taken_as, reason, file="") -> None:
		self.findings.append(Finding(GUESSED, row, column or "", str(value), str(taken_as), reason, file))

	def refuse(self, row, column, value, reason) -> None:
		self.refused_rows.add(row)
		self.findings.append(Finding(REFUSED, row, column or "", str(value), "", reason))

	def note(self, column, value, reason, file="", row=None) -> None:
		self.findings.append(Finding(NOTE, row, column or "", str(value), "", reason, file))

	def groups(self) -> list[Group]:
		"""Return the findings by what they say: refused first, then guessed, the most frequent first."""
		groups: dict[tuple, Group] = {}
		for finding in self.findings:
			key = (
				finding.kind,
				finding.file,
				finding.column,
				finding.value,
				finding.taken_as,
				finding.reason,
			)
			group = groups.setdefault(key, Group(*key))
			group.count += 1
			if finding.row is not None:
				group.rows.append(finding.row)
		order = {REFUSED: 0, GUESSED: 1, NOTE: 2}
		return sorted(groups.values(), key=lambda group: (order[group.kind], -group.count))

	def as_dict(self) -> dict:
		"""Return counts and groups: what the web API and the JSON file give."""
		return {
			"source": self.source,
			"dry_run": self.dry_run,
			"rows": self.rows,
			"created": dict(self.created),
			"already_there": self.already_there,
			"guessed": self.guessed,
			"refused": self.refused,
			"findings": [asdict(group) for group in self.groups()],
		}

	def to_json(self) -> str:
		return json.dumps(self.as_dict(), ensure_ascii=False, indent=1)

	def to_csv(self) -> str:
		"""Return one line a group; rows as 2-5 9, with a mark that spreadsheets know UTF-8 by."""
		out = io.StringIO()
		writer = csv.writer(out)
		writer.writerow(
			[_("Kind"), _("File"), _("Column"), _("Value"), _("Taken As"), _("Reason"), _("Count"), _("Rows")]
		)
		for group in self.groups():
			texts = (
				kind_label(group.kind),
				group.file,
				group.column,
				group.value,
				group.taken_as,
				group.reason,
			)
			writer.writerow([*map(_harmless, texts), group.count, as_ranges(group.rows)])
		return "\ufeff" + out.getvalue()

	def summary(self) -> list[tuple[str, int]]:
		"""Return label and number of everything that is counted, for a screen."""
		made = _("Would be created: {0}") if self.dry_run else _("Created: {0}")
		return [
			(_("Rows in the file"), self.rows),
			*((made.format(_(doctype)), count) for doctype, count in self.created.items() if count),
			(_("Already there"), self.already_there),
			(_("Guessed"), self.guessed),
			(_("Refused"), self.refused),
		]

	def to_html(self) -> str:
		counts = "".join(f"<tr><td>{escape_html(label)}</td><td>{n}</td></tr>" for label, n in self.summary())
		return f'<table class="table table-bordered">{counts}</table>' + "".join(
			_html_of(kind, [group for group in self.groups() if group.kind == kind])
			for kind in (REFUSED, GUESSED, NOTE)
		)


def kind_label(kind: str) -> str:
	return {GUESSED: _("Guessed"), REFUSED: _("Refused"), NOTE: _("Note")}[kind]


def as_ranges(numbers: Iterable[int]) -> str:
	"""Return 2, 3, 4, 9 as "2-4 9"."""
	ranges: list[list[int]] = []
	for number in sorted(numbers):
		if ranges and number - ranges[-1][1] <= 1:
			ranges[-1][1] = number
		else:
			ranges.append([number, number])
	return " ".join(str(a) if a == b else f"{a}-{b}" for a, b in ranges)


def _harmless(text: str) -> str:
	"""Keep a spreadsheet from running a value of the file as a formula."""
	return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t")) else text


def _html_of(kind: str, groups: list[Group]) -> str:
	if not groups:
		return ""
	head = (_("Column"), _("Value"), _("Taken As"), _("Reason"), _("Count"), _("Rows"))
	lines = []
	for group in groups[:200]:
		rows = as_ranges(group.rows)
		column = f"{group.file}: {group.column}" if group.file else group.column
		short = rows if len(rows) <= 120 else rows[:120].rsplit(" ", 1)[0] + " …"
		cells = (column, group.value, group.taken_as, group.reason, group.count, short)
		lines.append("".join(f"<td>{escape_html(str(cell))}</td>" for cell in cells))
	if len(groups) > 200:
		lines.append(f'<td colspan="6">{_("The rest is in the report file")}</td>')
	return (
		f"<h5>{kind_label(kind)}</h5><table class='table table-bordered'><tr>"
		+ "".join(f"<th>{label}</th>" for label in head)
		+ "</tr>"
		+ "".join(f"<tr>{line}</tr>" for line in lines)
		+ "</table>"
	)
