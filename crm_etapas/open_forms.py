"""What changes on a record without a save, told to the forms that are open."""

import frappe


def tell(doctype: str, name: str, values: dict) -> None:
	"""Tell the open forms of a record what its contacts have changed, once that is committed: no form is in conflict."""
	frappe.publish_realtime(
		"contacts_made",
		{"doctype": doctype, "name": name, "values": values},
		doctype=doctype,
		docname=name,
		after_commit=True,
	)
