"""A real site, booted once. Each test runs in a transaction that is rolled back."""

import os
from pathlib import Path

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


@pytest.fixture(scope="module")
def sales_site(bench, booted_site, public_data):
	"""A site of its own with the public sales data imported; what its tests write is rolled back."""
	from crm_etapas.history_import.job import import_history

	site = ThrowawaySite(bench)
	site.create()
	frappe.destroy()
	connect(site.name, bench.sites_path)
	files = {path.stem: (path.name, path.read_bytes()) for path in (public_data / "crm_sales").glob("*.csv")}
	mapping = Path(__file__).parents[2] / "benchmarks" / "crm_sales.mapping.json"
	extras = {"accounts": files["accounts"], "items": files["products"]}
	import_history(files["sales_pipeline"], mapping.read_text(encoding="utf-8"), extras)
	frappe.db.commit()
	yield site
	frappe.db.rollback()
	frappe.destroy()
	site.drop()
	connect(bench.site, bench.sites_path)
