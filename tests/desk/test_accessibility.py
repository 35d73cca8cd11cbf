"""axe-core finds nothing serious on the app's screens."""

import pytest
from playwright.sync_api import expect

from tests.desk.accessible import assert_accessible


# A, C, E: the form of a prospect with all that stands above and beside it
def test_the_form_of_a_prospect(desk):
	lead = desk.insert("Lead", first_name="Eva", company_name="Accesible")
	form = desk.open_form("Lead", lead)
	form.expect_stage("Nuevo")
	expect(desk.page.locator(".qualification-funnel")).to_be_visible()
	desk.page.wait_for_load_state("networkidle")
	assert_accessible(desk.page)


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
