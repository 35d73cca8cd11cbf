"""A real browser on the real desk. `script/test desk` serves the test site and finds the browser."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.desk.pages.desk import Desk

OUTPUT = Path(__file__).parent / "output"
# without these Chromium keeps asking the internet for updates and the like
QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]


@pytest.fixture(scope="session")
def browser():
	with sync_playwright() as playwright:
		browser = playwright.chromium.launch(
			executable_path=os.environ.get("CHROMIUM") or None, args=[*QUIET, "--no-sandbox"]
		)
		yield browser
		browser.close()


@pytest.fixture(scope="session")
def desk_url(bench) -> str:
	if not bench.url:
		pytest.fail("CRM_ETAPAS_URL is not set. Run the tests with script/test desk")
	return bench.url


@pytest.fixture
def page(browser: Browser, desk_url: str, request) -> Page:
	"""A page in a fresh session. What it shows when a test fails is kept in tests/desk/output."""
	context = browser.new_context(base_url=desk_url, locale="es-MX", viewport={"width": 1440, "height": 900})
	page = context.new_page()
	page.set_default_timeout(20_000)
	yield page
	if getattr(request.node, "failed", False):
		OUTPUT.mkdir(exist_ok=True)
		page.screenshot(path=OUTPUT / f"{request.node.name}.png", full_page=True)
	context.close()


@pytest.fixture
def desk(page: Page) -> Desk:
	"""The desk as Administrator."""
	desk = Desk(page)
	desk.log_in("Administrator", os.environ.get("CRM_ETAPAS_ADMIN_PASSWORD", "admin"))
	yield desk
	desk.clean_up()


@pytest.fixture
def open_desk(browser: Browser, desk_url: str):
	"""Open a desk for a user, as often as is asked, each in a browser of their own: `open_desk(user, password)`."""
	contexts = []

	def open_one(user: str, password: str) -> Desk:
		contexts.append(
			browser.new_context(base_url=desk_url, locale="es-MX", viewport={"width": 1440, "height": 900})
		)
		desk = Desk(contexts[-1].new_page())
		desk.page.set_default_timeout(20_000)
		desk.log_in(user, password)
		return desk

	yield open_one
	for context in contexts:
		context.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
	report = yield
	item.failed = getattr(item, "failed", False) or (report.when == "call" and report.failed)
	return report
