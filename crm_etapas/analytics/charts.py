"""Charts of the reports, as Frappe draws them."""

from collections.abc import Sequence
from dataclasses import dataclass

from crm_etapas.analytics.splits import NO_COLOR

MOST_BARS = 15
HEIGHT = 260
# with this a dashboard says that there is no data; a report without rows draws no chart anyway
NOTHING = {"data": {}}
GREEN, RED, BLUE, YELLOW, GREY = "#36B37E", "#FF5630", "#4C9AFF", "#FFC400", "#C1C7D0"


@dataclass(frozen=True)
class Series:
	name: str
	values: Sequence[float]
	color: str


def chart(
	labels: Sequence[str], series: Sequence[Series], of: str = "Int", over_time: bool = False, **other
) -> dict:
	"""Return a chart of bars.

	:param of: type of the values, as a field has it.
	:param over_time: the labels follow one another, so that not all of them have to be shown.
	"""
	datasets = [
		{"name": one.name, "values": [round(value or 0, 2) for value in one.values]} for one in series
	]
	return {
		"data": {"labels": list(labels), "datasets": datasets},
		"type": "bar",
		"colors": [one.color for one in series],
		"height": HEIGHT,
		"axisOptions": {"shortenYAxisNumbers": 1, "xIsSeries": int(over_time)},
		"fieldtype": of,
		**other,
	}


def in_their_colors(
	labels: Sequence[str], parts: Sequence[tuple[str, str | None, Sequence[float]]], **other
) -> dict:
	"""Return a chart with the parts side by side, each in the colour that an admin gave it.

	:param parts: name, colour and a value for each label.
	"""
	shown = parts[:MOST_BARS]
	return chart(labels, [Series(name, values, color or NO_COLOR) for name, color, values in shown], **other)
