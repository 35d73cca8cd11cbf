"""The settings of a site from before: Frappe gives a single that is there already no defaults for its new fields."""

import frappe

SETTINGS = "CRM Etapas Settings"


def give_defaults() -> None:
	"""Write the defaults of the settings that the site has never had; leave what an admin has chosen."""
	known = frappe.db.get_singles_dict(SETTINGS)
	for df in frappe.get_meta(SETTINGS).fields:
		if df.default not in (None, "") and df.fieldname not in known:
			frappe.db.set_single_value(SETTINGS, df.fieldname, df.default)
	frappe.clear_document_cache(SETTINGS, SETTINGS)
