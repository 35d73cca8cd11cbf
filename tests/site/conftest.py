"""A real site, booted once. Each test runs in a transaction that is rolled back."""

import os

import frappe
import pytest

from tests.site.throwaway import ThrowawaySite


@pytest.fixture(scope="session", autouse=True)
def booted_site(bench):
	connect(bench.site, bench.sites_path)
	yield
	frappe.destroy()


def connect(site: str, sites_path) -> None:
	os.chdir(sites_path)  # Frappe finds its logs and assets from there
	frappe.init(site=site, sites_path=str(sites_path), force=True)
	frappe.connect()
	frappe.set_user("Administrator")
	frappe.local.lang = "es"
	frappe.flags.in_test = True
	frappe.flags.mute_emails = True


@pytest.fixture(autouse=True)
def rolled_back(booted_site, request, monkeypatch):
	"""Nothing that a test writes stays. A test that needs a commit asks for `throwaway_site`."""
	if "throwaway_site" in request.fixturenames:
		yield
		return
	frappe.db.rollback()
	monkeypatch.setattr(frappe.db, "commit", lambda *args, **kwargs: None)
	yield
	frappe.set_user("Administrator")
	frappe.local.lang = "es"
	frappe.db.rollback()
	forget_the_test()


def forget_the_test() -> None:
	frappe.clear_cache()
	frappe.local.response = frappe._dict(docs=[])
	frappe.local.message_log = []
	frappe.local.request = None
	for flag in ("in_import", "in_patch", "in_install", "in_migrate"):
		frappe.flags.pop(flag, None)


@pytest.fixture
def throwaway_site(bench):
	"""A site of its own with ERPNext, a company and the app, for tests that commit, migrate or uninstall.

	Frappe is connected to it while the test runs, as Administrator and in Spanish.
	"""
	site = ThrowawaySite(bench)
	site.create()
	frappe.destroy()
	connect(site.name, bench.sites_path)
	yield site
	frappe.db.rollback()
	frappe.destroy()
	site.drop()
	connect(bench.site, bench.sites_path)
