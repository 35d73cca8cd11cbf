"""The figures of the last full week, for whoever asks, beside those of the week before and of the weeks until then."""

from datetime import date, timedelta

from frappe.utils import flt, fmt_money, format_date

from crm_etapas.analytics import closings, contacts, entries, money, periods, salespeople, trends
from crm_etapas.analytics.definitions import Figure
from crm_etapas.analytics.filters import DAY, Filters

WEEKS = 8
SHOWN = [
	entries.NEW_PROSPECTS,
	entries.NEW_OPPORTUNITIES,
	contacts.INTERACTIONS,
	closings.WON,
	closings.LOST,
	closings.WIN_RATE,
	closings.WON_VALUE,
	closings.WON_DAYS,
]
DRAWN = {closings.WON_VALUE: "#36B37E", entries.NEW_PROSPECTS: "#4C9AFF"}
TODAY = (salespeople.OPEN_PROSPECTS, salespeople.OPEN_OPPORTUNITIES, salespeople.OVERDUE)


def values(today: date) -> dict:
	"""Return what a mail of the week's figures can say, in the language that is spoken; numbers as they are written.

	:return: from_date, to_date; figures: label, value, before, change (in percent, or empty) of each; today: label and
		value of what is open; charts: label and bars of each, a bar with label, value, percent (of the longest), color.
	"""
	filters = last_weeks(today)
	currency = money.currency(filters)
	weeks = trends.by_bucket(filters, periods.WEEK)
	*_earlier, (_begin, before), (week, now) = weeks.items()
	return {
		"from_date": format_date(week),
		"to_date": format_date(filters.to_date),
		"figures": [_compared(figure, now, before, currency) for figure in SHOWN],
		"today": _today(filters),
		"charts": [
			{"label": figure.name, "bars": _bars(figure, color, weeks, currency)}
			for figure, color in DRAWN.items()
		],
	}


def last_weeks(today: date) -> Filters:
	"""Return the filters for the last full weeks before a day."""
	monday = periods.begin_of(today, periods.WEEK)
	return Filters(monday - timedelta(weeks=WEEKS), monday - DAY, company=money.company_of_user())


def _compared(figure: Figure, now: dict, before: dict, currency: str | None) -> dict:
	change = trends.change(now[figure.key], before[figure.key])
	return {
		"label": figure.name,
		"value": _shown(figure, now[figure.key], currency),
		"before": _shown(figure, before[figure.key], currency),
		"change": f"{change:+.0f} %" if change is not None else "",
	}


def _today(filters: Filters) -> list[dict]:
	counts = salespeople.today(filters)
	return [{"label": figure.name, "value": _shown(figure, counts[figure.key], None)} for figure in TODAY]


def _bars(figure: Figure, color: str, weeks: dict[date, dict], currency: str | None) -> list[dict]:
	most = max((flt(week[figure.key]) for week in weeks.values()), default=0)
	return [
		{
			"label": periods.label(day, periods.WEEK),
			"value": _shown(figure, week[figure.key], currency),
			"percent": round(100 * flt(week[figure.key]) / most) if most else 0,
			"color": color,
		}
		for day, week in weeks.items()
	]


def _shown(figure: Figure, value: float | None, currency: str | None) -> str:
	if value is None:
		return "–"
	if figure.fieldtype == "Currency":
		return fmt_money(value, 0, currency)
	number = fmt_money(value, figure.precision or 0)
	return f"{number} %" if figure.fieldtype == "Percent" else number
