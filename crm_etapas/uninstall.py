"""What `bench uninstall-app` does beyond dropping the app's own DocTypes: the site as it was before."""

import frappe

from crm_etapas.assignment import rule
from crm_etapas.setup import custom_fields, defaults, email_templates, indexes, lead_list


def before_uninstall() -> None:
	indexes.drop()  # before their columns: MariaDB would leave an index on what remains
	lead_list.delete()
	rule.delete()
	email_templates.delete()
	_delete_of_module("Property Setter")
	_delete_of_module("Custom Field")
	custom_fields.delete_columns()
	for reasons in ("Opportunity Lost Reason", "Quotation Lost Reason"):  # ERPNext's own lists
		defaults.delete_unused(reasons)
	_delete_onboarding()
	_delete_jobs()
	_delete_log_settings()
	frappe.clear_cache()


def _delete_onboarding() -> None:
	"""Delete the first steps: a step names no module, so Frappe would leave it behind."""
	ours = frappe.get_all("Module Onboarding", {"module": custom_fields.MODULE}, pluck="name")
	steps = frappe.get_all("Onboarding Step Map", {"parent": ["in", ours]}, pluck="step")
	for name in ours:
		frappe.delete_doc("Module Onboarding", name, force=True)
	theirs = frappe.get_all("Onboarding Step Map", {"step": ["in", steps]}, pluck="step")
	for name in set(steps) - set(theirs):
		frappe.delete_doc("Onboarding Step", name, force=True)


def _delete_jobs() -> None:
	for name in frappe.get_all("Scheduled Job Type", {"method": ["like", "crm_etapas.%"]}, pluck="name"):
		frappe.delete_doc("Scheduled Job Type", name, force=True)


def _delete_log_settings() -> None:
	"""Take our logs out of the ones that Frappe clears by age."""
	ours = frappe.get_all("DocType", {"module": custom_fields.MODULE}, pluck="name")
	frappe.db.delete("Logs To Clear", {"ref_doctype": ["in", ours]})


def _delete_of_module(doctype: str) -> None:
	for name in frappe.get_all(doctype, filters={"module": custom_fields.MODULE}, pluck="name"):
		frappe.delete_doc(doctype, name, force=True)
