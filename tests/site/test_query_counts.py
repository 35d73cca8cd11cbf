"""What the door costs: queries of a save, beside the same save in plain ERPNext."""

from contextlib import contextmanager

import frappe
from frappe.utils import add_days, now_datetime

from crm_etapas.api.stages import get_path
from tests.site.factories import make_event, make_lead, make_opportunity


@contextmanager
def counted():
	"""Collect the statements that go to the database."""
	statements, original = [], frappe.db.sql

	def sql(query, *args, **kwargs):
		statements.append(str(query))
		return original(query, *args, **kwargs)

	frappe.db.sql = sql
	try:
		yield statements
	finally:
		del frappe.db.sql


def queries_of_a_save(doc, **values) -> int:
	doc.reload()
	doc.update(values)
	with counted() as statements:
		doc.save()
	return len(statements)


@contextmanager
def plain_erpnext(monkeypatch):
	hooks = frappe.get_doc_hooks()
	without = {
		doctype: {
			event: [handler for handler in handlers if not handler.startswith("crm_etapas.")]
			for event, handlers in events.items()
		}
		for doctype, events in hooks.items()
	}
	with monkeypatch.context() as patch:
		patch.setattr(frappe.local, "doc_events_hooks", without)
		yield


# C2
def test_saving_without_a_change_of_stage_costs_no_query(monkeypatch):
	for doc in (make_lead(), make_opportunity()):
		queries_of_a_save(doc)  # fills the caches
		with plain_erpnext(monkeypatch):
			plain = queries_of_a_save(doc, territory=None)
		assert plain > 5
		assert queries_of_a_save(doc, territory=None) == plain


# C2
def test_a_change_of_stage_costs_at_most_five_queries(monkeypatch):
	for doc, field, stage in (
		(make_lead(), "prospect_stage", "Contactar en un Futuro"),
		(make_opportunity(), "opportunity_stage", "Análisis"),
	):
		queries_of_a_save(doc)
		with plain_erpnext(monkeypatch):
			plain = queries_of_a_save(doc, territory=None)
		assert queries_of_a_save(doc, **{field: stage}) <= plain + 5


# C5: the event is made as anybody makes one; beside that a few queries
def test_planning_a_contact_costs_little_more_than_its_event(monkeypatch):
	for doc in (make_lead(), make_opportunity()):
		queries_of_a_save(doc)
		moment = add_days(now_datetime(), 1)
		make_event(doc, starts_on=moment)  # fills the caches
		with counted() as event:
			make_event(doc, starts_on=moment)
		with plain_erpnext(monkeypatch):
			plain = queries_of_a_save(doc, territory=None)
		planning = queries_of_a_save(doc, next_contact_date=moment, next_contact_by="Administrator")
		assert planning <= plain + len(event) + 10


# A, B: the path is read with every form
def test_the_path_costs_at_most_four_queries():
	for doc in (make_lead(), make_opportunity()):
		get_path(doc.doctype, doc.name)  # fills the caches
		with counted() as statements:
			get_path(doc.doctype, doc.name)
		assert len(statements) <= 4
