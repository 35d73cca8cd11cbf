"""The page where a client confirms an address. It asks the database nothing, so it tells nothing."""

import frappe

no_cache = 1


def get_context(context):
	given = frappe.form_dict
	context.update(
		{
			"v": given.get("v") or "",
			"key": given.get("key") or "",
			"language": frappe.local.lang,
			"csrf_token": frappe.session.data.csrf_token or "",
			"no_header": 1,
		}
	)
