"""What the app adds to every page of the desk."""

import gzip

import frappe
from frappe.utils import get_assets_json

MOST = 40 * 1024  # bytes, gzipped


def test_pages_that_are_not_the_apps_load_little_more():
	(bundle,) = frappe.get_hooks("app_include_js", app_name="crm_etapas")
	built = get_assets_json()[bundle].removeprefix("/assets/")
	with open(frappe.get_site_path("..", "assets", built), "rb") as script:
		assert len(gzip.compress(script.read())) <= MOST
