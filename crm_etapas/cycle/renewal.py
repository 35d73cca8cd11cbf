"""The new opportunity of a lost one: the lost one stays lost, so the figures of its time stay as they are."""

from collections.abc import Callable

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, get_link_to_form, today

from crm_etapas.cycle import CYCLE, PREVIOUS, told
from crm_etapas.cycle.plan import Return
from crm_etapas.cycle.reminder import remind
from crm_etapas.pipeline import history, stages, transition
from crm_etapas.pipeline.history import Move
from crm_etapas.pipeline.vocabulary import DISCARDED, Cause
from crm_etapas.pipelines import OPPORTUNITY

# what belongs to the time of the lost one alone
NOT_KEPT = {
	"status": "Open",
	"probability": None,
	"sales_stage": None,
	"first_response_time": None,
	"lost_reasons": [],
	"competitors": [],
	"notes": [],
	"_assign": None,
	"_comments": None,
	"_liked_by": None,
	"_seen": None,
	"_user_tags": None,
}


def make(lost: Document, comes: Return, give: Callable[[Document, Return], str | None]) -> Document | None:
	"""Make the opportunity that a lost one comes back as: in the next cycle, linked to it.

	:return: nothing, if somebody has taken it up with the client since.
	"""
	party = party_of(lost)
	if other := _taken_up(lost, party):
		lost.add_comment("Info", _("Not tried again by itself: {0} was opened since").format(_link(other)))
		return None
	why = told.why(comes)
	new = frappe.copy_doc(lost, ignore_no_copy=False)
	new.update(
		{
			**NOT_KEPT,
			**party,
			OPPORTUNITY.stage_field: comes.into,
			"transaction_date": today(),
			PREVIOUS: lost.name,
			CYCLE: cycle_of(lost.name) + 1,
		}
	)
	insert(new, give(new, comes), why)
	new.add_comment("Info", _("Comes back from {0}. {1}").format(_link(lost.name), why))
	lost.add_comment("Info", _("Comes back as {0}. {1}").format(_link(new.name), why))
	return new


def insert(new: Document, user: str | None, why: str) -> None:
	"""Write an opportunity that nobody has made by hand, with a contact for whoever gets it."""
	remind(new, user, why)
	new.flags.comes_back = new.flags.ignore_mandatory = True
	transition.announce(new, Move(Cause.RULE, comment=why), OPPORTUNITY)
	new.insert(ignore_permissions=True)  # nobody makes it: its day has come


def party_of(opportunity: Document) -> dict:
	"""Return whom an opportunity is with now: a lead may have become a customer."""
	if opportunity.opportunity_from == "Lead" and (
		customer := frappe.db.get_value("Customer", {"lead_name": opportunity.party_name})
	):
		return {"opportunity_from": "Customer", "party_name": customer}
	return {field: opportunity.get(field) for field in ("opportunity_from", "party_name")}


def cycle_of(opportunity: str) -> int:
	"""Return in which cycle an opportunity is."""
	last = history.last_stay(OPPORTUNITY, opportunity)
	return cint(last and last.cycle) or 1


def _taken_up(lost: Document, party: dict) -> str | None:
	"""Return an opportunity that was opened with the same client since the loss and has not been lost as well."""
	discarded = [
		stage.name for stage in stages.get_stages(OPPORTUNITY).values() if stage.outcome in DISCARDED
	]
	return frappe.db.exists(
		"Opportunity",
		{
			"party_name": ["in", {lost.party_name, party["party_name"]}],
			"name": ["!=", lost.name],
			"creation": [">", lost.get(OPPORTUNITY.entered_on_field)],
			OPPORTUNITY.stage_field: ["not in", discarded],
		},
	)


def _link(name: str) -> str:
	return get_link_to_form("Opportunity", name, name)
