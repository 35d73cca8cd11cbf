"""Closed cases: prospects that were won or lost, with what was known of them. Read in sets; junk is left out."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

import frappe

from crm_etapas.pipeline import stages
from crm_etapas.pipeline.registry import Pipeline
from crm_etapas.pipeline.vocabulary import ACTIVE, Outcome
from crm_etapas.pipelines import OPPORTUNITY, PROSPECT
from crm_etapas.profile.condition import CUSTOMER
from crm_etapas.qualification.scorecard import features as looked_at
from crm_etapas.qualification.scorecard.evidence import Case
from crm_etapas.qualification.scorecard.features import Feature

A_CHUNK = 2000
# what counts as won
DEAL, CONVERSION = "A Deal", "An Opportunity"


def read(
	won_is: str,
	since: datetime | None,
	features: Sequence[Feature],
	tell: Callable[[int], None] = lambda done: None,
) -> list[Case]:
	"""Return the closed cases of the whole company: what is learned are sums, and says nothing of a single prospect.

	:param won_is: DEAL: won is who bought, lost is who was discarded or whose opportunities were all lost.
		CONVERSION: won is who became an opportunity or customer, lost is who was discarded.
	:param since: only what was closed from then on.
	:param tell: is called with how many leads have been looked at.
	"""
	found, done = [], 0
	for leads in _closed_leads(features):
		names = [lead.name for lead in leads]
		deals = _deals(names) if won_is == DEAL else {}
		attributes = looked_at.attributes_of(names, features)
		known = _while_open(names)
		for lead in leads:
			won, closed_on = _end(lead, deals.get(lead.name)) if won_is == DEAL else _own_end(lead)
			if won is None or (since and (not closed_on or closed_on < since)):
				continue
			row = {**lead, **known.get(lead.name, {})}
			values = looked_at.values(row, attributes.get(lead.name, {}), features)
			found.append(Case(values, won, closed_on))
		done += len(leads)
		tell(done)
	return found


def _closed_leads(features: Sequence[Feature]) -> Iterator[list[frappe._dict]]:
	"""Yield the leads that were won or lost, chunk by chunk in the order of their names."""
	ended = _stages(PROSPECT, Outcome.WON, Outcome.LOST)
	columns = {"name", "prospect_stage", "prospect_stage_entered_on", "party_condition"}
	last = ""
	while ended:
		leads = frappe.get_all(
			"Lead",
			{"prospect_stage": ["in", ended], "name": [">", last]},
			[*columns | set(looked_at.fields(features))],
			order_by="name",
			limit=A_CHUNK,
		)
		if leads:
			yield leads
		if len(leads) < A_CHUNK:
			return
		last = leads[-1].name


def _own_end(lead: frappe._dict) -> tuple[bool, datetime | None]:
	outcome = stages.get_stages(PROSPECT)[lead.prospect_stage].outcome
	return outcome is Outcome.WON, lead.prospect_stage_entered_on


def _end(lead: frappe._dict, deals: list[tuple] | None) -> tuple[bool | None, datetime | None]:
	"""Return whether a prospect bought, and when that was settled; None while it is open."""
	won, entered_on = _own_end(lead)
	if not deals:
		bought = won and lead.party_condition == CUSTOMER
		return (None if won and not bought else won), entered_on
	ends = [(outcome, on) for outcome, on in deals if outcome is not Outcome.JUNK]
	wins = [on for outcome, on in ends if outcome is Outcome.WON]
	if wins:
		return True, min(filter(None, wins), default=None)
	if won and (not ends or any(outcome in ACTIVE for outcome, _on in ends)):
		return None, None
	return False, max(
		filter(None, (*(on for _outcome, on in ends), None if won else entered_on)), default=None
	)


def _deals(names: Sequence[str]) -> dict[str, list[tuple]]:
	"""Return outcome and moment of the opportunities of leads, also where their party is a customer."""
	opportunity, customer = frappe.qb.DocType("Opportunity"), frappe.qb.DocType("Customer")
	columns = (opportunity.opportunity_stage, opportunity.opportunity_stage_entered_on)
	own = (
		frappe.qb.from_(opportunity)
		.select(opportunity.party_name, *columns)
		.where(opportunity.opportunity_from == "Lead")
		.where(opportunity.party_name.isin(names))
	)
	of_customers = (
		frappe.qb.from_(customer)
		.join(opportunity)
		.on(opportunity.party_name == customer.name)
		.select(customer.lead_name, *columns)
		.where(customer.lead_name.isin(names))
		.where(opportunity.opportunity_from == "Customer")
	)
	of_converted = (
		frappe.qb.from_(opportunity)
		.select(opportunity.origin_lead, *columns)
		.where(opportunity.origin_lead.isin(names))
	)
	known = stages.get_stages(OPPORTUNITY)
	found: dict[str, list[tuple]] = {}
	for lead, stage, entered_on in (*own.run(), *of_customers.run(), *of_converted.run()):
		if stage in known:
			found.setdefault(lead, []).append((known[stage].outcome, entered_on))
	return found


def _while_open(names: Sequence[str]) -> dict[str, dict[str, str]]:
	"""Return what the history remembers of leads from the last time that they entered an open stage.

	What was only put right after the end must not be learned from.
	"""
	log = frappe.qb.DocType("Stage Log")
	columns = {fieldname: column for column, fieldname in PROSPECT.snapshot.items()}
	rows = (
		frappe.qb.from_(log)
		.select(log.reference_name, *(log[column] for column in columns.values()))
		.where(log.reference_doctype == PROSPECT.doctype)
		.where(log.reference_name.isin(names))
		.where(log.pipeline == PROSPECT.name)
		.where(log.stage.isin(_stages(PROSPECT, *ACTIVE) or [""]))
		.orderby(log.reference_name, log.sequence)
		.run()
	)
	return {name: dict(zip(columns, values, strict=True)) for name, *values in rows}


def _stages(pipeline: Pipeline, *outcomes: Outcome) -> list[str]:
	return [name for name, stage in stages.get_stages(pipeline).items() if stage.outcome in outcomes]
