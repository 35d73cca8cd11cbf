"""Installing into a site, migrating it and uninstalling again."""

import frappe
import pytest

from crm_etapas.api.stages import history, move
from crm_etapas.exceptions import StageRequirementError
from crm_etapas.identity.names import company_key
from crm_etapas.setup.custom_fields import CUSTOM_FIELDS, MODULE
from tests.site.factories import change_stage, make_customer, make_lead, make_stage
from tests.site.throwaway import ThrowawaySite


# A, B, C10
def test_what_an_admin_changes_survives_migrate(throwaway_site):
	from frappe.custom.doctype.custom_field.custom_field import create_custom_field

	frappe.rename_doc("Prospect Stage", "Nuevo", "Recién Llegado")
	change_stage("Recién Llegado", color="#123456", position=4)
	change_stage("Spam", disabled=1)
	added = make_stage(outcome="On Hold").name
	create_custom_field("Lead", {"fieldname": "apodo", "label": "Apodo", "fieldtype": "Data"})
	relabelled = frappe.get_doc("Custom Field", "Lead-prospect_stage")
	relabelled.update({"label": "Fase", "hidden": 1, "insert_after": "source"})
	relabelled.save()
	change_stage("Intento de Contacto", requirements=[{"kind": "Field", "fieldname": "apodo"}])
	lead = make_lead(apodo="Nita").name
	frappe.db.commit()

	throwaway_site.bench("migrate")
	throwaway_site.bench("migrate")
	throwaway_site.reconnect()

	assert not frappe.db.exists("Prospect Stage", "Nuevo")
	kept = frappe.get_doc("Prospect Stage", "Recién Llegado")
	assert (kept.color, kept.position, kept.is_default) == ("#123456", 4, 1)
	assert frappe.db.get_value("Prospect Stage", "Spam", "disabled")
	assert frappe.db.get_value("Prospect Stage", added, "outcome") == "On Hold"
	assert frappe.db.get_value("Lead", lead, ["apodo", "prospect_stage"]) == ("Nita", "Recién Llegado")
	with pytest.raises(StageRequirementError, match="Apodo"):
		move("Lead", make_lead().name, "Intento de Contacto")
	assert move("Lead", lead, "Intento de Contacto")["stage"] == "Intento de Contacto"
	field = frappe.get_meta("Lead").get_field("prospect_stage")
	assert (field.label, field.hidden) == ("Fase", 1)


# C2, D2, D12: teams that already run ERPNext
def test_records_from_before_the_app_get_a_stage_a_first_stay_and_a_channel(bench):
	site = ThrowawaySite(bench)
	site.create(with_app=False)
	try:
		with site.connected():
			statuses = {make_lead(status=status).name: status for status in ("Open", "Do Not Contact")}
			sources = {
				source: make_lead(source=source, company_name="Aceros Prueba, C.A.").name
				for source in known_and_unknown_source()
			}
			customer = make_customer(lead_name=sources["Radio Local"]).name
			frappe.db.commit()
		site.bench("install-app", "crm_etapas")
		with site.connected():
			for name, status in statuses.items():
				lead = frappe.get_doc("Lead", name)
				expected = {"Open": "Intento de Contacto", "Do Not Contact": "No Interesado"}[status]
				assert (lead.prospect_stage, lead.status) == (expected, status)
				(stay,) = history("Lead", name)
				assert (stay.stage, stay.entered_on, stay.left_on) == (expected, lead.creation, None)
				lead.save()
				assert len(history("Lead", name)) == 1
			for source, name in sources.items():
				lead = frappe.get_doc("Lead", name)
				assert frappe.db.get_value("Sales Channel", lead.sales_channel, "erpnext_source") == source
				assert history("Lead", name)[0].channel == lead.sales_channel
			assert lead.sales_channel == "Radio Local"
			assert (lead.party_condition, lead.notifications_enabled) == ("Customer", 1)
			assert lead.company_key == company_key("ACEROS PRUEBA")
			assert frappe.db.get_value("Customer", customer, "party_condition") == "Customer"
	finally:
		site.drop()


def known_and_unknown_source() -> list[str]:
	"""A source that a starting channel stands for, and one of the company's own."""
	known = next(name for name in frappe.get_all("Lead Source", pluck="name") if name != "Radio Local")
	own = frappe.get_doc({"doctype": "Lead Source", "source_name": "Radio Local"}).insert().name
	return [known, own]


def test_uninstalling_leaves_the_site_as_it_was(bench):
	site = ThrowawaySite(bench)
	site.create(with_app=False)
	try:
		with site.connected():
			before = traces()
			columns = {
				doctype: set(frappe.db.get_table_columns(doctype))
				for doctype in CUSTOM_FIELDS
				if frappe.db.table_exists(doctype)
			}
		site.bench("install-app", "crm_etapas")
		with site.connected():
			lead = make_lead().name
			frappe.db.commit()
			assert traces() != before
		site.bench("uninstall-app", "crm_etapas", "--yes", "--no-backup")
		with site.connected():
			assert traces() == before
			for doctype, before_the_app in columns.items():
				assert set(frappe.db.get_table_columns(doctype)) == before_the_app
			frappe.get_doc("Lead", lead).save()
			make_lead()
	finally:
		site.drop()


def traces() -> dict:
	"""Everything that an app can leave behind in a site."""
	return {
		"tables": set(frappe.db.get_tables(cached=False)),
		"doctypes": set(frappe.get_all("DocType", pluck="name")),
		"custom fields": set(frappe.get_all("Custom Field", pluck="name")),
		"property setters": set(frappe.get_all("Property Setter", pluck="name")),
		"roles": set(frappe.get_all("Role", pluck="name")),
		"workspaces": set(frappe.get_all("Workspace", pluck="name")),
		"number cards": set(frappe.get_all("Number Card", pluck="name")),
		"reports": set(frappe.get_all("Report", pluck="name")),
		"modules": set(frappe.get_all("Module Def", pluck="name")),
		"of the module": {
			doctype: frappe.db.count(doctype, {"module": MODULE})
			for doctype in ("DocType", "Custom Field", "Property Setter", "Report", "Page", "Notification")
		},
		**{
			doctype: set(frappe.get_all(doctype, pluck="name"))
			for doctype in (
				"Dashboard Chart",
				"Dashboard Chart Source",
				"Module Onboarding",
				"Onboarding Step",
				"Page",
			)
		},
		"dashboards": set(frappe.get_all("Dashboard", pluck="name")),
		"logs to clear": set(frappe.get_all("Logs To Clear", pluck="ref_doctype")),
		"scheduled jobs": set(frappe.get_all("Scheduled Job Type", pluck="method")),
	}


# a site from before gets the defaults of new settings, and keeps what its admin chose
def test_new_settings_have_their_defaults_on_a_site_from_before():
	from crm_etapas.setup import settings

	frappe.db.delete("Singles", {"doctype": settings.SETTINGS, "field": "warn_of_duplicates"})
	frappe.db.set_single_value(settings.SETTINGS, "check_phones", 0)
	settings.give_defaults()
	told = frappe.get_doc(settings.SETTINGS)
	assert (told.warn_of_duplicates, told.check_phones) == (1, 0)
