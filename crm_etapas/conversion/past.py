"""How somebody became a customer: their prospects, their opportunities, and what these are worth."""

from collections import defaultdict

import frappe
from frappe.model.document import Document
from frappe.utils import flt

from crm_etapas.conversion import record
from crm_etapas.conversion.origin import ORIGIN
from crm_etapas.pipeline import stages
from crm_etapas.pipeline.registry import Pipeline
from crm_etapas.pipeline.vocabulary import ACTIVE, Outcome
from crm_etapas.pipelines import OPPORTUNITY, PROSPECT

MOST = 500


def of(customer: Document) -> dict:
	"""Return a customer's prospects and opportunities, as far as the user may read them, the newest first.

	:return: `prospects`, `opportunities`: lists of dicts of name, title, stage, label (of the stage, in the user's
		language), color, owner and creation, opportunities also amount, currency and outcome; `won` and `open`: lists
		of dicts of currency and amount, one for each company's currency.
	"""
	leads = _leads_of(customer)
	opportunities = _opportunities(customer, leads)
	return {
		"prospects": _prospects(customer, leads),
		"opportunities": opportunities,
		"won": _sum(opportunities, (Outcome.WON,)),
		"open": _sum(opportunities, ACTIVE),
	}


def _leads_of(customer: Document) -> list[str]:
	converted = frappe.get_all(
		record.DOCTYPE, {"customer": customer.name, "status": record.STANDING}, pluck="lead"
	)
	return list(dict.fromkeys(filter(None, [customer.lead_name, *converted])))


def _prospects(customer: Document, leads: list[str]) -> list[dict]:
	if not frappe.has_permission("Lead", "read"):
		return []
	rows = frappe.get_list(
		"Lead",
		or_filters=[["name", "in", leads or [""]], ["customer", "=", customer.name]],
		fields=["name", "title", "prospect_stage as stage", "lead_owner as owner", "creation"],
		order_by="creation desc",
		limit=MOST,
	)
	return [_with_stage(row, PROSPECT) for row in rows]


def _opportunities(customer: Document, leads: list[str]) -> list[dict]:
	if not frappe.has_permission("Opportunity", "read"):
		return []
	parties = {("Customer", customer.name), *(("Lead", lead) for lead in leads)}
	if customer.prospect_name:
		parties.add(("Prospect", customer.prospect_name))
	rows = frappe.get_list(
		"Opportunity",
		or_filters=[
			["party_name", "in", [name for _doctype, name in parties]],
			[ORIGIN, "in", leads or [""]],
		],
		fields=[
			"name",
			"title",
			"opportunity_stage as stage",
			"opportunity_owner as owner",
			"creation",
			"company",
			"currency",
			"opportunity_amount as amount",
			"conversion_rate",
			"opportunity_from",
			"party_name",
			ORIGIN,
		],
		order_by="creation desc",
		limit=MOST,
	)
	return [
		_with_stage(row, OPPORTUNITY)
		for row in rows
		if (row.opportunity_from, row.party_name) in parties or row[ORIGIN] in leads
	]


def _with_stage(row: dict, pipeline: Pipeline) -> dict:
	stage = stages.get_stages(pipeline).get(row.stage)
	row.update(
		label=row.stage and frappe._(row.stage),
		color=stage and stage.color,
		outcome=stage and stage.outcome.value,
	)
	return row


def _sum(opportunities: list[dict], outcomes: tuple[Outcome, ...]) -> list[dict]:
	"""Return what opportunities of these outcomes are worth, in the currencies of their companies."""
	wanted, sums = {outcome.value for outcome in outcomes}, defaultdict(float)
	for row in opportunities:
		if row.outcome in wanted and row.amount:
			currency = frappe.get_cached_value("Company", row.company, "default_currency")
			sums[currency] += flt(row.amount) * (flt(row.conversion_rate) or 1)
	return [{"currency": currency, "amount": amount} for currency, amount in sums.items()]
