"""Coming back to a job that runs: its form shows how far it is, and goes on showing it."""

import re

import pytest
from playwright.sync_api import expect

from tests.desk.on_the_site import on_the_site

# a job that somebody else's worker is at, as its form finds it
JOBS = {
	"Assignment Run": {"kind": "Dry Run"},
	"Bulk Move": {
		"reference_doctype": "Lead",
		"pipeline": "prospect",
		"stage_doctype": "Prospect Stage",
		"stage": "Nuevo",
		"cause": "Manual",
		"total": 10,
		"moved": 4,
	},
	"History Import": {},
	"List Export": {"reference_doctype": "Lead", "total": 10},
	"Prospect Import": {},
	"Scorecard": {"status": "Training", "title": "Trabajo de Prueba"},
}
MAKE = """
import frappe
doc = frappe.get_doc({"doctype": doctype, "status": "Running", "progress": 40, **values})
doc.name = "TRABAJO-DE-PRUEBA"
doc.owner = doc.modified_by = "Administrator"
doc.creation = doc.modified = frappe.utils.now()
doc.db_insert()
"""
GO_ON = (
	"import frappe; frappe.db.set_value(doctype, 'TRABAJO-DE-PRUEBA', 'progress', 70, update_modified=False)"
)
CLEAR = "import frappe; frappe.db.delete(doctype, {'name': 'TRABAJO-DE-PRUEBA'})"


@pytest.fixture(params=JOBS)
def running(request, bench):
	on_the_site(bench, CLEAR, doctype=request.param)
	on_the_site(bench, MAKE, doctype=request.param, values=JOBS[request.param])
	yield request.param
	on_the_site(bench, CLEAR, doctype=request.param)


# F2: without anything that tells the form, it looks again by itself
def test_the_form_of_a_running_job_shows_how_far_it_is(desk, bench, running):
	desk.page.goto(f"/app/{running.lower().replace(' ', '-')}/TRABAJO-DE-PRUEBA")
	bar = desk.page.locator(".form-dashboard .progress-bar:visible")
	expect(bar).to_have_attribute("style", re.compile("width: 40%"))
	on_the_site(bench, GO_ON, doctype=running)
	expect(bar).to_have_attribute("style", re.compile("width: 70%"), timeout=20_000)
