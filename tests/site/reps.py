"""Salespeople for tests, and assignment switched on."""

import frappe

from tests.site.factories import make_user


def make_rep(*roles, **values):
	"""A user with a profile that fits anything, unless the values say otherwise."""
	user = values.pop("user", None) or make_user(*(roles or ("Sales User",))).name
	return frappe.get_doc({"doctype": "Sales Rep Profile", "user": user, **values}).insert()


def change_rep(name, **values):
	profile = frappe.get_doc("Sales Rep Profile", name)
	for field, value in values.items():
		profile.set(field, value)
	return profile.save()


def make_team(*users):
	name = f"Equipo {frappe.generate_hash(length=6)}"
	members = [{"user": user} for user in users or (make_user("Sales Manager").name,)]
	return (
		frappe.get_doc({"doctype": "User Group", "name": name, "user_group_members": members}).insert().name
	)


def assign_by_skill(team=None, **values):
	settings = frappe.get_doc("CRM Etapas Settings")
	settings.update({"assign_by_skill": 1, "assignment_team": team or make_team(), **values})
	settings.save()
	return settings.assignment_team


def load_of(profile):
	return frappe.db.get_value("Sales Rep Load", profile.name, ["open_prospects", "new_prospects"])


def todos_of(lead, status="Open"):
	return frappe.get_all(
		"ToDo", {"reference_name": lead.name, "status": status}, pluck="allocated_to", order_by="creation"
	)
