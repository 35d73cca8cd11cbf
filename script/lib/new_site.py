"""Finish a site made from the snapshot: password, and what its kind (demo or test) asks for.

Usage: python new_site.py SITE demo|test ADMIN_PASSWORD (from the sites folder)
"""

import sys

import frappe
from frappe.installer import update_site_config
from frappe.utils.password import update_password

CONFIG = {
	"demo": {"mute_emails": 1, "host_name": None},
	"test": {"allow_tests": True, "mute_emails": 1, "pause_scheduler": 1},
}


def main(site: str, kind: str, password: str) -> None:
	frappe.init(site=site, sites_path=".")
	frappe.connect()
	update_password("Administrator", password)
	for key, value in CONFIG[kind].items():
		if value is not None:
			update_site_config(key, value)
	frappe.db.set_single_value("System Settings", "enable_scheduler", int(kind == "demo"))
	frappe.db.commit()
	frappe.clear_cache()
	frappe.destroy()


main(*sys.argv[1:])
