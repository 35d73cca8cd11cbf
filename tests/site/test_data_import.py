"""Frappe's Data Import is one of the ways that save a document. It commits, so it gets a site of its own."""

import frappe

from crm_etapas.api.stages import history
from tests.site.factories import change_stage


def import_leads(*rows: tuple[str, str]) -> None:
	"""Import leads of which first name and stage are given."""
	data_import = frappe.get_doc(
		{"doctype": "Data Import", "reference_doctype": "Lead", "import_type": "Insert New Records"}
	).insert()
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": f"{data_import.name}.csv",
			"content": "\n".join(",".join(row) for row in (("first_name", "prospect_stage"), *rows)),
			"attached_to_doctype": "Data Import",
			"attached_to_name": data_import.name,
			"is_private": 1,
		}
	).insert()
	data_import.import_file = file.file_url
	data_import.save()
	data_import.get_importer().import_data()


# A, C2
def test_data_import_goes_through_the_door(throwaway_site):
	change_stage("No Interesado", requirements=[{"kind": "Field", "fieldname": "job_title"}])
	frappe.db.commit()
	import_leads(("Una", "Contacto Establecido"), ("Dos", "No Interesado"))
	one = frappe.get_doc("Lead", {"first_name": "Una"})
	assert (one.prospect_stage, one.status) == ("Contacto Establecido", "Replied")
	(stay,) = history("Lead", one.name)
	assert (stay.stage, stay.cause) == ("Contacto Establecido", "Import")
	assert not frappe.db.exists("Lead", {"first_name": "Dos"})

	frappe.db.set_single_value("CRM Etapas Settings", "check_rules_on_import", 0)
	frappe.db.commit()
	frappe.clear_cache()
	import_leads(("Tres", "No Interesado"))
	assert frappe.db.get_value("Lead", {"first_name": "Tres"}, "status") == "Do Not Contact"
