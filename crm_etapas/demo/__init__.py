"""Sample prospects and opportunities, made through the same doors as real ones and cleared in one go.

What belongs to the sample is known (see `made`), so loading twice makes nothing twice and clearing touches nothing
else. Days in `sample.json` count back from today.
"""

import csv
import io
import json
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

import frappe
from frappe.utils import add_days, now_datetime
from frappe.utils.nestedset import NestedSetChildExistsError

from crm_etapas.demo import follow_up, made
from crm_etapas.demo.made import OWNERS_DOMAIN, SOURCE
from crm_etapas.history_import.job import import_history
from crm_etapas.pipeline import stages as pipeline_stages
from crm_etapas.pipeline import transition
from crm_etapas.pipeline.history import Move
from crm_etapas.pipeline.vocabulary import Cause
from crm_etapas.pipelines import OPPORTUNITY, PROSPECT
from crm_etapas.qualification import acceptance

SAMPLE = Path(__file__).parent / "sample.json"

Tell = Callable[[int, int], None]


def nobody(done: int, total: int) -> None:
	"""Tell nobody how far it is."""


def load(tell: Tell = nobody, user: str | None = None) -> None:
	"""Make the sample records that are not there yet; commits, as the import of opportunities does.

	:param tell: is called with steps done and steps in all.
	:param user: whose the prospects are; without one, they belong to whoever runs this.
	"""
	sample = json.loads(SAMPLE.read_text(encoding="utf-8"))
	steps = [
		*(partial(_make_noted, "Customer Attribute", a["attribute_name"], a) for a in sample["attributes"]),
		*(partial(_make_territory, **territory) for territory in sample["territories"]),
		*(partial(_make_rep, **rep) for rep in sample["reps"]),
		*(partial(_make_lead, user, **lead) for lead in sample["leads"]),
		partial(follow_up.load, sample["follow_up"], SOURCE, user),
		partial(_import_opportunities, sample["opportunities"]),
	]
	for done, step in enumerate(steps, 1):
		step()
		tell(done, len(steps))
	frappe.db.commit()  # called from a job or a script, which commits nothing by itself


def clear(tell: Tell = nobody) -> list[tuple[str, str]]:
	"""Delete the sample's records, and nothing else; commits.

	:param tell: is called with records done and records in all.
	:return: DocType and name of those that others' records name, which therefore stay.
	"""
	kept, found = [], made.records()
	for done, (doctype, name) in enumerate(found, 1):
		frappe.db.savepoint("sample_record")
		try:
			frappe.delete_doc(doctype, name, ignore_missing=True)
			if doctype == "User":
				frappe.defaults.clear_default(parent=name)  # Frappe leaves them behind
		except (frappe.LinkExistsError, NestedSetChildExistsError):
			frappe.db.rollback(save_point="sample_record")
			frappe.clear_last_message()
			kept.append((doctype, name))
		tell(done, len(found))
	made.forget(kept)
	frappe.db.commit()  # called from a job or a script, which commits nothing by itself
	return kept


def _make_territory(territory_name: str, kind: str, sectors: list[str]) -> None:
	root = frappe.db.get_value("Territory", {"parent_territory": ["in", ("", None)]})
	values = {"parent_territory": root, "is_group": 1, "territory_kind": kind}
	_make_noted("Territory", territory_name, {"territory_name": territory_name, **values})
	for sector in sectors:
		values = {"parent_territory": territory_name, "is_group": 0, "territory_kind": "Sector"}
		_make_noted("Territory", sector, {"territory_name": sector, **values})


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


def _make_noted(doctype: str, name: str, values: dict) -> None:
	if not frappe.db.exists(doctype, name):
		_make_once(doctype, name, values)
		made.note(doctype, name)


def _make_lead(
	user: str | None,
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
	if user:
		values.setdefault("lead_owner", user)
	for place in ("zone", "sector"):  # one of that name that was there before may lie elsewhere
		if not made.is_noted("Territory", values.get(place)):
			values.pop(place, None)
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
