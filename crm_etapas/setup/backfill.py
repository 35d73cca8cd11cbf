"""Gives the records that a site had before the app came a stage, a first stay, a profile, and what has happened."""

import frappe
from frappe.query_builder import Case
from frappe.query_builder.functions import Count, Min
from frappe.query_builder.terms import ParameterizedValueWrapper as Constant
from frappe.utils import now_datetime
from pypika import Criterion, CustomFunction

from crm_etapas.follow_up import counters
from crm_etapas.identity.names import company_key
from crm_etapas.pipeline import stages
from crm_etapas.pipeline.registry import Pipeline, get_pipelines
from crm_etapas.pipeline.stages import Stage
from crm_etapas.pipeline.vocabulary import DISCARDING, Cause
from crm_etapas.profile import DOCTYPES
from crm_etapas.profile.condition import CUSTOMER, LINK
from crm_etapas.profile.erpnext_names import PAIRS, Pair

A_CHUNK, A_STATEMENT = 2000, 200

Md5 = CustomFunction("MD5", ["text"])
Concat = CustomFunction("CONCAT", ["a", "b", "c", "d"])


def give_stages() -> None:
	"""Put every record without a stage into the one that its status stands for.

	One statement a status and table, whatever the number of records. The stay begins when the record
	was created: nobody knows what it went through before.
	"""
	for pipeline in get_pipelines().values():
		if not pipeline.status:
			_fill(pipeline, None, stages.default_stage(pipeline))
			continue
		table = frappe.qb.DocType(pipeline.doctype)
		status = table[pipeline.status.fieldname]
		for (value,) in frappe.qb.from_(table).select(status).distinct().run():
			stage = value and stages.stage_for_status(pipeline, value)
			_fill(pipeline, value, stage or stages.default_stage(pipeline))


def know_quotations() -> None:
	"""Note what has happened to quotations long ago, so that it moves nothing today."""
	quotation, mail = frappe.qb.DocType("Quotation"), frappe.qb.DocType("Communication")
	opened = (
		frappe.qb.from_(mail)
		.select(mail.reference_name)
		.where(mail.reference_doctype == "Quotation")
		.where(mail.read_by_recipient == 1)
	)
	frappe.qb.update(quotation).set(quotation.seen_on, quotation.modified).where(
		quotation.name.isin(opened) & quotation.seen_on.isnull()
	).run()
	frappe.qb.update(quotation).set(quotation.expired_on, quotation.valid_till).where(
		(quotation.status == "Expired") & quotation.expired_on.isnull()
	).run()


def _fill(pipeline: Pipeline, status: str | None, stage: Stage) -> None:
	table = frappe.qb.DocType(pipeline.doctype)
	without_stage = table[pipeline.stage_field].isnull() | (table[pipeline.stage_field] == "")
	if pipeline.status:
		without_stage &= table[pipeline.status.fieldname] == status
	if not frappe.qb.from_(table).select(Count("*")).where(without_stage).run()[0][0]:
		return
	_insert_stays(pipeline, stage, table, without_stage)
	update = (
		frappe.qb.update(table)
		.set(table[pipeline.stage_field], stage.name)
		.set(table[pipeline.entered_on_field], table.creation)
		.where(without_stage)
	)
	if pipeline.process_status_field:
		update = update.set(table[pipeline.process_status_field], stage.process_status)
	update.run()


def _insert_stays(pipeline: Pipeline, stage: Stage, table, without_stage) -> None:
	log = frappe.qb.DocType("Stage Log")
	now, user = now_datetime(), frappe.session.user
	values = {
		"name": Md5(Concat(pipeline.doctype, "/", pipeline.name + "/", table.name)),
		"owner": Constant(user),
		"creation": Constant(now),
		"modified": Constant(now),
		"modified_by": Constant(user),
		"reference_doctype": Constant(pipeline.doctype),
		"reference_name": table.name,
		"pipeline": Constant(pipeline.name),
		"sequence": Constant(1),
		"cycle": Constant(1),
		"cycle_entered_on": table.creation,
		"stage_doctype": Constant(pipeline.stage_doctype),
		"stage": Constant(stage.name),
		"entered_on": table.creation,
		"cause": Constant(Cause.IMPORT.value),
		"moved_by": table.owner,
	}
	if pipeline.responsible_field:
		values["responsible"] = table[pipeline.responsible_field]
	values |= {column: table[fieldname] for column, fieldname in pipeline.snapshot.items()}
	(frappe.qb.into(log).columns(*values).from_(table).select(*values.values()).where(without_stage).run())


def give_cycles() -> None:
	"""Say of every stay when its cycle began: when the first of its stays did."""
	log, first = frappe.qb.DocType("Stage Log"), frappe.qb.DocType("Stage Log").as_("first")
	keys = ("reference_doctype", "reference_name", "pipeline", "cycle")
	begun = (
		frappe.qb.from_(first)
		.select(*(first[key] for key in keys), Min(first.entered_on).as_("began_on"))
		.groupby(*(first[key] for key in keys))
	).as_("begun")
	same = Criterion.all(log[key] == begun[key] for key in keys)
	(
		frappe.qb.update(log)
		.join(begun)
		.on(same)
		.set(log.cycle_entered_on, begun.began_on)
		.where(log.cycle_entered_on.isnull())
		.run()
	)


def give_disqualifications() -> None:
	"""Say since when the leads are discarded that stand in such a stage: since they entered it.

	Nobody knows why, nor who did it.
	"""
	lead = frappe.qb.DocType("Lead")
	(
		frappe.qb.update(lead)
		.set(lead.disqualified_on, lead.prospect_stage_entered_on)
		.where(lead.process_status.isin(DISCARDING))
		.where(lead.disqualified_on.isnull())
		.run()
	)


def give_contacts_made() -> None:
	"""Count the calls, mails, meetings and visits that records have had before."""
	counters.recount_everything()


def give_profiles() -> None:
	"""Give every record the channel, the segment and the condition that ERPNext's own fields say it has.

	One statement a table and channel or segment, whatever the number of records. What has no source or market segment gets
	no channel or segment: nobody knows where it came from.
	"""
	for pair in PAIRS:
		doctypes = [doctype for doctype in DOCTYPES if frappe.get_meta(doctype).has_field(pair.erpnext_field)]
		for name in sorted(_names_in_use(pair, doctypes)):
			_make_master(pair, name)
		for doctype in doctypes:
			_give(pair, doctype, pair.fieldname, pair.erpnext_field)
	_give(PAIRS[0], "Stage Log", "channel", "channel")
	_give(PAIRS[1], "Stage Log", "segment", "segment")
	_give_conditions()


def _names_in_use(pair: Pair, doctypes: list[str]) -> set[str]:
	"""Return the names of ERPNext that records carry and none of our masters stands for."""
	used = {
		name
		for doctype in doctypes
		for name in frappe.get_all(doctype, pluck=pair.erpnext_field, distinct=True)
		if name
	}
	return used - set(frappe.get_all(pair.doctype, pluck=pair.link))


def _make_master(pair: Pair, name: str) -> None:
	fieldname = frappe.get_meta(pair.doctype).autoname.removeprefix("field:")
	taken = frappe.db.exists(pair.doctype, name)  # by one that stands for another name
	ours = f"{name} (ERPNext)" if taken else name
	frappe.get_doc({"doctype": pair.doctype, fieldname: ours, pair.link: name}).insert()


def _give(pair: Pair, doctype: str, fieldname: str, erpnext_field: str) -> None:
	table = frappe.qb.DocType(doctype)
	empty = table[fieldname].isnull() | (table[fieldname] == "") | (table[fieldname] == table[erpnext_field])
	for row in frappe.get_all(pair.doctype, fields=["name", pair.link], order_by="name desc"):
		theirs = row[pair.link]
		if theirs and (theirs != row.name or fieldname != erpnext_field):
			update = frappe.qb.update(table).set(table[fieldname], row.name)
			update.where(table[erpnext_field] == theirs).where(empty).run()


def _give_conditions() -> None:
	customer, opportunity = frappe.qb.DocType("Customer"), frappe.qb.DocType("Opportunity")
	for doctype, fieldname in LINK.items():
		table = frappe.qb.DocType(doctype)
		made = frappe.qb.from_(customer).select(customer[fieldname]).where(customer[fieldname].isnotnull())
		frappe.qb.update(table).set(table.party_condition, CUSTOMER).where(table.name.isin(made)).run()
	is_customer = Case().when(opportunity.opportunity_from == CUSTOMER, CUSTOMER).else_("Prospect")
	frappe.qb.update(opportunity).set(opportunity.party_condition, is_customer).run()
	frappe.qb.update(customer).set(customer.party_condition, CUSTOMER).run()


def give_keys() -> None:
	"""Give leads and customers from before the key that duplicates of their company are found by."""
	_give_company_keys("Lead", "company_name")
	_give_company_keys("Customer", "customer_name", customer_type="Company")


def _give_company_keys(doctype: str, name_field: str, **only) -> None:
	table, last = frappe.qb.DocType(doctype), ""
	while True:
		query = frappe.qb.from_(table).select(table.name, table[name_field].as_("company"))
		query = query.where(table.name > last).where(table.company_key.isnull())
		for fieldname, value in only.items():
			query = query.where(table[fieldname] == value)
		rows = query.orderby(table.name).limit(A_CHUNK).run(as_dict=True)
		keys = {row.name: {"company_key": company_key(row.company)} for row in rows if row.company}
		frappe.db.bulk_update(doctype, keys, chunk_size=A_STATEMENT, update_modified=False)
		if len(rows) < A_CHUNK:
			return
		last = rows[-1].name
