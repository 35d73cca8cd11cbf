"""Acts on the documents whose day has come: one contact or opportunity a customer and rule, each customer committed."""

from collections import Counter
from collections.abc import Callable

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder.functions import Max
from frappe.utils import cint, format_date, get_link_to_form, today

from crm_etapas.cycle import CYCLE, renewal
from crm_etapas.cycle.loyalty import LEFT_OUT, LOG, MADE, NEW_OPPORTUNITY, due, rules
from crm_etapas.cycle.loyalty.sources import SOURCES
from crm_etapas.cycle.reminder import at_work
from crm_etapas.pipeline import stages
from crm_etapas.pipeline.deadlock import CONFLICTS
from crm_etapas.pipelines import OPPORTUNITY

SAVEPOINT = "following_up_a_customer"


def follow_up(is_there: Callable[[str | None], bool]) -> Counter:
	"""Do what the rules say about the documents whose day has come: a job of its own, daily or later.

	:param is_there: tells whether a user can look after a customer today.
	:return: how many documents were acted on (`Made`), how many not (`Left Out`).
	"""
	results: Counter = Counter()
	for rule in rules.enabled():
		of_customers: dict[str, list] = {}
		for row in due.documents(rule):
			of_customers.setdefault(row.customer, []).append(row)
		for customer, documents in sorted(of_customers.items()):
			results += _act(rule, customer, documents, is_there)
		rule.db_set("looked_at_until", today(), update_modified=False)
		frappe.db.commit()  # a job
	return results


def _act(rule: Document, customer: str, documents: list, is_there: Callable) -> Counter:
	"""Do one customer's part and commit it; one that fails keeps no other one waiting."""
	frappe.db.savepoint(SAVEPOINT)
	try:
		done = _follow_up(rule, customer, documents, is_there)
	except CONFLICTS:
		frappe.db.rollback()  # undone by the database; found again for some weeks
		done = Counter()
	except Exception:
		frappe.db.rollback(save_point=SAVEPOINT)
		error = frappe.log_error(
			_("A customer could not be followed up"), reference_doctype="Customer", reference_name=customer
		)
		reason = _("See Error Log {0}").format(error and error.name)
		done = Counter(_note(rule, row, LEFT_OUT, reason) for row in documents)
	frappe.clear_messages()
	frappe.db.commit()  # a job: what was done for a customer is not done again
	return done


def _follow_up(rule: Document, name: str, documents: list, is_there: Callable) -> Counter:
	customer = frappe.get_doc("Customer", name, for_update=True)  # another worker waits here
	known = _known(rule, documents)
	documents = [row for row in documents if row.name not in known]
	if not documents:
		return Counter()
	newest, *others = documents
	user = _user(rule, customer, is_there)
	if reason := _why_not(rule, customer, user):
		return Counter(_note(rule, row, LEFT_OUT, reason) for row in documents)
	if rule.action == NEW_OPPORTUNITY:
		made = {"opportunity": _open_opportunity(rule, customer, newest, user)}
	else:
		made = {"planned_for": _plan_contact(rule, customer, newest.company, user)}
	results = [_note(rule, newest, MADE, **made)]
	together = _("Followed up together with {0}").format(newest.name)
	return Counter([*results, *(_note(rule, row, LEFT_OUT, together) for row in others)])


def _known(rule: Document, documents: list) -> set[str]:
	log = frappe.qb.DocType(LOG)
	return set(
		frappe.qb.from_(log)
		.select(log.reference_name)
		.where(log.rule == rule.name)
		.where(log.reference_doctype == SOURCES[rule.event].doctype)
		.where(log.reference_name.isin([row.name for row in documents]))
		.for_update()
		.run(pluck=True)
	)


def _why_not(rule: Document, customer: Document, user: str | None) -> str | None:
	if not user:
		return _("Nobody is there to do it. Give the customer an account manager, or the rule a user")
	if lately := due.followed_up_lately(rule, customer.name):
		return _("Followed up on {0} already").format(format_date(lately.creation))
	if rule.action != NEW_OPPORTUNITY and customer.next_contact_date:
		return _("A contact is planned already, for {0}").format(format_date(customer.next_contact_date))
	return None


def _user(rule: Document, customer: Document, is_there: Callable) -> str | None:
	manager, owner = customer.account_manager, None
	if rule.made_by == "Opportunity Owner" or not is_there(manager):
		owner = _last_owner(customer)
	wanted = {
		"Account Manager": (manager, owner, rule.user),
		"Opportunity Owner": (owner, manager, rule.user),
		"A User": (rule.user, manager, owner),
	}[rule.made_by]
	return next((user for user in wanted if is_there(user)), None)


def _last_owner(customer: Document) -> str | None:
	owners = frappe.get_all(
		"Opportunity",
		{"party_name": ["in", _parties(customer)], "opportunity_owner": ["is", "set"]},
		pluck="opportunity_owner",
		order_by="creation desc",
		limit=1,
	)
	return owners[0] if owners else None


def _plan_contact(rule: Document, customer: Document, company: str | None, user: str):
	customer.update(
		{
			"next_contact_date": at_work(company),
			"next_contact_by": user,
			"next_contact_medium": rule.medium,
			"next_contact_subject": _(rule.subject),
		}
	)
	customer.flags.ignore_mandatory = True
	customer.save(ignore_permissions=True)  # nobody plans it: the rule does
	return customer.next_contact_date


def _open_opportunity(rule: Document, customer: Document, document: frappe._dict, user: str) -> str:
	new = frappe.new_doc("Opportunity")
	new.update(
		{
			"opportunity_from": "Customer",
			"party_name": customer.name,
			"title": f"{customer.customer_name}: {_(rule.subject)}"[:140],
			"opportunity_owner": user,
			OPPORTUNITY.stage_field: rule.opportunity_stage or stages.default_stage(OPPORTUNITY).name,
			CYCLE: _last_cycle(customer) + 1,
		}
	)
	if document.company:
		new.company = document.company
	source = SOURCES[rule.event].doctype
	why = _("{0}: {1}, by {2}").format(_(rule.subject), document.name, rule.name)
	renewal.insert(new, user, why)
	new.add_comment("Info", f"{_(source)} {get_link_to_form(source, document.name, document.name)}. {why}")
	return new.name


def _last_cycle(customer: Document) -> int:
	"""Return the latest cycle of the opportunities with a customer, as a lead too."""
	log, opportunity = frappe.qb.DocType("Stage Log"), frappe.qb.DocType("Opportunity")
	query = (
		frappe.qb.from_(opportunity)
		.join(log)
		.on((log.reference_doctype == "Opportunity") & (log.reference_name == opportunity.name))
		.select(Max(log.cycle))
		.where(log.pipeline == OPPORTUNITY.name)
		.where(opportunity.party_name.isin(_parties(customer)))
	)
	return cint(query.run()[0][0])


def _parties(customer: Document) -> list[str]:
	return [name for name in (customer.name, customer.lead_name) if name]


def _note(rule: Document, row: frappe._dict, status: str, reason: str | None = None, **made) -> str:
	"""Write down what became of a document; the unique index lets nobody do it twice."""
	frappe.get_doc(
		{
			"doctype": LOG,
			"rule": rule.name,
			"customer": row.customer,
			"reference_doctype": SOURCES[rule.event].doctype,
			"reference_name": row.name,
			"due_on": row.due_on,
			"status": status,
			"reason": reason,
			**made,
		}
	).insert(ignore_permissions=True)  # only the app writes it
	return status
