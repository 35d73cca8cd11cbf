"""Why a prospect went to this salesperson, and how many each has, as a user sees it."""

import os

import pytest
from playwright.sync_api import expect

from tests.desk.accessible import assert_accessible


@pytest.fixture
def by_skill(desk):
	"""Two salespeople, one for a segment and one for anything, while the test runs."""
	before = desk.call("frappe.client.get", doctype="CRM Etapas Settings", name="CRM Etapas Settings")
	segment = desk.insert("Business Segment", segment_name="Astilleros de Prueba")
	users = {}
	for name in ("Beatriz", "Carlos"):
		users[name] = desk.insert(
			"User",
			email=f"{name.lower()}@reparto.example.com",
			first_name=name,
			last_name="Reparto",
			send_welcome_email=0,
			roles=[{"role": "Sales User"}],
		)
	desk.insert(
		"Sales Rep Profile",
		user=users["Beatriz"],
		segments=[{"business_segment": segment}],
		most_open=30,
		most_new=10,
	)
	desk.insert("Sales Rep Profile", user=users["Carlos"], weight=2)
	team = desk.insert("User Group", name="Mesa de Reparto", user_group_members=[{"user": "Administrator"}])
	switch(desk, assign_by_skill=1, assignment_team=team)
	desk.page.reload()
	yield {"segment": segment, **users}
	switch(desk, assign_by_skill=before.get("assign_by_skill") or 0, assignment_team="")


def switch(desk, **values):
	desk.call(
		"frappe.client.set_value",
		doctype="CRM Etapas Settings",
		name="CRM Etapas Settings",
		fieldname=values,
	)


# F2
def test_the_form_says_why_this_salesperson_and_why_not_the_others(desk, by_skill):
	lead = desk.insert("Lead", first_name="Ana", last_name="Reparto", company_name="Talleres Reparto")
	form = desk.open_form("Lead", lead)
	form.expect_stage("Nuevo")
	desk.page.get_by_role("button", name="¿Por qué este vendedor?").click()
	dialog = desk.page.get_by_role("dialog").filter(has_text="Por qué no los demás")
	expect(dialog.locator(".assignment-who")).to_have_text("Carlos Reparto")
	expect(dialog.locator("tr", has_text="Beatriz Reparto")).to_contain_text("No atiende su segmento")
	look(desk, "why")


# F2
def test_a_profile_shows_the_load_and_a_dry_run(desk, by_skill):
	for _number in range(3):  # Carlos has a weight of 2
		desk.insert("Lead", first_name="Ana", last_name="Reparto", business_segment=by_skill["segment"])
	desk.page.goto(f"/app/sales-rep-profile/{by_skill['Beatriz']}")
	expect(desk.page.locator(".form-dashboard-section.form-stats")).to_contain_text("1 de 30")
	look(desk, "profile")
	desk.page.get_by_role("button", name="Simulacro").click()
	dialog = desk.page.get_by_role("dialog").filter(has_text="Cómo se Habrían Repartido")
	expect(dialog).to_have_css("opacity", "1")
	assert_accessible(desk.page, ".modal.show")
	dialog.get_by_role("button", name="Simulacro").click()
	expect(dialog.locator("table")).to_contain_text("Beatriz Reparto")
	look(desk, "dry_run")
	desk.page.goto("/app/sales-rep-profile")
	expect(desk.page.locator(".list-row", has_text="Beatriz Reparto")).to_contain_text("1 de 30")
	look(desk, "list")


def look(desk, name):
	"""Keep a picture where somebody wants to look at it."""
	if folder := os.environ.get("CRM_ETAPAS_PICTURES"):
		for width in (1440, 390):
			desk.page.set_viewport_size({"width": width, "height": 900})
			desk.page.wait_for_timeout(500)
			desk.page.screenshot(path=f"{folder}/{name}_{width}.png")
		desk.page.set_viewport_size({"width": 1440, "height": 900})
