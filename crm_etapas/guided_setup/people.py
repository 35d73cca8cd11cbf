"""Who sells: users with the role and a profile, by which prospects can be assigned to them."""

import frappe
from frappe import _
from frappe.utils import cint

from crm_etapas.guided_setup.lists import SAVEPOINT, naming_row, refuse

PROFILE, ROLE = "Sales Rep Profile", "Sales User"
AT_MOST = 500


def read() -> list[dict]:
	"""Return the users of the desk as user, full_name, sells, has_role; those who sell first.

	Only who may give the role sees those who lack it; the others are offered in every field for a salesperson anyway.
	"""
	with_role = {"role": ROLE, "parenttype": "User"}
	sellers = set(frappe.get_all("Has Role", with_role, pluck="parent"))
	filters = {"enabled": 1, "user_type": "System User", "name": ["not in", frappe.STANDARD_USERS]}
	if not gives_roles():
		filters["name"] = ["in", list(sellers.difference(frappe.STANDARD_USERS)) or [""]]
	users = frappe.get_all(
		"User", filters, ["name as user", "full_name"], order_by="full_name asc", limit=AT_MOST
	)
	profiles = set(frappe.get_list(PROFILE, {"enabled": 1}, pluck="user"))
	for row in users:
		row.sells, row.has_role = int(row.user in profiles), int(row.user in sellers)
	return sorted(users, key=lambda row: not row.sells)


def gives_roles() -> bool:
	return "System Manager" in frappe.get_roles()


def save(people: list[dict]) -> None:
	"""Give those who sell their role and profile, and switch the profiles of the others off; no role is taken away.

	:param people: user and sells.
	:raises SetupError: naming the user, and nothing is written.
	"""
	frappe.db.savepoint(SAVEPOINT)
	try:
		for number, row in enumerate(people, 1):
			with naming_row(number, row["user"]):
				_write(row["user"], cint(row.get("sells")))
	except Exception:
		frappe.db.rollback(save_point=SAVEPOINT)
		raise


def _write(user: str, sells: int) -> None:
	profile = frappe.db.get_value(PROFILE, {"user": user}, ["name", "enabled"], as_dict=True)
	if not sells:
		if profile and profile.enabled:
			_switch(profile.name, 0)
		return
	_give_role(user)
	if not profile:
		frappe.get_doc({"doctype": PROFILE, "user": user}).insert()
	elif not profile.enabled:
		_switch(profile.name, 1)


def _switch(profile: str, enabled: int) -> None:
	doc = frappe.get_doc(PROFILE, profile)
	doc.enabled = enabled
	doc.save()


def _give_role(user: str) -> None:
	if ROLE in frappe.get_roles(user):
		return
	if not gives_roles():
		refuse(_("{0} does not have the role {1}. Ask a System Manager to give it").format(user, _(ROLE)))
	frappe.get_doc("User", user).add_roles(ROLE)
