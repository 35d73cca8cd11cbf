"""What every figure means, in words that stand beside it in the report; where it is computed says its module."""

from dataclasses import dataclass

from frappe import _
from frappe.utils import escape_html, fmt_money

_figures: dict[str, "Figure"] = {}


@dataclass(frozen=True, eq=False)
class Figure:
	"""A figure: `key` is its column in every report, `label` and `meaning` are texts marked with `_lt`.

	`opens_records`: a cell opens the records that it counts, see `drilldown`.
	"""

	key: str
	label: str
	meaning: str
	fieldtype: str = "Int"
	precision: int | None = None
	width: int = 120
	opens_records: bool = False

	def __post_init__(self):
		assert _figures.setdefault(self.key, self) is self, f"two definitions of {self.key}"

	@property
	def name(self) -> str:
		"""How it is called in the user's language."""
		return str(self.label)

	def column(self, **other) -> dict:
		"""Return the report's column. It is as wide as its name.

		Amounts are in the currency that the row names in `currency`.
		"""
		column = {
			"fieldname": self.key,
			"label": self.name,
			"fieldtype": self.fieldtype,
			"width": max(self.width, 8 * len(self.name) + 40),
			"description": str(self.meaning),
			"opens_records": self.opens_records,
			**other,
		}
		if self.fieldtype == "Currency":
			column.setdefault("options", "currency")
		if self.precision is not None:
			column.setdefault("precision", self.precision)
		return column


def dimension(fieldname: str, label: str, width: int = 200, **other) -> dict:
	"""Return a column that says what a row is of. It is no link: Frappe would drop rows by the user's permissions again."""
	return {"fieldname": fieldname, "label": label, "fieldtype": "Data", "width": width, **other}


def beside(figures: list[Figure], *notes: str) -> str:
	"""Return the definitions as HTML, for the message of a report; `notes` come first, always open to see."""
	said = "".join(f"<p>{escape_html(note)}</p>" for note in notes if note)
	rows = "".join(
		f"<dt>{escape_html(figure.name)}</dt><dd>{escape_html(str(figure.meaning))}</dd>"
		for figure in figures
	)
	title = escape_html(_("What These Figures Mean"))
	return (
		f'<div class="figure-definitions">{said}'
		f"<details><summary>{title}</summary><dl>{rows}</dl></details></div>"
	)


def summary(figures: list[Figure], values: dict, currency: str | None) -> list[dict]:
	"""Return what stands above a report: figures with their values by key. What there is nothing of is left out."""
	shown = [(figure, values[figure.key]) for figure in figures if values.get(figure.key) is not None]
	return [
		{
			"label": figure.name,
			# Frappe would show shares with as many decimals as all numbers
			"value": f"{fmt_money(value, figure.precision)} %" if figure.fieldtype == "Percent" else value,
			"datatype": "Data" if figure.fieldtype == "Percent" else figure.fieldtype,
			"currency": currency if figure.fieldtype == "Currency" else None,
		}
		for figure, value in shown
	]


def all_figures() -> dict[str, Figure]:
	"""Return the figures of the modules that are loaded, by key."""
	return dict(_figures)


def percent(part: float, whole: float) -> float | None:
	"""Return a share in percent; None, which shows as nothing, of nothing."""
	return 100 * part / whole if whole else None


def not_said() -> str:
	"""Return what stands where a record says nothing: no channel, no owner."""
	return _("Not Set")
