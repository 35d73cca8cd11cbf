"""Sample prospects and opportunities, made through the same doors as real ones and cleared in one go.

Whatever belongs to the sample is known by its import id, so loading twice makes nothing twice and
clearing touches nothing else. Days in `sample.json` count back from today.
"""

import csv
import io
import json
from datetime import datetime
from pathlib import Path

import frappe
from frappe.utils import add_days, now_datetime
from frappe.utils.nestedset import NestedSetChildExistsError

from crm_etapas.demo import follow_up
from crm_etapas.history_import.job import import_history
from crm_etapas.pipeline import stages as pipeline_stages
from crm_etapas.pipeline import transition
from crm_etapas.pipeline.history import Move
from crm_etapas.pipeline.vocabulary import Cause
from crm_etapas.pipelines import OPPORTUNITY, PROSPECT
from crm_etapas.qualification import acceptance

SOURCE = "demo"
OWNERS_DOMAIN = "demo.crm-etapas.example"
SAMPLE = Path(__file__).parent / "sample.json"


def load() -> None:
	"""Make the sample records that are not there yet."""
	sample = json.loads(SAMPLE.read_text(encoding="utf-8"))
	for attribute in sample["attributes"]:
		_make_once("Customer Attribute", attribute["attribute_name"], attribute)
	for territory in sample["territories"]:
		_make_territory(**territory)
	for rep in sample["reps"]:
		_make_rep(**rep)
	for lead in sample["leads"]:
		_make_lead(**lead)
	follow_up.load(sample["follow_up"], SOURCE)
	_import_opportunities(sample["opportunities"])
	frappe.db.commit()  # called from a script, which commits nothing by itself


def clear() -> None:
	"""Delete the sample's records: opportunities first, then whom they were made for."""
	for doctype, fieldname in (
		("Opportunity", "opportunity_import_id"),
		("Lead", "lead_import_id"),
		("Customer", "customer_import_id"),
	):
		for name in frappe.get_all(doctype, {fieldname: ["like", f"{SOURCE}:%"]}, pluck="name"):
			frappe.delete_doc(doctype, name)
	owners = frappe.get_all("User", {"name": ["like", f"%@{OWNERS_DOMAIN}"]}, pluck="name")
	for profile in frappe.get_all("Sales Rep Profile", {"user": ["in", owners or [""]]}, pluck="name"):
		frappe.delete_doc("Sales Rep Profile", profile)
	_clear_lists()
	for contact in frappe.get_all("Contact", {"user": ["in", owners or [""]]}, pluck="name"):
		frappe.delete_doc("Contact", contact)
	for owner in owners:
		frappe.delete_doc("User", owner)
	frappe.db.commit()  # called from a script, which commits nothing by itself


def _clear_lists() -> None:
	"""Delete the sample's attributes and territories, unless somebody else's records name them."""
	sample = json.loads(SAMPLE.read_text(encoding="utf-8"))
	names = [("Customer Attribute", attribute["attribute_name"]) for attribute in sample["attributes"]]
	for territory in sample["territories"]:
		names += [("Territory", name) for name in (*territory["sectors"], territory["territory_name"])]
	for doctype, name in names:
		try:
			frappe.delete_doc(doctype, name, ignore_missing=True)
		except (frappe.LinkExistsError, NestedSetChildExistsError):
			frappe.clear_last_message()


def _make_territory(territory_name: str, kind: str, sectors: list[str]) -> None:
	root = frappe.db.get_value("Territory", {"parent_territory": ["in", ("", None)]})
	values = {"parent_territory": root, "is_group": 1, "territory_kind": kind}
	_make_once("Territory", territory_name, {"territory_name": territory_name, **values})
	for sector in sectors:
		values = {"parent_territory": territory_name, "is_group": 0, "territory_kind": "Sector"}
		_make_once("Territory", sector, {"territory_name": sector, **values})


def _make_rep(first_name: str, last_name: str, skills: dict[str, list[dict]], **profile) -> None:
	"""Make a salesperson with a profile. Whether prospects are assigned by skill is for an admin to say."""
	user = f"{frappe.scrub(first_name)}.{frappe.scrub(last_name)}@{OWNERS_DOMAIN}"
	_make_once(
		"User",
		user,
		{
			"email": user,
			"first_name": first_name,
			"last_name": last_name,
			"send_welcome_email": 0,
			"roles": [{"role": "Sales User"}],
		},
	)
	_make_once("Sales Rep Profile", user, {"user": user, **profile, **skills})


def _make_once(doctype: str, name: str, values: dict) -> None:
	if not frappe.db.exists(doctype, name):
		frappe.get_doc({"doctype": doctype, **values}).insert()


def _make_lead(
	id: str,
	stages: list,
	reason: str | None = None,
	accepted: bool = False,
	closes_in_days: int | None = None,
	**values,
) -> None:
	import_id = f"{SOURCE}:{id}"
	if frappe.db.exists("Lead", {"lead_import_id": import_id}):
		return
	(first, since), *later = stages
	if closes_in_days:
		values["expected_closing"] = _days_ago(-closes_in_days).date()
	lead = frappe.get_doc({"doctype": "Lead", "lead_import_id": import_id, "prospect_stage": first, **values})
	transition.announce(lead, Move(cause=Cause.IMPORT, on=_days_ago(since)))
	lead.insert()
	for stage, days in later:
		lead.reload()  # ERPNext writes to it when it makes the contact
		if reason and stage == stages[-1][0]:
			lead.disqualification_reason = reason
		transition.move(lead, PROSPECT, stage, Move(cause=Cause.IMPORT, on=_days_ago(days)))
	if accepted:
		lead.reload()
		acceptance.accept(lead)
	lead.db_set("creation", _days_ago(since), update_modified=False)


def _import_opportunities(opportunities: list[dict]) -> None:
	"""Bring the opportunities in as anybody would: as a file of another CRM."""
	names = list(pipeline_stages.enabled(OPPORTUNITY))
	rows = io.StringIO()
	columns = ["id", "account", "owner", "amount", "channel", "segment", "stage"]
	writer = csv.DictWriter(rows, [*columns, *names])
	writer.writeheader()
	for opportunity in opportunities:
		stages = opportunity.pop("stages")
		dates = {stage: _days_ago(days).isoformat(sep=" ", timespec="seconds") for stage, days in stages}
		writer.writerow({**opportunity, **dates, "stage": stages[-1][0]})
	mapping = {
		"source": SOURCE,
		"columns": {
			"id": "id",
			"party": "account",
			"owner": "owner",
			"amount": "amount",
			"sales_channel": "channel",
			"business_segment": "segment",
			"stage": "stage",
		},
		"stages": {name: name for name in names},
		"history": [{"stage": name, "entered_on": name} for name in names],
		"owners": {"email_domain": OWNERS_DOMAIN},
	}
	import_history(("demo.csv", rows.getvalue().encode()), mapping)


def _days_ago(days: int) -> datetime:
	return add_days(now_datetime(), -days)
