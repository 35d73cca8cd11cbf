"""Generated sequences of everything that can happen to a pipeline keep what must hold."""

import os

import frappe
from frappe.utils import add_days, now_datetime
from hypothesis import HealthCheck, assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from crm_etapas.api import stages as api
from crm_etapas.events import scheduler
from tests.site import factories
from tests.site.sequences import PIPELINES, Company, stage_name, statuses, why

NUMBER = st.integers(0, 30)
DOCTYPE = st.sampled_from(["Lead", "Opportunity"])
SALES = st.sampled_from(["Quotation", "Sales Order"])
DRAFT, SUBMITTED, CANCELLED = range(3)
NONSENSE = st.sampled_from([None, "", "Etapa Fantasma"])

STEPS = []


def action(**arguments):
	"""Make a method one of the steps of a sequence, with strategies for its arguments.

	One rule with all of them, because Hypothesis leaves many rules out of an example on purpose ("swarm
	testing"), and some twenty examples would then leave some out of all.
	"""

	def add(method):
		STEPS.append(st.tuples(st.just(method.__name__), st.fixed_dictionaries(arguments)))
		return method

	return add


settings.register_profile("site", max_examples=18, stateful_step_count=20, derandomize=True)
settings.register_profile("deep", max_examples=300, stateful_step_count=40)


class SalesMachine(RuleBasedStateMachine):
	"""Leads, opportunities and what ERPNext makes of them, in any order."""

	@initialize()
	def begin(self):
		self.company, self.waited = Company(), 0
		with self.company.request():
			lead = factories.make_lead()
			self.company.add(lead)
			self.company.add(factories.make_opportunity(lead))

	def teardown(self):
		if hasattr(self, "company"):
			self.company.repair()
			self.company.assert_whole()
			self.company.gone()

	@invariant()
	def whole(self):
		if hasattr(self, "company"):
			self.company.assert_whole()

	def take(self, kind, number, docstatus=None):
		return self.company.pick(kind, number, docstatus)

	@action()
	def wait(self):
		"""Nothing: the simplest step. Hypothesis fills its first examples up with it; those are no use."""
		self.waited += 1
		assume(self.waited < 4)

	# --- records -------------------------------------------------------------------------------------

	@action(stage=st.none() | NUMBER, status=st.none() | NUMBER)
	def new_lead(self, stage, status):
		values = _stage_and_status("Lead", stage, status)
		with self.company.request():
			self.company.add(factories.make_lead(**values))

	@action(lead=NUMBER, stage=st.none() | NUMBER, status=st.none() | NUMBER)
	def new_opportunity(self, lead, stage, status):
		values = _stage_and_status("Opportunity", stage, status)
		if doc := self.take("Lead", lead):
			with self.company.request():
				self.company.add(factories.make_opportunity(doc, **values))

	@action(lead=NUMBER)
	def new_customer(self, lead):
		if doc := self.take("Lead", lead):
			with self.company.request():
				self.company.add(factories.make_customer(lead_name=doc.name))

	@action(
		kind=st.sampled_from(["Lead", "Opportunity", "Customer", "Communication", "Event"]), number=NUMBER
	)
	def delete(self, kind, number):
		if doc := self.take(kind, number):
			with self.company.request():
				frappe.delete_doc(kind, doc.name)
			self.company.forget_deleted()

	def rename(self, doctype, number, _other):
		if doc := self.take(doctype, number):
			new = f"RENOMBRADO-{frappe.generate_hash(length=8)}"
			with self.company.request():
				frappe.rename_doc(doctype, doc.name, new, force=True)
				self.company.renamed(doctype, doc.name, new)

	def merge(self, doctype, gone, kept):
		gone, kept = self.take(doctype, gone), self.take(doctype, kept)
		if gone and gone.name != kept.name:
			with self.company.request():
				frappe.rename_doc(doctype, gone.name, kept.name, merge=True, force=True)
				self.company.renamed(doctype, gone.name, kept.name)

	@action(
		what=st.sampled_from(["rename", "merge", "rename_stage"]),
		doctype=DOCTYPE,
		number=NUMBER,
		other=NUMBER,
	)
	def change_a_name(self, what, doctype, number, other):
		"""Seldom, for Frappe then forgets all of its caches."""
		getattr(self, what)(doctype, number, other)

	# --- moves ---------------------------------------------------------------------------------------

	@action(record=NUMBER, stage=NUMBER)
	def move(self, record, stage):
		if doc := self.company.pick_record(record):
			with self.company.request():
				name = stage_name(doc.doctype, stage)
				api.move(doc.doctype, doc.name, name, values=why(doc.doctype, name))

	@action(record=NUMBER)
	def undo(self, record):
		if doc := self.company.pick_record(record):
			with self.company.request():
				api.undo_move(doc.doctype, doc.name, doc.get(_stage_field(doc)))

	@action(record=NUMBER, stage=NUMBER)
	def save_a_stage(self, record, stage):
		self.save(record, lambda doc: {_stage_field(doc): stage_name(doc.doctype, stage)})

	@action(record=NUMBER, status=NUMBER)
	def save_a_status(self, record, status):
		self.save(record, lambda doc: {"status": _status(doc, status)})

	@action(record=NUMBER, stage=NUMBER, status=NUMBER)
	def save_both(self, record, stage, status):
		self.save(
			record,
			lambda doc: {
				"status": _status(doc, status),
				_stage_field(doc): stage_name(doc.doctype, stage),
			},
		)

	@action(record=NUMBER)
	def save_nothing(self, record):
		self.save(record, lambda doc: {"job_title": "Compras"})

	def save(self, record, values):
		if doc := self.company.pick_record(record):
			with self.company.request():
				doc.update(values(doc))
				doc.save()

	@action(record=NUMBER, stage=NUMBER, nonsense=st.none() | NONSENSE.map(lambda value: (value,)))
	def db_set_a_stage(self, record, stage, nonsense):
		if doc := self.company.pick_record(record):
			with self.company.request():
				doc.db_set(_stage_field(doc), nonsense[0] if nonsense else stage_name(doc.doctype, stage))

	@action(record=NUMBER, status=NUMBER)
	def db_set_a_status(self, record, status):
		if doc := self.company.pick_record(record):
			with self.company.request():
				doc.db_set("status", _status(doc, status))

	@action(record=NUMBER, stage=NUMBER, nonsense=st.none() | NONSENSE.map(lambda value: (value,)))
	def set_value_of_a_stage(self, record, stage, nonsense):
		self.write_past_the_door(
			record,
			lambda doc: {_stage_field(doc): nonsense[0] if nonsense else stage_name(doc.doctype, stage)},
		)

	@action(record=NUMBER, status=NUMBER)
	def set_value_of_a_status(self, record, status):
		self.write_past_the_door(record, lambda doc: {"status": _status(doc, status)})

	def write_past_the_door(self, record, values):
		if doc := self.company.pick_record(record):
			frappe.db.set_value(doc.doctype, doc.name, values(doc))
			self.company.past_the_door.add((doc.doctype, doc.name))

	# --- sales ---------------------------------------------------------------------------------------

	@action(opportunity=NUMBER, submit=st.booleans())
	def quote(self, opportunity, submit):
		if doc := self.take("Opportunity", opportunity):
			with self.company.request():
				quotation = factories.make_quotation(doc)
				if submit:
					quotation.submit()
				self.company.add(quotation)

	@action(lead=NUMBER)
	def quote_a_lead(self, lead):
		if doc := self.take("Lead", lead):
			with self.company.request():
				quotation = factories.make_quotation(quotation_to="Lead", party_name=doc.name)
				self.company.add(quotation.submit())

	@action(kind=SALES, number=NUMBER)
	def submit(self, kind, number):
		if doc := self.take(kind, number, DRAFT):
			with self.company.request():
				doc.submit()

	@action(kind=SALES, number=NUMBER)
	@action(kind=SALES, number=NUMBER)
	def cancel(self, kind, number):
		if doc := self.take(kind, number, SUBMITTED):
			with self.company.request():
				doc.cancel()

	@action(kind=SALES, number=NUMBER, docstatus=st.sampled_from([DRAFT, CANCELLED]))
	def delete_not_submitted(self, kind, number, docstatus):
		if doc := self.take(kind, number, docstatus):
			with self.company.request():
				frappe.delete_doc(kind, doc.name)
			self.company.forget_deleted()

	@action(quotation=NUMBER, competitor=st.booleans())
	def lose(self, quotation, competitor):
		if doc := self.submitted_quotation(quotation):
			with self.company.request():
				competitors = [{"competitor": _competitor()}] if competitor else []
				doc.declare_enquiry_lost([{"lost_reason": _lost_reason()}], competitors, "Precio")

	@action(quotation=NUMBER)
	def amend(self, quotation):
		doc = self.take("Quotation", quotation, CANCELLED)
		if doc and not frappe.db.exists("Quotation", {"amended_from": doc.name}):
			with self.company.request():
				amended = frappe.copy_doc(doc)
				amended.update({"amended_from": doc.name, "docstatus": DRAFT})
				self.company.add(amended.insert().submit())

	@action(quotation=NUMBER, submit=st.booleans())
	def order(self, quotation, submit):
		if doc := self.submitted_quotation(quotation):
			with self.company.request():
				order = factories.make_sales_order(doc)
				if submit:
					order.submit()
				self.company.add(order)

	def submitted_quotation(self, number):
		if not self.take("Quotation", number, SUBMITTED):
			self.quote(number, submit=True)
		return self.take("Quotation", number, SUBMITTED)

	# --- contact -------------------------------------------------------------------------------------

	@action(
		record=NUMBER,
		medium=st.sampled_from(["Phone", "Email", "Meeting"]),
		direction=st.sampled_from(["Sent", "Received"]),
		days=st.sampled_from([0, 0, -2]),
	)
	def contact(self, record, medium, direction, days):
		if doc := self.company.pick_record(record):
			with self.company.request():
				self.company.add(
					factories.make_interaction(
						doc,
						communication_medium=medium,
						sent_or_received=direction,
						communication_date=add_days(now_datetime(), days),
					)
				)

	@action(record=NUMBER, days=st.sampled_from([0, 3, 60]))
	def plan(self, record, days):
		if doc := self.company.pick_record(record):
			with self.company.request():
				moment = add_days(now_datetime(), days)
				self.company.add(factories.make_event(doc, starts_on=moment))

	@action(event=NUMBER, status=st.sampled_from(["Cancelled", "Closed", "Completed", "Open"]))
	def change_event(self, event, status):
		if doc := self.take("Event", event):
			with self.company.request():
				doc.status = status
				doc.save()

	# --- the admin -----------------------------------------------------------------------------------

	@action(doctype=DOCTYPE, stage=NUMBER, disabled=st.sampled_from([1, 0]))
	def disable(self, doctype, stage, disabled):
		self.change_stage(doctype, stage, disabled=disabled)

	@action(doctype=DOCTYPE, stage=NUMBER)
	def make_default(self, doctype, stage):
		self.change_stage(doctype, stage, is_default=1)

	@action(doctype=DOCTYPE, stage=NUMBER, following=st.none() | NUMBER)
	def allow_next(self, doctype, stage, following):
		rows = [] if following is None else [{"stage": stage_name(doctype, following)}]
		self.change_stage(doctype, stage, allowed_next_stages=rows)

	@action(
		doctype=DOCTYPE,
		stage=NUMBER,
		requirement=st.sampled_from(
			[{"kind": "Comment"}, {"kind": "Interaction"}, {"kind": "Field", "fieldname": "industry"}, None]
		),
	)
	def require(self, doctype, stage, requirement):
		self.change_stage(doctype, stage, requirements=[requirement] if requirement else [])

	@action(doctype=DOCTYPE, stage=NUMBER, backwards=st.booleans())
	def enter_on_contact(self, doctype, stage, backwards):
		triggers = [{"event": "Outgoing Contact", "allow_backwards": backwards}]
		self.change_stage(doctype, stage, triggers=triggers)

	def rename_stage(self, doctype, stage, _other):
		stage_doctype, old = PIPELINES[doctype].stage_doctype, stage_name(doctype, stage)
		with self.company.request():
			frappe.rename_doc(stage_doctype, old, f"Etapa {frappe.generate_hash(length=6)}", force=True)

	def change_stage(self, doctype, stage, **values):
		with self.company.request():
			stage_doctype = PIPELINES[doctype].stage_doctype
			factories.change_stage(stage_name(doctype, stage), stage_doctype, **values)

	# --- time ----------------------------------------------------------------------------------------

	@action()
	def repair(self):
		self.company.repair()
		assert not any(scheduler.truth.repair().values())

	@action()
	def erpnexts_daily_job(self):
		from erpnext.crm.utils import open_leads_opportunities_based_on_todays_event

		with self.company.request():
			open_leads_opportunities_based_on_todays_event()
			scheduler.after_job("run_scheduled_job", {"job_type": scheduler.REOPENS}, None)

	step = rule(step=st.one_of(*STEPS))(lambda self, step: getattr(self, step[0])(**step[1]))


# C2, D15, F2
def test_whatever_happens_history_and_status_stay_true():
	profile = settings.get_profile(os.environ.get("HYPOTHESIS_PROFILE", "site"))
	run_state_machine_as_test(
		SalesMachine,
		settings=settings(
			profile, deadline=None, database=None, suppress_health_check=list(HealthCheck), print_blob=False
		),
	)


def _stage_and_status(doctype: str, stage: int | None, status: int | None) -> dict:
	values = {}
	if stage is not None:
		values[PIPELINES[doctype].stage_field] = stage_name(doctype, stage)
	if status is not None:
		values["status"] = statuses(doctype)[status % len(statuses(doctype))]
	return values


def _stage_field(doc) -> str:
	return PIPELINES[doc.doctype].stage_field


def _status(doc, number: int) -> str:
	known = statuses(doc.doctype)
	return known[number % len(known)]


def _lost_reason() -> str:
	return _made_once("Quotation Lost Reason", "order_lost_reason", "Precio")


def _competitor() -> str:
	return _made_once("Competitor", "competitor_name", "Rival")


def _made_once(doctype: str, fieldname: str, name: str) -> str:
	if not frappe.db.exists(doctype, name):
		frappe.get_doc({"doctype": doctype, fieldname: name}).insert()
	return name
