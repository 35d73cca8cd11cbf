"""Frappe's Data Import is one of the ways that save a document. It commits, so it gets a site of its own."""

import frappe
from frappe.core.doctype.data_import.exporter import Exporter

from crm_etapas.api.stages import history
from tests.site.factories import change_stage


def import_leads(*rows: tuple[str, str]) -> None:
	"""Import leads of which first name and stage are given."""
	import_table(("first_name", "prospect_stage"), *rows)


def import_table(*rows: tuple[str, ...]) -> None:
	"""Import leads; the first row is the header."""
	data_import = frappe.get_doc(
		{"doctype": "Data Import", "reference_doctype": "Lead", "import_type": "Insert New Records"}
	).insert()
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": f"{data_import.name}.csv",
			"content": "\n".join(",".join(row) for row in rows),
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


# F1, D7: the template that Frappe offers is in Spanish, and what is filled in there comes in
def test_data_import_in_spanish(throwaway_site):
	frappe.get_doc({"doctype": "Customer Attribute", "attribute_name": "Idioma"}).insert()
	values = {
		"first_name": ("Primer Nombre", "Ana"),
		"mobile_no": ("Nº Móvil", "+584121112233"),
		"sales_channel": ("Canal de Venta", "Sitio Web"),
		"business_segment": ("Segmento de Negocio", "Comercio"),
		"potential_level": ("Nivel de Potencial", "Alto"),
		"identification_type": ("Tipo de Identificación", "RIF"),
		"identification_number": ("Número de Identificación", "j070133805"),
		"legal_name": ("Razón Social", "Ana Sociedad"),
		"validity_days": ("Días de Vigencia", "30"),
		"prospect_stage": ("Etapa del prospecto", "Contacto Establecido"),
	}
	exporter = Exporter(
		"Lead", {"Lead": list(values), "customer_attributes": ["attribute", "value"]}, export_data=False
	)
	header = tuple(exporter.get_csv_array()[0])
	assert header[: len(values)] == tuple(label for label, _value in values.values())
	assert all("Atributos" in label for label in header[len(values) :])

	import_table(header, (*(value for _label, value in values.values()), "Idioma", "Español"))
	lead = frappe.get_doc("Lead", {"first_name": "Ana"})
	written = {"identification_number": "J-07013380-5", "validity_days": 30}
	for fieldname, (_label, value) in values.items():
		assert lead.get(fieldname) == written.get(fieldname, value), fieldname
	assert lead.identification_key and lead.valid_until
	assert [(row.attribute, row.value) for row in lead.customer_attributes] == [("Idioma", "Español")]
