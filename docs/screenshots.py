"""Takes the pictures of the docs: python screenshots.py URL PASSWORD FOLDER. See script/screenshots."""

import os
import sys
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright


def main(url: str, password: str, folder: str) -> None:
	with sync_playwright() as playwright:
		browser = playwright.chromium.launch(
			executable_path=os.environ.get("CHROMIUM") or None,
			args=["--no-sandbox", "--disable-background-networking", "--disable-component-update"],
		)
		page = browser.new_context(
			base_url=url, locale="es-MX", viewport={"width": 1280, "height": 800}
		).new_page()
		answer = page.request.post("/api/method/login", form={"usr": "Administrator", "pwd": password})
		assert answer.ok, answer.text()
		for name, take in PICTURES.items():
			take(page)
			keep(page.screenshot(animations="disabled"), Path(folder) / f"{name}.png")
		browser.close()


def keep(picture: bytes, path: Path) -> None:
	"""Write a picture with a palette of its own: a third of the size, and no difference that an eye would see."""
	Image.open(BytesIO(picture)).convert("RGB").quantize(256, dither=Image.Dither.NONE).save(
		path, optimize=True
	)


def lead(page: Page) -> None:
	"""A prospect that has come some way."""
	open_first(page, "Lead", [["prospect_stage", "=", "Contacto Establecido"]])


def lead_list(page: Page) -> None:
	"""The filters and columns of the list."""
	page.goto("/app/lead/view/list")
	page.locator(".list-row-container:visible").first.wait_for()
	page.wait_for_load_state("networkidle")


def my_day(page: Page) -> None:
	"""What is to be done."""
	page.goto("/app/my-day")
	page.locator(".my-day-row").first.wait_for()
	page.wait_for_load_state("networkidle")


def board(page: Page) -> None:
	"""Opportunities by stage."""
	page.goto("/app/pipeline-board/opportunity")
	page.locator(".board-card").first.wait_for()


def workspace(page: Page) -> None:
	"""Where everybody begins."""
	page.goto("/app/crm-etapas")
	page.locator(".dashboard-widget-box svg .bar").first.wait_for()
	page.wait_for_load_state("networkidle")


def setup_stages(page: Page) -> None:
	set_up(page, "prospects")


def setup_sample(page: Page) -> None:
	set_up(page, "sample")


def set_up(page: Page, step: str) -> None:
	page.goto(f"/app/crm-etapas-setup/{step}")
	page.locator(".guided-setup-step h2").wait_for()
	page.wait_for_load_state("networkidle")


def settings(page: Page) -> None:
	page.goto("/app/crm-etapas-settings")
	page.get_by_role("tab", name="Seguimiento").click()
	page.locator(".settings-lists:visible").first.wait_for()
	page.wait_for_load_state("networkidle")


def opportunity(page: Page) -> None:
	open_first(page, "Opportunity", [["opportunity_stage", "=", "En Negociación"]])


def history(page: Page) -> None:
	open_first(page, "Opportunity", [["opportunity_stage", "=", "Cerrado Ganado"]])
	page.get_by_role("button", name="Historial").click()
	page.locator(".modal.show table").wait_for()
	page.wait_for_function("getComputedStyle(document.querySelector('.modal.show')).opacity === '1'")


def stage(page: Page) -> None:
	page.goto("/app/prospect-stage/Contacto Establecido")
	page.get_by_text("Significado y orientación").wait_for()
	page.wait_for_load_state("networkidle")


def open_first(page: Page, doctype: str, filters: list) -> None:
	if page.url == "about:blank":
		page.goto("/app/user-profile")
	page.wait_for_function("window.frappe && frappe.csrf_token")
	name = page.evaluate(
		"""([doctype, filters]) =>
			frappe.db.get_list(doctype, { filters, limit: 1 }).then((rows) => rows[0].name)""",
		[doctype, filters],
	)
	page.goto(f"/app/{doctype.lower()}/{name}")
	page.locator(".stage-path [aria-current=step]").wait_for()
	page.wait_for_load_state("networkidle")


PICTURES = {
	"lead": lead,
	"lead_list": lead_list,
	"workspace": workspace,
	"setup_stages": setup_stages,
	"setup_sample": setup_sample,
	"settings": settings,
	"my_day": my_day,
	"board": board,
	"opportunity": opportunity,
	"history": history,
	"stage": stage,
}

if __name__ == "__main__":
	main(*sys.argv[1:])
