"""Documents for tests, each with only what the test does not care about filled in."""

import frappe


def make_lead(**values):
	return frappe.get_doc(
		{"doctype": "Lead", "first_name": "Ana", "last_name": frappe.generate_hash(length=8), **values}
	).insert()


def make_opportunity(lead=None, **values):
	lead = lead or make_lead()
	return frappe.get_doc(
		{"doctype": "Opportunity", "opportunity_from": "Lead", "party_name": lead.name, **values}
	).insert()


def make_user(*roles: str, **values):
	email = f"{frappe.generate_hash(length=8)}@example.com"
	user = frappe.get_doc(
		{
			"doctype": "User",
			"email": email,
			"first_name": "Prueba",
			"send_welcome_email": 0,
			"language": "es",
			**values,
		}
	).insert()
	user.add_roles(*roles)
	return user


def make_stage(doctype: str = "Prospect Stage", **values):
	return frappe.get_doc(
		{"doctype": doctype, "stage_name": f"Etapa {frappe.generate_hash(length=6)}", **values}
	).insert()


def change_stage(name: str, doctype: str = "Prospect Stage", **values):
	stage = frappe.get_doc(doctype, name)
	stage.update(values)
	return stage.save()
