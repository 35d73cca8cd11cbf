"""The app's screens say nothing in the other language: read as a Spanish and as an English user sees them."""

from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from playwright.sync_api import Page, expect

import crm_etapas
from tests.desk.test_workspace import ENGLISH, as_user  # noqa: F401

LOCALE = Path(crm_etapas.__file__).parent / "locale"
FORMS = [
	"assignment-run",
	"attempt-protocol",
	"business-segment",
	"customer-attribute",
	"customer-follow-up-rule",
	"disqualification-reason",
	"history-import",
	"identification-type",
	"interaction-result",
	"lead",
	"opportunity",
	"opportunity-stage",
	"potential-level",
	"prospect-import",
	"prospect-stage",
	"qualification-criterion",
	"qualification-level",
	"sales-channel",
	"sales-rep-profile",
	"scorecard",
]
LISTS = [
	"assignment-log",
	"assignment-run",
	"bulk-move",
	"contact-validation",
	"customer-follow-up",
	"lead",
	"lead-conversion",
	"list-export",
	"opportunity",
	"prospect-import",
	"prospect-stage",
	"stage-log",
]
STEPS = ["prospects", "opportunities", "channels", "segments", "levels", "people", "rhythm", "sample"]
REPORTS = [
	"Stage Funnel",
	"Time in Stage",
	"Pipeline Forecast",
	"Pipeline Changes",
	"Won and Lost",
	"Channel Performance",
	"Salesperson Performance",
	"Customer Behaviour",
	"Sales Trends",
	"Disqualified Prospects",
]
PAGES = [
	"crm-etapas",
	"my-day",
	"crm-etapas-settings",
	"pipeline-board/lead",
	"pipeline-board/opportunity",
	*(f"query-report/{report}" for report in REPORTS),
	*(f"crm-etapas-setup/{step}" for step in STEPS),
	*(f"{form}/new" for form in FORMS),
	*(f"{doctype}/view/list" for doctype in LISTS),
]

# every text of the page that is open, hidden tabs and options too, and what is said of its controls
READ = """() => {
	const found = new Set();
	const root = document.querySelector("#body");
	const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
	while (walker.nextNode()) {
		if (!walker.currentNode.parentElement.closest("script, style, .awesomplete, .like-disabled-input, [hidden]"))
			found.add(walker.currentNode.textContent.trim());
	}
	for (const attribute of ["placeholder", "title", "aria-label", "data-original-title"]) {
		for (const element of root.querySelectorAll(`[${attribute}]`)) found.add(element.getAttribute(attribute).trim());
	}
	return [...found].filter((text) => text.length > 2);
}"""


def catalog(language: str) -> list[tuple[str, str]]:
	with (LOCALE / f"{language}.po").open("rb") as file:
		return [(m.id, m.string) for m in read_po(file) if m.id and m.string]


def read(page: Page, path: str) -> set[str]:
	page.goto(f"/app/{path}")
	expect(page.locator(".page-container:visible .page-body").first).to_be_visible()
	page.wait_for_load_state("networkidle")
	return set(page.evaluate(READ))


@pytest.fixture(scope="module")
def ours() -> list[tuple[str, str]]:
	return catalog("es")


# both languages complete: nothing of ours stays English on a Spanish screen
def test_a_spanish_screen_says_nothing_of_ours_in_english(desk, ours):
	spanish = {said for _text, said in ours}
	english = {text for text, _said in ours if text not in spanish}
	leaked = {path: found for path in PAGES if (found := read(desk.page, path) & english)}
	assert not leaked


# … nor Spanish on an English one, but for the names of records, which are what somebody called them
def test_an_english_screen_says_nothing_of_ours_in_spanish(as_user, ours):  # noqa: F811
	english = {text for text, _said in ours}
	names = {text for pair in catalog("en") for text in pair}
	spanish = {said for _text, said in ours if said not in english} - names
	page = as_user(ENGLISH).page
	leaked = {path: found for path in PAGES if (found := read(page, path) & spanish)}
	assert not leaked
