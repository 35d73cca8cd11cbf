"""Rules without a site: their messages stay in English."""

import frappe
import pytest


@pytest.fixture(autouse=True, scope="session")
def untranslated():
	before = getattr(frappe.local, "lang", None)
	frappe.local.lang = ""  # no language, so no look for translations that only a site has
	yield
	frappe.local.lang = before
