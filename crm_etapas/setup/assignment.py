"""What assignment by skill starts with: its rule, disabled, and its settings. It is off until an admin says so."""

import frappe

from crm_etapas.assignment import SETTINGS, rule

# a site from before has no such settings, and a missing one would be no
DEFAULTS = ("stay_with_creator", "respect_holidays")


def create() -> None:
	"""Make what is missing; leave what an admin has changed."""
	known = frappe.db.get_singles_dict(SETTINGS)
	for fieldname in DEFAULTS:
		if fieldname not in known:
			frappe.db.set_single_value(SETTINGS, fieldname, 1)
	rule.create()


def delete() -> None:
	rule.delete()
