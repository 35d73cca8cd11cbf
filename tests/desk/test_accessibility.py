"""axe-core finds nothing serious on the app's screens."""

import pytest
from playwright.sync_api import expect

from tests.desk.accessible import assert_accessible
from tests.desk.test_bulk_move import LeadList


# A, C, E: the form of a prospect with all that stands above and beside it
def test_the_form_of_a_prospect(desk):
	lead = desk.insert("Lead", first_name="Eva", company_name="Accesible")
	form = desk.open_form("Lead", lead)
	form.expect_stage("Nuevo")
	expect(desk.page.locator(".qualification-funnel")).to_be_visible()
	desk.page.wait_for_load_state("networkidle")
	assert_accessible(desk.page)


# D13, C5, F4, F5: dialogs that the keys open, and the history of the stages
@pytest.mark.parametrize("key", ["l", "p", "v", "x", "history"])
def test_the_dialogs_of_a_prospect(desk, key):
	lead = desk.insert("Lead", first_name="Eva", company_name="Accesible", email_id="eva@accesible.example")
	form = desk.open_form("Lead", lead)
	form.expect_stage("Nuevo")
	desk.page.wait_for_load_state("networkidle")
	if key == "history":
		form.path.get_by_role("button", name="Historial").click()
	else:
		desk.page.keyboard.press(key)
	expect(desk.page.locator(".modal.show")).to_have_css("opacity", "1")
	desk.page.wait_for_load_state("networkidle")
	assert_accessible(desk.page, ".modal.show")


# D19
def test_my_day(desk):
	desk.insert("Lead", first_name="Eva", company_name="Accesible")
	desk.page.goto("/app/my-day")
	desk.page.locator(".my-day-section").first.wait_for()
	desk.page.wait_for_load_state("networkidle")
	assert_accessible(desk.page, ".my-day")


# D5: what the app adds to the list
def test_the_filters_of_the_list(desk):
	desk.page.goto("/app/lead/view/list")
	desk.page.locator(".lead-filters").wait_for()
	desk.page.wait_for_load_state("networkidle")
	assert_accessible(desk.page, ".lead-filters")


# A1, D11, F2: the dialogs of the list
@pytest.mark.parametrize("label", ["Mover a etapa", "Exportar a Excel"])
def test_the_dialogs_of_the_list(desk, label):
	lead = desk.insert("Lead", first_name="Eva", last_name="Soto", city="Villa Accesible")
	leads = LeadList(desk, city="Villa Accesible")
	if label == "Mover a etapa":
		leads.choose(lead)
		leads.act(label)
	else:
		leads.menu(label)
	expect(desk.page.locator(".modal.show")).to_have_css("opacity", "1")
	desk.page.wait_for_load_state("networkidle")
	assert_accessible(desk.page, ".modal.show")


# B: the form of an opportunity
def test_the_form_of_an_opportunity(desk):
	lead = desk.insert("Lead", first_name="Eva", company_name="Accesible")
	name = desk.insert("Opportunity", opportunity_from="Lead", party_name=lead)
	form = desk.open_form("Opportunity", name)
	form.expect_stage("Cotización Solicitada")
	desk.page.wait_for_load_state("networkidle")
	assert_accessible(desk.page)


@pytest.mark.parametrize("step", ["prospects", "people", "rhythm", "sample"])
def test_the_guided_set_up(desk, step):
	desk.page.goto(f"/app/crm-etapas-setup/{step}")
	desk.page.locator(".guided-setup-step h2").wait_for()
	desk.page.wait_for_load_state("networkidle")
	assert_accessible(desk.page, ".guided-setup")


# D18: what the app adds to Frappe's page of a report
@pytest.mark.parametrize("report", ["Stage Funnel", "Won and Lost"])
def test_what_is_said_beside_the_figures(desk, report):
	desk.page.goto(f"/app/query-report/{report}")
	desk.page.locator(".figure-definitions").wait_for()
	desk.page.wait_for_load_state("networkidle")
	assert_accessible(desk.page, ".figure-definitions")


# what it cannot find it does not pass
def test_a_part_that_is_not_there_fails(desk):
	desk.page.goto("/app/user-profile")
	with pytest.raises(AssertionError, match="nothing on"):
		assert_accessible(desk.page, ".not-there")


def test_what_is_wrong_is_found(desk):
	desk.page.goto("/app/user-profile")
	desk.page.locator("body").evaluate("body => $(body).append('<p class=wrong><button></button></p>')")
	with pytest.raises(AssertionError, match="button-name"):
		assert_accessible(desk.page, ".wrong")
