"""What axe-core, the common checker, finds on the app's own parts of a screen."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page

GRAVE = ("serious", "critical")
# the app's parts inside Frappe's pages; whatever has a page or dialog of its own says so with `include`
PARTS = (
	".stage-path",
	".qualification",
	".attention",
	".next-contact",
	".interactions",
	".coming-back",
	".met-reasons",
	".lead-conversion",
	".duplicates",
	".scorecard",
	".contact-mark",
	".lead-filters",
	".my-day",
)

RUN = """async ([include, parts]) => {
	const context = include ? [include] : parts.filter((part) => document.querySelector(part));
	if (!context.some((part) => document.querySelector(part))) return null;
	const found = await axe.run({ include: context }, { resultTypes: ["violations"] });
	return found.violations.map(({ id, impact, help, nodes }) => ({
		id, impact, help, nodes: nodes.map((node) => `${node.target.join(" ")}\\n      ${node.html.slice(0, 200)}`),
	}));
}"""


def assert_accessible(page: Page, include: str | None = None) -> None:
	"""Fail on what axe-core calls serious or critical.

	:param include: CSS selector of what is looked at. Without it all of the app's parts that the page shows.
	"""
	axe = os.environ.get("CRM_ETAPAS_AXE")
	if not axe:
		pytest.fail("CRM_ETAPAS_AXE is not set. Run the tests with script/test desk")
	if not page.evaluate("Boolean(window.axe)"):
		page.evaluate(Path(axe).read_text())
	violations = page.evaluate(RUN, [include, PARTS])
	assert violations is not None, f"nothing on {page.url} matches {include or ', '.join(PARTS)}"
	grave = [found for found in violations if found["impact"] in GRAVE]
	assert not grave, "\n".join(describe(found) for found in grave)


def describe(found: dict) -> str:
	return f"{found['impact']}: {found['help']} ({found['id']})\n" + "\n".join(
		f"    {node}" for node in found["nodes"]
	)
