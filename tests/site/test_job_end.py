"""Whoever starts a job is told how it has ended, wherever they are; who waits for it is not told what they see."""

import frappe
import pytest

from crm_etapas.api.stages import bulk_move
from crm_etapas.pipeline import bulk_job, document_job
from crm_etapas.pipelines import PROSPECT
from tests.site.factories import make_lead, make_user


@pytest.fixture
def in_a_job(monkeypatch):
	"""As the worker has it while it works on a job."""
	monkeypatch.setattr(frappe.local, "job", frappe._dict(method="crm_etapas"), raising=False)


def told(user: str) -> list[str]:
	return frappe.get_all("Notification Log", {"for_user": user}, pluck="subject")


# F2
def test_the_end_of_a_job_is_told_to_whoever_started_it(in_a_job):
	user = make_user("Sales User").name
	frappe.set_user(user)
	job = bulk_move("Lead", "Intento de Contacto", names=[make_lead().name])
	assert told(user) == [f"Movimiento masivo {job}: Completado"]
	(log,) = frappe.get_all("Notification Log", {"for_user": user}, ["document_type", "document_name"])
	assert (log.document_type, log.document_name) == ("Bulk Move", job)


def test_who_waits_for_it_is_told_nothing_more():
	user = make_user("Sales User").name
	frappe.set_user(user)
	bulk_move("Lead", "Intento de Contacto", names=[make_lead().name])
	assert told(user) == []


def test_what_a_rule_has_started_tells_nobody(in_a_job):
	before = told("Administrator")
	bulk_job.create_by_rule(PROSPECT, "Intento de Contacto", [make_lead().name], "Por regla")
	assert told("Administrator") == before


# D11, F1, F2: every kind of job has an ending that can be told in the user's language
@pytest.mark.parametrize(
	("doctype", "status", "said"),
	[
		("Assignment Run", "Completed", "Completado"),
		("Bulk Move", "Failed", "Fallido"),
		("History Import", "Partly Refused", "Rechazado en parte"),
		("Prospect Import", "Dry Run Done", "Simulacro hecho"),
		("Scorecard", "Trained", "Entrenada"),
	],
)
def test_an_ending_is_told_in_words(in_a_job, doctype, status, said):
	user = make_user("Sales User").name
	frappe.set_user(user)
	document_job.tell_end(frappe._dict(doctype=doctype, name="X-1", status=status))
	assert said.lower() in told(user)[0].lower()
