"""How far what entered in a period has come. See `crm_etapas.analytics.funnel`."""

from dataclasses import asdict

from frappe import _

from crm_etapas.analytics import definitions, funnel, money
from crm_etapas.analytics.filters import choice, parse

# worth no more than an estimate: where the currencies are mixed, their funnel goes without
ESTIMATED = (funnel.PROSPECTS, funnel.LEVELS)


def execute(filters: dict | None = None) -> tuple:
	wanted, which = parse(filters), choice(filters, "funnel_of", _("Funnel Of"), funnel.CHOICES)
	currency = money.currency(wanted, needed=which not in ESTIMATED)
	steps = funnel.compute(which, wanted, value=bool(currency))
	figures = [f for f in funnel.FIGURES if currency or f is not funnel.REACHED_VALUE]
	if which == funnel.WHOLE:
		figures = [f for f in figures if f not in (funnel.LOST_HERE, funnel.STILL_OPEN)]
	message = definitions.beside(figures)
	if not steps or not steps[0].reached:
		return _columns(figures), [], message
	rows = [{**asdict(step), "currency": currency, "cell": {"step": step.key}} for step in steps]
	return _columns(figures), rows, message


def _columns(figures: list[definitions.Figure]) -> list[dict]:
	return [definitions.dimension("label", _("Stage"), 240), *(figure.column() for figure in figures)]
